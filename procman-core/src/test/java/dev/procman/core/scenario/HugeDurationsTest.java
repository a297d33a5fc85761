package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.ExitReport;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// "For ever" is a duration that people do give; nothing may overflow on it.
class HugeDurationsTest extends EngineTest {
  private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

  @Override
  protected ProcessManagerBuilder builder() {
    return super.builder().shutdownTimeout(FOR_EVER);
  }

  @Test
  void aProcessWithEveryDurationForEverStartsAndStops() throws Exception {
    var process =
        manager.start(
            sh("web", "echo up; read line; exit 3")
                .startTimeout(FOR_EVER)
                .ready(Probe.of(_ -> HealthResult.healthy()).interval(FOR_EVER).timeout(FOR_EVER))
                .live(Probe.of(_ -> HealthResult.healthy()).initialDelay(FOR_EVER))
                .stop(StopSequence.graceful(FOR_EVER).signal(Signal.INT, FOR_EVER))
                .output(OutputSettings.ofDefaults().drainQuiet(FOR_EVER))
                .build());
    process.awaitReady(FOR_EVER);
    process.awaitState(FOR_EVER, ProcessState.RUNNING);
    process.input().write("go\n".getBytes(), FOR_EVER);
    assertThat(process.awaitExit(FOR_EVER).describe()).startsWith("exit code 3");
    process.start();
    process.awaitReady(FOR_EVER);
    assertThat(process.stop().map(ExitReport::diagnosis).map(Diagnosis::kind))
        .contains(Diagnosis.Kind.STOPPED);
  }

  static Stream<Duration> aGraceOfAnyLengthIsAGrace() {
    return Stream.of(
        FOR_EVER, Duration.ofNanos(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE / 2));
  }

  /// What is left of the tree when the leader is gone has the rest of the grace, not none.
  @ParameterizedTest
  @MethodSource
  void aGraceOfAnyLengthIsAGrace(Duration grace) throws Exception {
    var file = temp.resolve("saved");
    var script =
        "sh -c 'trap \"sleep 0.5; echo saved > %s; exit\" TERM; echo up; while :; do sleep 0.05; done' &"
                .formatted(file)
            + " trap 'exit 0' TERM; wait";
    var process = manager.start(sh("wrapper", script).stop(StopSequence.graceful(grace)).build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    var report = process.stop().orElseThrow();
    assertThat(report.survivors()).isEmpty();
    assertThat(file).hasContent("saved");
  }

  @Test
  void anEndBeforeAMinimumUptimeOfCenturiesIsAFailure() throws Exception {
    var process =
        manager.start(
            sh("brief", "exit 0")
                .startTimeout(FOR_EVER)
                .minimumUptime(FOR_EVER.minusNanos(1))
                .build());
    assertThat(process.awaitExit(LIMIT).success()).isFalse();
    process.awaitState(LIMIT, ProcessState.FAILED);
  }

  @Test
  void aBackOffForEverIsLeftByAStop() throws Exception {
    RestartPolicy own = _ -> new RestartPolicy.Decision.Restart(FOR_EVER, "some day");
    for (var policy :
        new RestartPolicy[] {
          own, RestartPolicy.always().unlimited().backoff(Backoff.fixed(FOR_EVER))
        }) {
      var process = manager.start(sh("crasher", "exit 1").restart(policy).build());
      var snapshot = process.awaitState(LIMIT, ProcessState.BACKOFF);
      assertThat(snapshot.nextStart().orElseThrow()).isAfter(Instant.parse("2200-01-01T00:00:00Z"));
      process.stop();
      assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
      process.remove();
    }
  }

  @Test
  void aCrashLoopThatCoolsDownForEverIsLeftByAReset() throws Exception {
    var process =
        manager.start(
            sh("crasher", "exit 1")
                .restart(RestartPolicy.always().limit(0, FOR_EVER).coolDown(FOR_EVER))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.snapshot().nextStart()).contains(Instant.MAX);
    assertThat(awaitEvent(ProcessEvent.ProcessCrashLoop.class, "crasher").coolDown())
        .contains(FOR_EVER);
    process.reset();
    assertThat(process.state()).isEqualTo(ProcessState.NEW);
  }
}
