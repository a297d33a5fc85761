package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisTest extends HealthTest {
  private static final TcpCheck PING = HealthChecks.tcp().send("PING\r\n").expect("^\\+PONG\r\n");

  private ProcessSpec.Builder redis(String... more) {
    var command =
        new java.util.ArrayList<>(
            java.util.List.of(
                Services.redis(),
                "--port",
                "${port.redis}",
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                temp.toString()));
    command.addAll(java.util.List.of(more));
    return ProcessSpec.named("redis").command(command).port("redis");
  }

  static Probe often(TcpCheck check) {
    return Probe.of(check)
        .interval(Duration.ofMillis(50))
        .timeout(Duration.ofSeconds(2))
        .failures(1, 2, 3);
  }

  private ManagedProcess running(ProcessSpec.Builder spec) throws InterruptedException {
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    return process;
  }

  @Test
  void isFoundReadyByItsPong() throws Exception {
    var process = running(redis().ready(often(PING)));

    assertThat(awaitVerdict(process, HealthResult::isGood).evidence())
        .containsEntry("answer", "+PONG")
        .containsEntry("owner", "pid " + process.pid().getAsLong());
    assertThat(process.stop()).hasValueSatisfying(report -> assertThat(report.success()).isTrue());
  }

  @Test
  void isFoundReadyByWhatItPrints() throws Exception {
    var check = HealthChecks.output("(?i)ready to accept connections(?<how>.*)").onStdout();
    var process = running(redis().ready(check));
    assertThat(awaitVerdict(process, HealthResult::isGood).evidence()).containsKey("how");
  }

  /// The kernel goes on taking connections for it; only the answer shows that it hangs.
  @Test
  void isFoundHangingWhenItIsStoppedAndIsRestarted() throws Exception {
    var process =
        running(
            redis()
                .live(often(PING))
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(Backoff.fixed(Duration.ofMillis(50)))
                        .limit(3, Duration.ofMinutes(5))));
    awaitHealth(process, HealthStatus.HEALTHY);
    process.signal(Signal.STOP);

    var event = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
    assertThat(event.reason()).isEqualTo("nothing more came within 1800 ms without an answer");
    assertThat(awaitEvents(ProcessReady.class, 2).getLast().generation()).isEqualTo(2);
    assertThat(process.restarts()).isOne();
  }

  @Test
  void aPasswordThatIsWantedIsSeenInTheAnswer() throws Exception {
    var process = manager.start(redis("--requirepass", "tr0ub4dor").ready(often(PING)).build());

    assertThat(awaitVerdict(process, v -> v.message().contains("NOAUTH")).message())
        .startsWith("the answer is not /^\\+PONG")
        .contains("-NOAUTH Authentication required.");
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
  }

  @Test
  void aMistakeInItsConfigurationFailsTheStartWithItsOwnWords() {
    var process = manager.start(redis("--maxmemory", "plenty").ready(often(PING)).build());

    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("maxmemory");
  }
}
