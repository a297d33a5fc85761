package dev.procman.core.lifecycle;

import dev.procman.HealthStatus;
import dev.procman.StopSequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the shell shall do. Effects are performed in order.
public sealed interface Effect {

  /// Find out whether the dependencies are met, and answer, now and whenever that changes, with the
  /// token.
  record CheckDependencies(long token) implements Effect {}

  /// A dependency can never come to its point, as it stands: answer `DependencyPossible` with the
  /// token once it can.
  record WatchDependencies(long token) implements Effect {}

  /// Run the hook before the start, fill in templates, spawn; answer `Launched` or `LaunchFailed`.
  record Launch(long generation) implements Effect {}

  /// Give up a launch that is not yet spawning; it answers `LaunchFailed`. One that is spawning
  /// goes on.
  record CancelLaunch(long generation) implements Effect {}

  /// Begin probing.
  record StartProbes(long generation) implements Effect {}

  /// The time to become ready is over: look at once whether it is by now; answer `ProbedReady` if
  /// so.
  record LookAgain(long generation) implements Effect {}

  /// Look whether the process lives; answer `ProbedReady` if so, else its exit comes.
  record ProveAlive(long generation) implements Effect {}

  /// End probing.
  record StopProbes() implements Effect {}

  /// Run the hook after ready, without waiting.
  record AfterReady() implements Effect {}

  /// Run the hook before the stop; answer `BeforeStopDone`.
  record BeforeStop(long generation) implements Effect {}

  /// Perform one step of the stop sequence.
  record PerformStep(long generation, StopSequence.Step step) implements Effect {}

  /// Kill the whole tree.
  record KillTree(long generation) implements Effect {}

  /// The process is gone: end what is left of its tree; answer `Swept`.
  ///
  /// @param generation which
  /// @param asked whether the tree was asked to end by a step of the stop sequence; else it is sent
  ///   TERM first
  /// @param grace how long what is left may take before it is killed
  /// @param deadline how long after that it may still be seen alive
  record Sweep(long generation, boolean asked, Duration grace, Duration deadline)
      implements Effect {}

  /// Make the report, announce the exit, run the hook after it; answer `Finished`.
  record Finish(long generation, Ending ending) implements Effect {}

  /// Give back leased ports, so that the next start leases others.
  record ReleasePorts() implements Effect {}

  /// Arm the timer; it replaces the earlier one.
  record ArmTimer(long token, Duration delay) implements Effect {}

  /// Disarm the timer.
  record DisarmTimer() implements Effect {}

  /// Tell the world.
  record Announce(Announcement announcement) implements Effect {}

  /// How a generation ended, for its report.
  ///
  /// @param cause why
  /// @param killed whether KILL was sent because the grace was over
  /// @param success whether the end counts as success
  /// @param truncated whether output was cut
  /// @param uptime from spawn to exit
  /// @param survivors who could not be ended
  record Ending(
      EndCause cause,
      boolean killed,
      boolean success,
      boolean truncated,
      Duration uptime,
      List<Long> survivors) {}

  /// What is told to the world; the shell makes events of it.
  sealed interface Announcement {
    /// Waits for a dependency.
    record Waiting(String dependency) implements Announcement {}

    /// About to be spawned.
    record Starting() implements Announcement {}

    /// Spawned.
    record Started(long pid) implements Announcement {}

    /// Ready.
    record Ready(Duration after) implements Announcement {}

    /// Health changed.
    record HealthChanged(HealthStatus from, HealthStatus to, Finding finding)
        implements Announcement {}

    /// Being ended.
    record Stopping() implements Announcement {}

    /// Will be started again.
    record RestartScheduled(Duration delay, int attempt) implements Announcement {}

    /// Limit exceeded.
    record CrashLoop(Optional<Duration> coolDown) implements Announcement {}

    /// Ended as asked.
    record Stopped() implements Announcement {}

    /// Ended with success and left so.
    record Completed() implements Announcement {}

    /// Ended without success and left so.
    record Failed() implements Announcement {}

    /// Not started because of a dependency.
    record Skipped(String dependency) implements Announcement {}

    /// Alive after KILL.
    record Stuck(List<Long> survivors) implements Announcement {}
  }
}
