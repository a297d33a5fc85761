package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A shell that ends at once and leaves a program in the background. When the sweep looks, that
/// program may be in the middle of exec(2), where neither its parent nor its environment tell whose
/// it is.
@Tag("long")
class LeftInBackgroundTest extends EngineTest {
  private static final int ROUNDS = 200;

  @Test
  void programThatIsJustBeingExecutedWhenItsShellEndsIsFoundAndEnded() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      ManagedProcess shell =
          manager.start(sh("shell-" + round, "sleep 1000 & echo $!; exit 0").build());
      var report = shell.awaitExit(LIMIT);

      assertThat(report.lastLines()).hasSize(1);
      long left = Long.parseLong(report.lastLines().getFirst().text());
      // A zombie has no command any more; who reaps it is not procman's business.
      assertThat(ProcessHandle.of(left).flatMap(handle -> handle.info().command()))
          .as("command of process %d, left by round %d", left, round)
          .isEmpty();
      shell.remove();
    }
  }
}
