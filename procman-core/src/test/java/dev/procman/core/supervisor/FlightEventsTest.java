package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Diagnosis;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.ProcessId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightEventsTest {
  @TempDir Path temp;

  private static void happen() {
    FlightEvents.started("web", 3, 42);
    FlightEvents.exited(
        new ExitReport(
            new ProcessId("web", 3),
            42,
            Optional.of(new ExitStatus.Signaled(9)),
            false,
            false,
            Duration.ofMillis(1500),
            List.of(),
            false,
            List.of(),
            List.of(),
            new Diagnosis(Diagnosis.Kind.KILLED_FROM_OUTSIDE, "not by us", List.of()),
            Optional.empty(),
            Optional.empty()));
    FlightEvents.restarting("web", 3, Duration.ofMillis(200), 2);
    FlightEvents.restarting("forever", 3, ChronoUnit.FOREVER.getDuration(), 2);
    FlightEvents.health("web", 3, HealthStatus.HEALTHY, HealthStatus.WARNING, "no answer");
  }

  @Test
  void aRecordingHasStartExitRestartAndHealth() throws Exception {
    var file = temp.resolve("procman.jfr");
    try (var recording = new Recording()) {
      for (String name :
          List.of("ProcessStart", "ProcessExit", "ProcessRestart", "ProcessHealth")) {
        recording.enable("dev.procman." + name);
      }
      recording.start();
      happen();
      recording.stop();
      recording.dump(file);
    }
    Map<String, List<RecordedEvent>> events =
        RecordingFile.readAllEvents(file).stream()
            .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
    var started = only(events, "dev.procman.ProcessStart");
    assertThat(started.getString("process")).isEqualTo("web");
    assertThat(started.getLong("generation")).isEqualTo(3);
    assertThat(started.getLong("pid")).isEqualTo(42);
    var exited = only(events, "dev.procman.ProcessExit");
    assertThat(exited.getString("outcome")).isEqualTo("signal KILL (9): not by us");
    assertThat(exited.getDuration("uptime")).isEqualTo(Duration.ofMillis(1500));
    assertThat(exited.getBoolean("success")).isFalse();
    var health = only(events, "dev.procman.ProcessHealth");
    assertThat(health.getString("from")).isEqualTo("HEALTHY");
    assertThat(health.getString("to")).isEqualTo("WARNING");
    assertThat(health.getString("message")).isEqualTo("no answer");
    var restarts = events.get("dev.procman.ProcessRestart");
    assertThat(restarts).hasSize(2);
    assertThat(restarts.getFirst().getDuration("delay")).isEqualTo(Duration.ofMillis(200));
    assertThat(restarts.getFirst().getInt("attempt")).isEqualTo(2);
    assertThat(restarts.getLast().getDuration("delay")).isGreaterThan(Duration.ofDays(10_000));
  }

  private static RecordedEvent only(Map<String, List<RecordedEvent>> events, String name) {
    assertThat(events.get(name)).as(name).hasSize(1);
    return events.get(name).getFirst();
  }

  @Test
  void withoutARecordingNothingHappens() {
    happen();
    assertThat(jdk.jfr.FlightRecorder.isAvailable()).isTrue();
  }
}
