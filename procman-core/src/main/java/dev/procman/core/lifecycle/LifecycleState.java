package dev.procman.core.lifecycle;

import dev.procman.Desired;
import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import java.util.List;
import java.util.Optional;

/// Everything the state machine knows of one managed process. Immutable.
///
/// @param phase the state
/// @param desired what was last asked for
/// @param health the health
/// @param generation the current or latest generation
/// @param token of the timer or wait that is current; older ones are stale
/// @param counters failures and restarts
/// @param run the current or latest generation
public record LifecycleState(
    ProcessState phase,
    Desired desired,
    HealthStatus health,
    long generation,
    long token,
    Counters counters,
    Run run) {

  /// The state of a process that was just registered.
  public static LifecycleState initial() {
    return new LifecycleState(
        ProcessState.NEW, Desired.DOWN, HealthStatus.UNKNOWN, 0, 0, Counters.ZERO, Run.NONE);
  }

  /// Counters.
  ///
  /// @param inRow counted restarts in a row
  /// @param total counted restarts since registration
  /// @param unready generations that failed before they were ready, since the last command or
  ///   success
  /// @param portRetries ports lost in a row
  /// @param times when counted restarts were decided, newest first, at most [#KEPT]
  public record Counters(int inRow, int total, int unready, int portRetries, List<Long> times) {
    static final int KEPT = 1000;
    static final Counters ZERO = new Counters(0, 0, 0, 0, List.of());
  }

  /// One generation.
  ///
  /// @param live whether an operating-system process may be alive
  /// @param launching whether the launch has not answered yet
  /// @param pid its process id, -1 before it has one
  /// @param spawnedAt monotonic time of the spawn
  /// @param wasReady whether it ever was ready
  /// @param lookedAgain whether its time to become ready is over and it was looked at once more
  /// @param cause why it is ending, once it is
  /// @param restartPending whether it shall start again, uncounted, after its end
  /// @param stop the stop sequence being performed
  /// @param step the index of its step being performed; -1 while the hook before it runs
  /// @param killed whether KILL was sent because the grace was over
  /// @param status how it ended
  /// @param exitedAt monotonic time of the exit
  /// @param drained whether its output has ended
  /// @param truncated whether its output was cut
  /// @param swept whether its tree was proven empty
  /// @param finishing whether its report is being made
  /// @param retryable false when its launch failed for good
  /// @param survivors members of its tree that could not be ended
  public record Run(
      boolean live,
      boolean launching,
      long pid,
      long spawnedAt,
      boolean wasReady,
      boolean lookedAgain,
      Optional<EndCause> cause,
      boolean restartPending,
      Optional<StopSequence> stop,
      int step,
      boolean killed,
      Optional<ExitStatus> status,
      long exitedAt,
      boolean drained,
      boolean truncated,
      boolean swept,
      boolean finishing,
      boolean retryable,
      List<Long> survivors) {
    static final Run NONE =
        new Run(
            false,
            false,
            -1,
            0,
            false,
            false,
            Optional.empty(),
            false,
            Optional.empty(),
            -1,
            false,
            Optional.empty(),
            0,
            false,
            false,
            false,
            false,
            true,
            List.of());
  }
}
