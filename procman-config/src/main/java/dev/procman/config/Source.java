package dev.procman.config;

import java.nio.file.Path;

/// A text that values are read from.
///
/// @param name its path, or words for it
/// @param directory what relative paths in it are relative to
/// @param text the text
/// @param lines what is said of its lines
record Source(String name, Path directory, String text, Lines lines) {

  /// What is said of the lines of a source.
  enum Lines {
    /// It has none.
    NONE,
    /// Their numbers: each may hold a password.
    TOLD,
    /// What is written in them too, as far as it is no value that may be a password.
    SHOWN
  }

  Place at(int line, int column) {
    return lines == Lines.NONE ? start() : new Place(this, line, column);
  }

  Place start() {
    return lines == Lines.NONE ? new Place(this, 0, 0) : new Place(this, 1, 1);
  }

  /// Not the text, which may be long or a password.
  @Override
  public String toString() {
    return name;
  }
}
