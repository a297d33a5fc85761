package dev.procman.spi;

import static java.util.Objects.requireNonNull;

import dev.procman.ExitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Decides after an unrequested end whether and when a process is started again. Pure: the same
/// context gets the same decision. A policy that throws, answers null, or does not answer within a
/// second means [Decision.Leave].
@FunctionalInterface
public interface RestartPolicy {

  /// What a decision may rest on.
  ///
  /// @param status how the process ended; empty when it could not be launched
  /// @param success whether it ended with a success code after its minimum uptime
  /// @param uptime from spawn to end, zero when it could not be launched
  /// @param attempt restarts in a row that this one would be the last of, from 1; starts again
  ///   after an uptime of [#resetAfter()]
  /// @param restartAges how long ago each earlier counted restart was decided, newest first, at
  ///   most 1000
  /// @param random evenly distributed, 0 to 1, for jitter
  record Context(
      Optional<ExitStatus> status,
      boolean success,
      Duration uptime,
      int attempt,
      List<Duration> restartAges,
      double random) {
    /// Copies the list.
    public Context {
      restartAges = List.copyOf(restartAges);
    }
  }

  /// A decision.
  sealed interface Decision {
    /// Start again after a delay.
    ///
    /// @param delay how long to wait
    /// @param reason why, for people
    record Restart(Duration delay, String reason) implements Decision {
      /// Checks the parts while the policy can still be told from the engine.
      public Restart {
        requireNonNull(delay, "delay");
        requireNonNull(reason, "reason");
      }
    }

    /// Leave it ended.
    ///
    /// @param reason why, for people
    record Leave(String reason) implements Decision {
      /// Checks the reason.
      public Leave {
        requireNonNull(reason, "reason");
      }
    }

    /// Too many restarts.
    ///
    /// @param coolDown after which time it is tried again; empty means never by itself
    /// @param reason why, for people
    record CrashLoop(Optional<Duration> coolDown, String reason) implements Decision {
      /// Checks the parts.
      public CrashLoop {
        requireNonNull(coolDown, "coolDown");
        requireNonNull(reason, "reason");
      }
    }
  }

  /// Decides.
  Decision decide(Context context);

  /// Checks what only a finished policy can tell; called when a specification is built with it.
  ///
  /// @throws dev.procman.InvalidSpecException when it contradicts itself
  default void requireSound() {}

  /// The uptime after which earlier failures no longer lengthen the back-off; default 10 s.
  default Duration resetAfter() {
    return Duration.ofSeconds(10);
  }

  /// Never restarts (OTP: temporary).
  static StandardRestartPolicy never() {
    return StandardRestartPolicy.of(StandardRestartPolicy.When.NEVER, Set.of());
  }

  /// Restarts after every end (OTP: permanent).
  static StandardRestartPolicy always() {
    return StandardRestartPolicy.of(StandardRestartPolicy.When.ALWAYS, Set.of());
  }

  /// Restarts unless it ended with success (OTP: transient).
  static StandardRestartPolicy onFailure() {
    return StandardRestartPolicy.of(StandardRestartPolicy.When.ON_FAILURE, Set.of());
  }

  /// Restarts when it ended by itself with one of these exit codes.
  static StandardRestartPolicy onExitCodes(Integer... codes) {
    return StandardRestartPolicy.of(
        StandardRestartPolicy.When.ON_CODES, Set.copyOf(List.of(codes)));
  }
}
