package dev.procman.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import dev.procman.OutputLine;
import dev.procman.StdStream;
import dev.procman.event.ProcessEvent.*;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessEventTest {
  private static final EventMeta META =
      new EventMeta("web", 3, 17, Instant.EPOCH, 5, Map.of("team", "blue"), "why");

  private record Ours(EventMeta meta) implements ExtensionEvent {}

  /// Without a default: the compiler proves that these are all there are.
  private static String word(ProcessEvent event) {
    return switch (event) {
      case ProcessRegistered _ -> "registered";
      case ProcessWaiting e -> "waiting for " + e.dependency();
      case ProcessStarting _ -> "starting";
      case ProcessStarted e -> "started as " + e.pid();
      case ProcessReady e -> "ready after " + e.after();
      case ProcessHealthChanged e -> e.from() + " to " + e.to();
      case ProcessExited _ -> "exited";
      case ProcessRestartScheduled e -> "again in " + e.delay();
      case ProcessCrashLoop e -> "crash loop for " + e.coolDown();
      case ProcessStopping _ -> "stopping";
      case ProcessStopped _ -> "stopped";
      case ProcessCompleted _ -> "completed";
      case ProcessFailed _ -> "failed";
      case ProcessSkipped e -> "skipped because of " + e.dependency();
      case ProcessStuck e -> "stuck with " + e.survivors();
      case ProcessRemoved _ -> "removed";
      case ProcessOutputLine e -> "printed " + e.line().text();
      case SinkFailed e -> e.sink() + " lost " + e.lost();
      case EventsDropped e -> "dropped " + e.count();
      case ConfigurationChanged e -> "changed, restarting " + e.restarting();
      case ResourceThresholdCrossed e -> e.from() + " to " + e.to();
      case ResourceTrendDetected e -> e.trend().describe();
      case ResourceLimitExceeded e -> e.limit().describe();
      case SamplingSlowed e -> "measured every " + e.actual();
      case ExtensionEvent e -> "extension " + e.meta().process();
    };
  }

  private static final OutputLine LINE =
      new OutputLine(1, 3, StdStream.STDOUT, Instant.EPOCH, "hi", false);

  private static final List<ProcessEvent> SOME =
      List.of(
          new ProcessRegistered(META),
          new ProcessStarted(META, 42),
          new ProcessReady(META, Duration.ofSeconds(1)),
          new ProcessHealthChanged(
              META, HealthStatus.UNKNOWN, HealthStatus.HEALTHY, "readiness", "ok", Map.of(), 1),
          new ProcessCrashLoop(META, Optional.empty()),
          new ProcessOutputLine(META, LINE),
          new EventsDropped(META, 2),
          new Ours(META));

  @Test
  void aSwitchOverAllEventsNeedsNoDefault() {
    assertThat(SOME)
        .extracting(ProcessEventTest::word)
        .containsExactly(
            "registered",
            "started as 42",
            "ready after PT1S",
            "UNKNOWN to HEALTHY",
            "crash loop for Optional.empty",
            "printed hi",
            "dropped 2",
            "extension web");
  }

  @Test
  void onlyOutputMayBeDropped() {
    assertThat(SOME)
        .filteredOn(ProcessEvent::isDroppable)
        .containsExactly(new ProcessOutputLine(META, LINE));
  }

  @Test
  void anEventKnowsItsProcess() {
    assertThat(SOME).allMatch(event -> event.process().equals("web") && event.generation() == 3);
  }

  @Test
  void survivorsAreThoseOfTheMoment() {
    var pids = new ArrayList<>(List.of(1L, 2L));
    var stuck = new ProcessStuck(META, pids);
    pids.clear();
    assertThat(stuck.survivors()).containsExactly(1L, 2L);
  }

  @Test
  void optionsAcceptWhatPassesAllTheirFilters() {
    var started = new ProcessStarted(META, 1);
    var all = SubscribeOptions.ofDefaults();
    assertThat(all.accepts(started)).isTrue();
    assertThat(all.processes("db", "web", "web").accepts(started)).isTrue();
    assertThat(all.processes("db").accepts(started)).isFalse();
    assertThat(all.label("team", "blue").accepts(started)).isTrue();
    assertThat(all.label("team", "red").accepts(started)).isFalse();
    assertThat(all.label("team", "blue").label("tier", "1").accepts(started)).isFalse();
    assertThat(all.types(ProcessStarted.class, ProcessStarted.class).accepts(started)).isTrue();
    assertThat(all.types(ProcessEvent.class).accepts(started)).isTrue();
    assertThat(all.types(ExtensionEvent.class).accepts(new Ours(META))).isTrue();
    assertThat(all.types(ProcessReady.class).accepts(started)).isFalse();
    assertThat(all.processes("web").types(ProcessReady.class).accepts(started)).isFalse();
  }

  @Test
  void eachChangeOfTheOptionsKeepsTheOthers() {
    var options =
        SubscribeOptions.ofDefaults()
            .processes("web")
            .label("a", "b")
            .types(ProcessReady.class)
            .buffer(3, SubscribeOptions.Overflow.DROP_NEWEST)
            .replay(5);
    assertThat(options)
        .isEqualTo(
            new SubscribeOptions(
                java.util.Set.of("web"),
                Map.of("a", "b"),
                java.util.Set.of(ProcessReady.class),
                3,
                SubscribeOptions.Overflow.DROP_NEWEST,
                5));
  }
}
