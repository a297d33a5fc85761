package dev.procman.core.lifecycle;

import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.LaunchException;
import dev.procman.ResourceLimit;
import dev.procman.StopSequence;
import java.util.List;
import java.util.Optional;

/// Everything that can happen to a managed process. Asynchronous inputs carry the generation or the
/// timer token they belong to, so that a stale one can be told and dropped.
public sealed interface Input {

  /// Commands, always current.
  sealed interface Command extends Input {}

  /// Inputs that belong to one generation.
  sealed interface OfGeneration extends Input {
    /// The generation it belongs to.
    long generation();
  }

  /// Run.
  record Start() implements Command {}

  /// Do not run.
  ///
  /// @param sequence how, when not as specified
  record Stop(Optional<StopSequence> sequence) implements Command {}

  /// The time that its stop may take is over: its manager ends, and has more to do.
  record StopTimeOver() implements Input {}

  /// Stop and run again.
  ///
  /// @param byPerson whether a person asked; else it is ignored when the process shall not run
  /// @param reason why
  record Restart(boolean byPerson, String reason) implements Command {}

  /// Forget failures.
  record Reset() implements Command {}

  /// All dependencies have come to their point.
  ///
  /// @param token of the wait
  record DependenciesMet(long token) implements Input {}

  /// A dependency is not there yet.
  ///
  /// @param token of the wait
  /// @param dependency which
  record DependencyPending(long token, String dependency) implements Input {}

  /// A dependency can never come to its point.
  ///
  /// @param token of the wait
  /// @param dependency which
  record DependencyImpossible(long token, String dependency) implements Input {}

  /// What could never come to its point can now.
  ///
  /// @param token of the watch
  record DependencyPossible(long token) implements Input {}

  /// A timer fired.
  ///
  /// @param token of the timer
  record TimerFired(long token) implements Input {}

  /// It was spawned.
  record Launched(long generation, long pid) implements OfGeneration {}

  /// It could not be spawned.
  record LaunchFailed(
      long generation, LaunchException.Reason reason, boolean retryable, String message)
      implements OfGeneration {}

  /// It is ready, as its probes or its being alive say.
  record ProbedReady(long generation) implements OfGeneration {}

  /// The startup probe gave up.
  record StartupFailed(long generation, String message) implements OfGeneration {}

  /// The liveness probe gave up.
  record LivenessFailed(long generation, String message) implements OfGeneration {}

  /// It used more than a limit allows.
  ///
  /// @param action what the limit says shall happen
  record LimitExceeded(long generation, ResourceLimit.Action action, String message)
      implements OfGeneration {}

  /// Its health changed.
  record Health(long generation, HealthStatus status, Finding finding) implements OfGeneration {}

  /// The hook before the stop is over.
  record BeforeStopDone(long generation) implements OfGeneration {}

  /// The process itself ended.
  record Exited(long generation, ExitStatus status) implements OfGeneration {}

  /// Its output has ended.
  record Drained(long generation, boolean truncated) implements OfGeneration {}

  /// Its tree was swept; who is left.
  record Swept(long generation, List<Long> survivors) implements OfGeneration {}

  /// The exit was reported and the hook after it is over.
  ///
  /// @param portLost whether it lost the race for a leased port
  record Finished(long generation, boolean portLost) implements OfGeneration {}
}
