package dev.procman.watch;

/// What the operating system says of an entry of a directory; of several the last in this order
/// counts.
enum Notice {
  /// It is there. A directory that is known by then is the one that came, and was read since.
  CAME,
  /// Its content changed, or who may read it.
  CHANGED,
  /// It went away. A directory of that name may be the same, back again; then it was elsewhere for
  /// a while, and what was looked for in it meanwhile was not found.
  LEFT;

  /// What both say together.
  Notice and(Notice other) {
    return compareTo(other) > 0 ? this : other;
  }
}
