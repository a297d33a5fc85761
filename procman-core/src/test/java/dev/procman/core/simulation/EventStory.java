package dev.procman.core.simulation;

import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.core.lifecycle.Story;
import dev.procman.event.ProcessEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the events of a manager as stories of its processes, and finds what cannot follow what.
final class EventStory {
  private final Map<String, Story> stories = new HashMap<>();
  private final Map<String, Long> generations = new HashMap<>();
  private long sequence;

  /// @throws AssertionError at the first event that is out of order
  static void check(List<ProcessEvent> events) {
    var reader = new EventStory();
    for (var event : events) {
      try {
        reader.read(event);
      } catch (AssertionError wrong) {
        throw new AssertionError(
            wrong.getMessage() + "\nat " + event + "\nof\n" + told(events, event), wrong);
      }
    }
  }

  private static String told(List<ProcessEvent> events, ProcessEvent last) {
    var text = new StringBuilder();
    for (var event : events) {
      if (event.process().equals(last.process())) {
        text.append("  ")
            .append(event.getClass().getSimpleName())
            .append(" #")
            .append(event.generation())
            .append(": ")
            .append(event.meta().cause())
            .append('\n');
      }
      if (event == last) {
        break;
      }
    }
    return text.toString();
  }

  private void read(ProcessEvent event) {
    if (event.meta().sequence() <= sequence) {
      throw new AssertionError("events out of sequence");
    }
    sequence = event.meta().sequence();
    String name = event.process();
    switch (event) {
      case ProcessEvent.ProcessRegistered _ -> {
        stories.put(name, Story.initial());
        generations.put(name, 0L);
      }
      case ProcessEvent.ProcessRemoved _ -> stories.remove(name);
      case ProcessEvent.ProcessExited exited -> {
        sameGeneration(event);
        if (exited.report().id().generation() != event.generation()) {
          throw new AssertionError("a report of another generation");
        }
        stories.put(name, story(name).exited());
      }
      case ProcessEvent.ProcessStarting _ -> {
        if (event.generation() != generations.getOrDefault(name, 0L) + 1) {
          throw new AssertionError("generations are not numbered in order");
        }
        generations.put(name, event.generation());
        told(name, new Announcement.Starting());
      }
      case ProcessEvent.ProcessWaiting waiting ->
          told(name, new Announcement.Waiting(waiting.dependency()));
      case ProcessEvent.ProcessStarted started ->
          told(event, new Announcement.Started(started.pid()));
      case ProcessEvent.ProcessReady ready -> told(event, new Announcement.Ready(ready.after()));
      case ProcessEvent.ProcessStopping _ -> told(event, new Announcement.Stopping());
      case ProcessEvent.ProcessStuck stuck ->
          told(event, new Announcement.Stuck(stuck.survivors()));
      case ProcessEvent.ProcessRestartScheduled restart ->
          told(event, new Announcement.RestartScheduled(restart.delay(), restart.attempt()));
      case ProcessEvent.ProcessCrashLoop loop ->
          told(event, new Announcement.CrashLoop(loop.coolDown()));
      case ProcessEvent.ProcessStopped _ -> told(event, new Announcement.Stopped());
      case ProcessEvent.ProcessCompleted _ -> told(event, new Announcement.Completed());
      case ProcessEvent.ProcessFailed _ -> told(event, new Announcement.Failed());
      case ProcessEvent.ProcessSkipped skipped ->
          told(event, new Announcement.Skipped(skipped.dependency()));
      default -> {}
    }
  }

  private void told(ProcessEvent event, Announcement announcement) {
    sameGeneration(event);
    told(event.process(), announcement);
  }

  private void told(String name, Announcement announcement) {
    // Commands are not events, so any may have come in between.
    stories.put(name, story(name).asked().told(announcement));
  }

  private Story story(String name) {
    var story = stories.get(name);
    if (story == null) {
      throw new AssertionError("an event of a process that is not registered");
    }
    return story;
  }

  private void sameGeneration(ProcessEvent event) {
    if (event.generation() != generations.getOrDefault(event.process(), 0L)) {
      throw new AssertionError("an event of another generation");
    }
  }
}
