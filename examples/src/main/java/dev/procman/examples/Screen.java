package dev.procman.examples;

import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvents;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Prints events as they come. They are printed by the thread that waits for one of them, so that
/// what happens and what is said about it stand in the right order.
final class Screen {
  private static final long LIMIT_SECONDS = 10;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final BlockingQueue<ProcessEvent> events = new LinkedBlockingQueue<>();
  private final List<Long> pids = new ArrayList<>();

  Screen(ProcessEvents source) {
    var _ = source.subscribe(events::add);
  }

  /// The ids of all processes that were started so far.
  List<Long> pids() {
    return List.copyOf(pids);
  }

  /// Prints what happens until this happens.
  <E extends ProcessEvent> E showUntil(Class<E> type, String process) throws InterruptedException {
    while (true) {
      var event = events.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new IllegalStateException("no " + type.getSimpleName() + " of " + process);
      }
      show(event);
      if (type.isInstance(event) && event.process().equals(process)) {
        return type.cast(event);
      }
    }
  }

  private void show(ProcessEvent event) {
    if (event instanceof ProcessEvent.ProcessStarted started) {
      pids.add(started.pid());
    }
    String text = words(event);
    if (!text.isEmpty()) {
      System.out.printf(
          "%s  %-9s %s%n",
          TIME.format(event.meta().time()), event.process() + "#" + event.generation(), text);
    }
  }

  private static String words(ProcessEvent event) {
    return switch (event) {
      case ProcessEvent.ProcessWaiting waiting -> "waits for " + waiting.dependency();
      case ProcessEvent.ProcessStarted started -> "started, pid " + started.pid();
      case ProcessEvent.ProcessReady ready -> "ready after " + seconds(ready.after());
      case ProcessEvent.ProcessExited exited -> "exited: " + exited.report().describe();
      case ProcessEvent.ProcessRestartScheduled restart ->
          "restarts in " + seconds(restart.delay()) + ", attempt " + restart.attempt();
      case ProcessEvent.ProcessHealthChanged health when health.to() != HealthStatus.HEALTHY ->
          "health is " + health.to() + ": " + health.reason();
      case ProcessEvent.ProcessStopped _ -> "stopped";
      default -> "";
    };
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }

  void say(String text) {
    System.out.println("              " + text);
  }

  void summarize(List<ProcessSnapshot> results) {
    System.out.printf(
        "%n%-8s %-8s %6s %8s  %s%n", "process", "state", "starts", "restarts", "last exit");
    for (var result : results) {
      System.out.printf(
          "%-8s %-8s %6d %8d  %s%n",
          result.name(),
          result.state(),
          result.generation(),
          result.restarts(),
          result.lastExit().map(report -> report.describe()).orElse("-"));
    }
  }
}
