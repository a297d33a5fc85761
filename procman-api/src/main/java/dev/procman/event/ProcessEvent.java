package dev.procman.event;

import dev.procman.ExitReport;
import dev.procman.HealthStatus;
import dev.procman.OutputLine;
import dev.procman.ResourceLimit;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceTrend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that happened to a managed process. Sealed, so that a `switch` over it is checked by
/// the compiler; extension modules add theirs under [ExtensionEvent].
///
/// Import the records with `import dev.procman.event.ProcessEvent.*;`.
public sealed interface ProcessEvent
    permits ProcessEvent.ProcessRegistered,
        ProcessEvent.ProcessWaiting,
        ProcessEvent.ProcessStarting,
        ProcessEvent.ProcessStarted,
        ProcessEvent.ProcessReady,
        ProcessEvent.ProcessHealthChanged,
        ProcessEvent.ProcessExited,
        ProcessEvent.ProcessRestartScheduled,
        ProcessEvent.ProcessCrashLoop,
        ProcessEvent.ProcessStopping,
        ProcessEvent.ProcessStopped,
        ProcessEvent.ProcessCompleted,
        ProcessEvent.ProcessFailed,
        ProcessEvent.ProcessSkipped,
        ProcessEvent.ProcessStuck,
        ProcessEvent.ProcessRemoved,
        ProcessEvent.ProcessOutputLine,
        ProcessEvent.SinkFailed,
        ProcessEvent.EventsDropped,
        ProcessEvent.ConfigurationChanged,
        ProcessEvent.ResourceThresholdCrossed,
        ProcessEvent.ResourceTrendDetected,
        ProcessEvent.ResourceLimitExceeded,
        ProcessEvent.SamplingSlowed,
        ExtensionEvent {

  /// What every event carries.
  EventMeta meta();

  /// The managed process's name.
  default String process() {
    return meta().process();
  }

  /// The generation it happened to, 0 before the first.
  default long generation() {
    return meta().generation();
  }

  /// Whether a slow subscriber may lose it; state events never are.
  default boolean isDroppable() {
    return false;
  }

  /// It was registered.
  ///
  /// @param meta what every event carries
  record ProcessRegistered(EventMeta meta) implements ProcessEvent {}

  /// It was asked to run and waits for a dependency.
  ///
  /// @param meta what every event carries
  /// @param dependency what it waits for
  record ProcessWaiting(EventMeta meta, String dependency) implements ProcessEvent {}

  /// It is about to be spawned.
  ///
  /// @param meta what every event carries
  record ProcessStarting(EventMeta meta) implements ProcessEvent {}

  /// It was spawned.
  ///
  /// @param meta what every event carries
  /// @param pid its process id
  record ProcessStarted(EventMeta meta, long pid) implements ProcessEvent {}

  /// It is ready.
  ///
  /// @param meta what every event carries
  /// @param after time since the spawn
  record ProcessReady(EventMeta meta, Duration after) implements ProcessEvent {}

  /// Its health changed.
  ///
  /// @param meta what every event carries
  /// @param from before
  /// @param to after
  /// @param probe whose verdict changed it: `startup`, `readiness` or `liveness`
  /// @param reason what that verdict said
  /// @param evidence what the verdict rests on, by name
  /// @param streak how many of that probe's verdicts in a row passed, or, negative, did not
  record ProcessHealthChanged(
      EventMeta meta,
      HealthStatus from,
      HealthStatus to,
      String probe,
      String reason,
      Map<String, String> evidence,
      int streak)
      implements ProcessEvent {
    /// Copies the evidence.
    public ProcessHealthChanged {
      evidence = Map.copyOf(evidence);
    }
  }

  /// A generation ended, and its tree is gone.
  ///
  /// @param meta what every event carries
  /// @param report how it ended
  record ProcessExited(EventMeta meta, ExitReport report) implements ProcessEvent {}

  /// It will be started again.
  ///
  /// @param meta what every event carries
  /// @param delay after this time
  /// @param attempt restarts in a row, this one included
  record ProcessRestartScheduled(EventMeta meta, Duration delay, int attempt)
      implements ProcessEvent {}

  /// Its restart limit was exceeded.
  ///
  /// @param meta what every event carries
  /// @param coolDown when it is tried again; empty means never by itself
  record ProcessCrashLoop(EventMeta meta, Optional<Duration> coolDown) implements ProcessEvent {}

  /// It is being ended.
  ///
  /// @param meta what every event carries
  record ProcessStopping(EventMeta meta) implements ProcessEvent {}

  /// It ended because someone asked.
  ///
  /// @param meta what every event carries
  record ProcessStopped(EventMeta meta) implements ProcessEvent {}

  /// It ended by itself with success and is left so.
  ///
  /// @param meta what every event carries
  /// @param report how it ended
  record ProcessCompleted(EventMeta meta, ExitReport report) implements ProcessEvent {}

  /// It ended without success or could not be launched, and is left so.
  ///
  /// @param meta what every event carries
  /// @param report how it ended
  record ProcessFailed(EventMeta meta, ExitReport report) implements ProcessEvent {}

  /// A dependency can never be met, so it is not started.
  ///
  /// @param meta what every event carries
  /// @param dependency which
  record ProcessSkipped(EventMeta meta, String dependency) implements ProcessEvent {}

  /// It is still alive after KILL and its deadline.
  ///
  /// @param meta what every event carries
  /// @param survivors the pids still alive
  record ProcessStuck(EventMeta meta, List<Long> survivors) implements ProcessEvent {
    /// Copies the list.
    public ProcessStuck {
      survivors = List.copyOf(survivors);
    }
  }

  /// It was taken out of the registry.
  ///
  /// @param meta what every event carries
  record ProcessRemoved(EventMeta meta) implements ProcessEvent {}

  /// It printed a line; published only when the specification asks for it.
  ///
  /// @param meta what every event carries
  /// @param line the line
  record ProcessOutputLine(EventMeta meta, OutputLine line) implements ProcessEvent {
    @Override
    public boolean isDroppable() {
      return true;
    }
  }

  /// An output sink failed; its next failures are reported at most once a second.
  ///
  /// @param meta what every event carries
  /// @param sink which
  /// @param lost lines it did not take since the last report; 0 when it failed at something else,
  ///   such as to rotate a file, which then grows
  record SinkFailed(EventMeta meta, String sink, long lost) implements ProcessEvent {}

  /// This subscriber was too slow, and droppable events were dropped before this one.
  ///
  /// @param meta what every event carries
  /// @param count how many
  record EventsDropped(EventMeta meta, long count) implements ProcessEvent {}

  /// Its specification was replaced.
  ///
  /// @param meta what every event carries
  /// @param restarting whether it is restarted for it
  record ConfigurationChanged(EventMeta meta, boolean restarting) implements ProcessEvent {}

  /// A value went up or down across one of its levels; told at most once in ten seconds for each
  /// threshold, and then what has come of it.
  ///
  /// @param meta what every event carries
  /// @param threshold which
  /// @param from where it stood when it was last told: HEALTHY, WARNING or CRITICAL
  /// @param to where it stands
  /// @param seen the value
  record ResourceThresholdCrossed(
      EventMeta meta, ResourceThreshold threshold, HealthStatus from, HealthStatus to, double seen)
      implements ProcessEvent {}

  /// It has grown steadily for some time; told once, and again when it would last less than half as
  /// long.
  ///
  /// @param meta what every event carries
  /// @param trend how
  record ResourceTrendDetected(EventMeta meta, ResourceTrend trend) implements ProcessEvent {}

  /// It used more than it may; what the limit's action is follows. Told again when it had fallen
  /// below in between, at most once in ten seconds.
  ///
  /// @param meta what every event carries
  /// @param limit which
  /// @param seen how much it used
  record ResourceLimitExceeded(EventMeta meta, ResourceLimit limit, double seen)
      implements ProcessEvent {}

  /// Processes are measured more rarely than wanted, or as often as wanted again, since it takes
  /// the time it may take; concerns no single process, so its name is empty. Those with limits or
  /// thresholds, and those without, are told of apart; the former are never measured more rarely
  /// than every five intervals.
  ///
  /// @param meta what every event carries
  /// @param wanted how often they should be measured
  /// @param actual how often they are
  /// @param cost how much processor time one look at all of them takes
  record SamplingSlowed(EventMeta meta, Duration wanted, Duration actual, Duration cost)
      implements ProcessEvent {}
}
