package dev.procman.core.lifecycle;

import java.time.Duration;

/// One thing that happens in a [World].
///
/// @param input what the state machine is told
/// @param spurious whether it belongs to something past, so that it must change nothing
/// @param elapsed time since the move before
/// @param orphans whether descendants outlive the leader whose exit this is
public record Move(Input input, boolean spurious, Duration elapsed, boolean orphans) {
  /// At once.
  public static Move of(Input input) {
    return new Move(input, false, Duration.ZERO, false);
  }

  static Move spurious(Input input) {
    return new Move(input, true, Duration.ZERO, false);
  }

  /// The same, later.
  public Move after(Duration time) {
    return new Move(input, spurious, time, orphans);
  }

  @Override
  public String toString() {
    return (elapsed.isZero() ? "" : "after " + elapsed + " ")
        + (spurious ? "spurious " : "")
        + input
        + (orphans ? " leaving descendants" : "");
  }
}
