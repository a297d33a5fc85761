package dev.procman.core.supervisor;

import dev.procman.ExitReport;
import dev.procman.ProcessSnapshot;
import dev.procman.core.event.EventBus;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Tells the world: the bus, the log `procman.lifecycle`, and the flight recorder.
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger("procman.lifecycle");

  private final String process;
  private final EventBus bus;

  Announcer(String process, EventBus bus) {
    this.process = process;
    this.bus = bus;
  }

  /// Publishes an event that belongs to `snapshot`, and logs it.
  void publish(
      Level level,
      ProcessSnapshot snapshot,
      Map<String, String> labels,
      String cause,
      Function<EventMeta, ? extends ProcessEvent> event) {
    bus.publish(process, snapshot.generation(), labels, cause, snapshot, event);
    var entry =
        log.atLevel(level)
            .addKeyValue("process.name", process)
            .addKeyValue("process.generation", snapshot.generation())
            .addKeyValue("process.state", snapshot.state());
    if (snapshot.pid().isPresent()) {
      entry = entry.addKeyValue("process.pid", snapshot.pid().getAsLong());
    }
    entry.log("{}: {}", process, cause);
  }

  /// Publishes what the state machine announces.
  void announce(
      Announcement announcement,
      ProcessSnapshot snapshot,
      Map<String, String> labels,
      String cause) {
    long generation = snapshot.generation();
    switch (announcement) {
      case Announcement.Started started -> FlightEvents.started(process, generation, started.pid());
      case Announcement.RestartScheduled restart ->
          FlightEvents.restarting(process, generation, restart.delay(), restart.attempt());
      case Announcement.HealthChanged health ->
          FlightEvents.health(
              process, generation, health.from(), health.to(), health.finding().reason());
      default -> {}
    }
    publish(level(announcement), snapshot, labels, cause, event(announcement, snapshot));
  }

  private static Level level(Announcement announcement) {
    return switch (announcement) {
      case Announcement.Waiting _, Announcement.Starting _, Announcement.Stopping _ -> Level.DEBUG;
      case Announcement.Started _,
          Announcement.Ready _,
          Announcement.Stopped _,
          Announcement.Completed _ ->
          Level.INFO;
      case Announcement.HealthChanged changed ->
          switch (changed.to()) {
            case UNKNOWN, HEALTHY -> Level.INFO;
            case WARNING -> Level.WARN;
            case CRITICAL, FAILED -> Level.ERROR;
          };
      case Announcement.RestartScheduled _, Announcement.Skipped _ -> Level.WARN;
      case Announcement.CrashLoop _, Announcement.Failed _, Announcement.Stuck _ -> Level.ERROR;
    };
  }

  private static Function<EventMeta, ProcessEvent> event(
      Announcement announcement, ProcessSnapshot snapshot) {
    return meta ->
        switch (announcement) {
          case Announcement.Waiting waiting ->
              new ProcessEvent.ProcessWaiting(meta, waiting.dependency());
          case Announcement.Starting _ -> new ProcessEvent.ProcessStarting(meta);
          case Announcement.Started started -> new ProcessEvent.ProcessStarted(meta, started.pid());
          case Announcement.Ready ready -> new ProcessEvent.ProcessReady(meta, ready.after());
          case Announcement.HealthChanged changed ->
              new ProcessEvent.ProcessHealthChanged(
                  meta,
                  changed.from(),
                  changed.to(),
                  changed.finding().probe(),
                  changed.finding().reason(),
                  changed.finding().evidence(),
                  changed.finding().streak());
          case Announcement.Stopping _ -> new ProcessEvent.ProcessStopping(meta);
          case Announcement.RestartScheduled restart ->
              new ProcessEvent.ProcessRestartScheduled(meta, restart.delay(), restart.attempt());
          case Announcement.CrashLoop loop ->
              new ProcessEvent.ProcessCrashLoop(meta, loop.coolDown());
          case Announcement.Stopped _ -> new ProcessEvent.ProcessStopped(meta);
          case Announcement.Completed _ ->
              new ProcessEvent.ProcessCompleted(meta, lastReport(snapshot));
          case Announcement.Failed _ -> new ProcessEvent.ProcessFailed(meta, lastReport(snapshot));
          case Announcement.Skipped skipped ->
              new ProcessEvent.ProcessSkipped(meta, skipped.dependency());
          case Announcement.Stuck stuck -> new ProcessEvent.ProcessStuck(meta, stuck.survivors());
        };
  }

  private static ExitReport lastReport(ProcessSnapshot snapshot) {
    return snapshot.lastExit().orElseThrow();
  }
}
