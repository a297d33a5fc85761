package dev.procman.config;

import dev.procman.InvalidSpecException;
import java.time.Duration;

/// How a plan is applied. Immutable.
///
/// @param onNotReady what is done when a process that is new or changed does not become ready;
///   default ROLL_BACK
/// @param patience how long they may take to become ready, all in all; each has its own start
///   timeout besides; default 5 min
public record ApplyOptions(OnNotReady onNotReady, Duration patience) {

  /// What is done when a process does not become ready.
  public enum OnNotReady {
    /// All processes are set back to the previous project, and [ApplyException] tells why.
    ROLL_BACK,
    /// The new project stays, and [Applied#failures()] tells what is not ready.
    KEEP,
    /// Nobody waits for processes to become ready; their restart policies see to them.
    DO_NOT_WAIT
  }

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when the patience is not above zero
  public ApplyOptions {
    if (patience.isZero() || patience.isNegative()) {
      throw new InvalidSpecException("patience", patience, "use a duration above zero");
    }
  }

  /// The defaults above.
  public static ApplyOptions ofDefaults() {
    return new ApplyOptions(OnNotReady.ROLL_BACK, Duration.ofMinutes(5));
  }

  /// With another answer to a process that does not become ready.
  public ApplyOptions onNotReady(OnNotReady other) {
    return new ApplyOptions(other, patience);
  }

  /// With another time to become ready.
  public ApplyOptions patience(Duration time) {
    return new ApplyOptions(onNotReady, time);
  }
}
