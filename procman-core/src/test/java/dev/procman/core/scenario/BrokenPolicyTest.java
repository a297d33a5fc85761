package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessState;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A restart policy is the host's code; its faults leave the process ended, and say why.
class BrokenPolicyTest extends EngineTest {

  private static RestartPolicy resettingAfter(Duration uptime) {
    return new RestartPolicy() {
      @Override
      public Decision decide(Context context) {
        return new Decision.Leave("not asked");
      }

      @Override
      public Duration resetAfter() {
        if (uptime.isZero()) {
          throw new IllegalStateException("no uptime");
        }
        return null;
      }
    };
  }

  static Stream<Arguments> aPolicyThatFailsLeavesTheProcessEnded() {
    return Stream.of(
        fault(
            "it threw",
            _ -> {
              throw new IllegalStateException("it threw");
            }),
        fault(
            "an error",
            _ -> {
              throw new AssertionError("an error");
            }),
        fault("no decision", _ -> null),
        fault("delay", _ -> new RestartPolicy.Decision.Restart(null, "why")),
        fault("no uptime", resettingAfter(Duration.ZERO)),
        fault("NullPointerException", resettingAfter(Duration.ofSeconds(1))));
  }

  private static Arguments fault(String words, RestartPolicy policy) {
    return Arguments.of(words, policy);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void aPolicyThatFailsLeavesTheProcessEnded(String words, RestartPolicy policy) throws Exception {
    var process = manager.start(sh("crasher", "exit 1").restart(policy).build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.snapshot().reason()).contains("its restart policy failed", words);
    assertThat(process.awaitExit(LIMIT).describe()).startsWith("exit code 1");
  }
}
