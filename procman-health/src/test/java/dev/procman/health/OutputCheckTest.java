package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.event.ProcessEvent.ProcessStarted;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutputCheckTest extends HealthTest {
  /// It is not polled: with these only a line can be what made it ready.
  private static Probe unpolled(OutputCheck check) {
    return Probe.of(check).interval(Duration.ofHours(1)).fastInterval(Duration.ofHours(1));
  }

  private ManagedProcess start(String script, OutputCheck check) {
    return manager.start(sh("printer", script).ready(unpolled(check)).build());
  }

  private static final String STAY = "; exec sleep 1000";

  @Test
  void aLinePrintedBeforeAnyoneWaitsCounts() throws Exception {
    var process =
        start("echo first; echo it is ready now; echo last" + STAY, HealthChecks.output("ready"));
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 3);

    process.awaitReady(LIMIT);
    assertThat(probe(process, "readiness").message()).isEqualTo("it printed: it is ready now");
  }

  @Test
  void aLinePrintedLaterWakesTheCheck() throws Exception {
    var go = temp.resolve("go");
    var process =
        start(
            "echo begins; until [ -e " + go + " ]; do sleep 0.01; done; echo ready" + STAY,
            HealthChecks.output("^ready$"));
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    Files.createFile(go);

    process.awaitReady(LIMIT);
  }

  @Test
  void namedGroupsBecomeEvidence() throws Exception {
    var process =
        start(
            "echo 'Started app in 3.2 s on port 8081'" + STAY,
            HealthChecks.output("in (?<time>[\\d.]+) s on port (?<port>\\d+)(?<tls> with TLS)?"));
    process.awaitReady(LIMIT);

    assertThat(probe(process, "readiness").history().latest().orElseThrow().result().evidence())
        .containsEntry("time", "3.2")
        .containsEntry("port", "8081")
        .containsEntry("line", "Started app in 3.2 s on port 8081")
        .doesNotContainKey("tls");
  }

  @Test
  void onlyTheChosenStreamIsLookedAt() throws Exception {
    var err = start("echo ready; echo ready >&2" + STAY, HealthChecks.output("ready").onStderr());
    err.awaitReady(LIMIT);

    var never =
        manager.start(
            sh("never", "echo ready >&2; echo over" + STAY)
                .ready(unpolled(HealthChecks.output("ready").onStdout()))
                .build());
    await().atMost(LIMIT).until(() -> never.output().lineCount() == 2);
    assertThat(never.state()).isEqualTo(ProcessState.STARTING);
  }

  @Test
  void asManyLinesMustMatchAsAskedFor() throws Exception {
    var go = temp.resolve("go");
    var process =
        start(
            "echo node joined; echo x; echo node joined; until [ -e "
                + go
                + " ]; do sleep 0.01; done; echo node joined"
                + STAY,
            HealthChecks.output("joined").times(3));
    await()
        .atMost(LIMIT)
        .until(() -> probe(process, "readiness").message().equals("2 of 3 matching lines"));
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    Files.createFile(go);

    process.awaitReady(LIMIT);
  }

  @Test
  void aForbiddenLineFailsForGoodAlsoAfterItHasPassed() throws Exception {
    var go = temp.resolve("go");
    var process =
        start(
            "echo ready; until [ -e "
                + go
                + " ]; do sleep 0.01; done; echo FATAL: disk full; echo ready"
                + STAY,
            HealthChecks.output("ready").forbidding("FATAL"));
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);
    Files.createFile(go);

    var event = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
    assertThat(event.reason()).isEqualTo("it printed what it must not: FATAL: disk full");
    assertThat(event.evidence()).containsEntry("line", "FATAL: disk full");
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 3);
    assertThat(process.health()).isEqualTo(HealthStatus.FAILED);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aForbiddenLineInTheSameLineAsTheWantedOneFails() throws Exception {
    var process =
        manager.start(
            sh("printer", "echo ready, but FATAL" + STAY)
                .startup(unpolled(HealthChecks.output("ready").forbidding("FATAL")))
                .build());

    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("ready, but FATAL");
  }

  @Test
  void linesOfAnOlderGenerationNeverCount() throws Exception {
    var process =
        manager.start(
            sh(
                    "printer",
                    "[ -e once ] || { : >once; echo ready; exec sleep 1000; }; exec sleep 1000")
                .directory(temp)
                .ready(unpolled(HealthChecks.output("ready")))
                .build());
    process.awaitReady(LIMIT);
    process.restart();
    await().atMost(LIMIT).until(() -> process.generation() == 2);
    await()
        .atMost(LIMIT)
        .until(() -> process.probes().stream().anyMatch(p -> !p.history().entries().isEmpty()));

    assertThat(process.output().lines()).anyMatch(line -> line.text().equals("ready"));
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    assertThat(probe(process, "readiness").message()).isEqualTo("0 of 1 matching lines");
    assertThat(of(ProcessReady.class)).hasSize(1);
  }

  @Test
  void eachGenerationBeginsAnew() throws Exception {
    manager.start(
        sh("printer", "echo ready" + STAY)
            .ready(unpolled(HealthChecks.output("ready")))
            .restart(
                RestartPolicy.always().backoff(Backoff.fixed(Duration.ofMillis(10))).unlimited())
            .build());
    for (int generation = 1; generation <= 3; generation++) {
      long pid = awaitEvents(ProcessStarted.class, generation).getLast().pid();
      assertThat(awaitEvents(ProcessReady.class, generation).getLast().generation())
          .isEqualTo(generation);
      assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
    }
  }

  @Test
  void aReadyLineAfterAFloodIsFound() throws Exception {
    var process =
        manager.start(
            sh("printer", "seq 1 300000; echo ready" + STAY)
                .output(OutputSettings.ofDefaults().retainedLines(10))
                .ready(unpolled(HealthChecks.output("^ready$")))
                .build());
    process.awaitReady(LIMIT);
  }

  @Test
  void aHugeLineIsCutInTheVerdict() throws Exception {
    var process =
        start(
            "printf ready; head -c 30000 /dev/zero | tr '\\0' x; echo" + STAY,
            HealthChecks.output("^ready"));
    process.awaitReady(LIMIT);
    assertThat(probe(process, "readiness").message())
        .hasSizeLessThan(600)
        .startsWith("it printed:");
  }
}
