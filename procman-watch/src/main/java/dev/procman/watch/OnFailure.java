package dev.procman.watch;

import dev.procman.InvalidSpecException;

/// What is done when a process does not become ready after a change.
public sealed interface OnFailure {

  /// Its restart policy has it: nothing more is done.
  record KeepTrying() implements OnFailure {}

  /// It is stopped, and started again by the next change.
  record StayDown() implements OnFailure {}

  /// The watched files are set back to what they were when the process was last ready, and it is
  /// restarted once more. What was rolled back is lost: keep it elsewhere. The copies lie in a
  /// temporary directory that is deleted with the watch.
  ///
  /// @param mostBytes how much may be copied; with more in the tree, nothing can be rolled back,
  ///   which is told at the start
  record RollBack(long mostBytes) implements OnFailure {
    /// Checks the part.
    ///
    /// @throws InvalidSpecException when it is below one
    public RollBack {
      if (mostBytes < 1) {
        throw new InvalidSpecException("watch.rollBack.mostBytes", mostBytes, "use 1 or more");
      }
    }
  }
}
