package dev.procman;

/// When a process's disk reads and writes have their turn (ioprio_set(2)). Only some schedulers of
/// block devices, such as BFQ, look at it.
///
/// @param group whether it comes before, among or after the others
/// @param level its place there, 0 first to 7 last; meaningless for [Group#IDLE]
public record IoPriority(Group group, int level) {

  /// The classes of ioprio_set(2).
  public enum Group {
    /// Before all others; needs a privilege.
    REALTIME,
    /// Among the others.
    BEST_EFFORT,
    /// When nobody else wants the disk.
    IDLE
  }

  /// Checks the level.
  ///
  /// @throws InvalidSpecException when it is not 0 to 7
  public IoPriority {
    if (level < 0 || level > 7) {
      throw new InvalidSpecException("launch.ioPriority", level, "use 0 to 7");
    }
  }
}
