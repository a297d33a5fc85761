package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessState;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.RestartPolicy.Decision;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A restart policy is the host's code: it runs on no thread of the engine, and is not waited for
/// in vain.
class SlowPolicyTest extends EngineTest {

  @Test
  void aPolicyThatNeverAnswersLeavesTheProcessEnded() throws Exception {
    var never = new CountDownLatch(1);
    RestartPolicy hanging =
        _ -> {
          try {
            never.await();
          } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
          }
          return new Decision.Restart(Duration.ZERO, "too late");
        };
    var process = manager.start(sh("job", "exit 3").restart(hanging).build());
    var end = process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(end.reason()).contains("no answer within");
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aPolicyIsAskedOnAThreadOfItsOwn() throws Exception {
    var asker = new AtomicReference<String>();
    RestartPolicy curious =
        _ -> {
          asker.set(Thread.currentThread().getName());
          return new Decision.Leave("enough");
        };
    manager
        .start(sh("job", "exit 3").restart(curious).build())
        .awaitState(LIMIT, ProcessState.FAILED);
    assertThat(asker.get()).isEqualTo("procman-policy");
  }

  @Test
  void aPolicyThatClosesTheManagerDoesNotHangIt() throws Exception {
    RestartPolicy fatal =
        _ -> {
          manager.close();
          return new Decision.Leave("closed");
        };
    var process = manager.start(sh("job", "exit 3").restart(fatal).build());
    process.awaitState(LIMIT, ProcessState.FAILED, ProcessState.STOPPED);
    manager.close();
  }
}
