package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Decision;
import dev.procman.Probe;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The chain of decisions behind a state, as data.
class WhyTest extends EngineTest {

  @Test
  void everyDecisionGoesOnFromTheOneBefore() throws Exception {
    var process =
        manager.start(
            sh("crasher", "exit 3")
                .restart(
                    RestartPolicy.onFailure()
                        .limit(2, Duration.ofMinutes(1))
                        .backoff(Backoff.fixed(Duration.ofMillis(10))))
                .build());
    assertThat(process.awaitState(LIMIT, ProcessState.CRASH_LOOP).reason())
        .contains("restarted 2 times");
    var why = process.why();
    assertThat(why.getFirst().from()).isEqualTo(ProcessState.NEW);
    assertThat(why.getLast().to()).isEqualTo(ProcessState.CRASH_LOOP);
    assertThat(why.getLast().rule()).contains("restarted 2 times within", "its limit");
    for (int i = 1; i < why.size(); i++) {
      assertThat(why.get(i).from()).isEqualTo(why.get(i - 1).to());
      assertThat(why.get(i).generation()).isGreaterThanOrEqualTo(why.get(i - 1).generation());
      assertThat(why.get(i).time()).isAfterOrEqualTo(why.get(i - 1).time());
    }
    assertThat(why)
        .extracting(Decision::rule)
        .anyMatch(rule -> rule.contains("exit code 3"))
        .anyMatch(rule -> rule.contains("attempt 1"))
        .anyMatch(rule -> rule.contains("attempt 2"))
        .anyMatch(rule -> rule.contains("the back-off is over"));
    assertThat(why.getLast().toString()).contains("#3", "CRASH_LOOP", "because");
  }

  @Test
  void theChainIsBounded() throws Exception {
    var process =
        manager.start(
            sh("crasher", "exit 3")
                .restart(
                    RestartPolicy.always().unlimited().backoff(Backoff.fixed(Duration.ofMillis(1))))
                .build());
    awaitEvents(ProcessEvent.ProcessExited.class, "crasher", 30);
    process.stop();
    assertThat(process.why()).hasSize(64);
    assertThat(process.why().getLast().to()).isEqualTo(ProcessState.STOPPED);
    assertThat(process.why()).isEqualTo(process.why());
  }

  @Test
  void theReasonOfEachStateIsInWords() throws Exception {
    var process = manager.register(ProcessSpecs.sleeper("it").dependsOn("db").build());
    assertThat(process.why()).isEmpty();
    assertThat(process.snapshot().reason()).isEqualTo("registered");
    manager.register(
        ProcessSpecs.sleeper("db").ready(HealthCheck.of("never", () -> false)).build());
    process.start();
    awaitEvent(ProcessEvent.ProcessWaiting.class, "it");
    assertThat(process.snapshot().reason()).isEqualTo("waits for db");
    process.stop();
    assertThat(process.snapshot().reason()).contains("asked to stop");
    assertThat(process.why().getLast().input()).startsWith("Stop");
    assertThat(process.why())
        .extracting(Decision::asked)
        .startsWith(Decision.Asked.START)
        .contains(Decision.Asked.NOTHING)
        .endsWith(Decision.Asked.STOP);
    manager.stopAll();
  }

  @Test
  void theWordsOfALivenessProbeAreTheReasonOfItsRestart() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("hung")
                .restart(RestartPolicy.onFailure().limit(0, Duration.ofMinutes(1)))
                .live(
                    Probe.of(HealthCheck.of("heart beats", () -> false))
                        .interval(Duration.ofMillis(10)))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.why())
        .extracting(Decision::rule)
        .anyMatch(rule -> rule.contains("heart beats"));
  }

  @Test
  void secretsAreNotPartOfTheChain() throws Exception {
    var process =
        manager.start(
            sh("it", "exit 1")
                .secretEnv("TOKEN", "swordfish")
                .command("no-such-${name}-x")
                .build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.why().toString()).doesNotContain("swordfish");
    assertThat(process.why().getFirst().toString()).contains("Start");
  }
}
