package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A shell that ends at once and leaves a program in the background. When the sweep looks, that
/// program may be in the middle of exec(2), where neither its parent nor its environment tell whose
/// it is.
class LeftInBackgroundTest extends EngineTest {
  private static final int ROUNDS = 200;

  @Test
  void aDaemonThatProcmanEndedIsNamedInTheReport() throws Exception {
    var process = manager.start(sh("starter", "sleep 1000 & echo pid $!; sleep 0.2").build());
    var report = process.awaitExit(LIMIT);

    long left = pidsPrinted(process).getFirst();
    assertThat(report.success()).isTrue();
    assertThat(report.describe())
        .contains("procman ended what it left in the background: pid " + left + " (sleep 1000)");
    assertThat(report.diagnosis().evidence())
        .contains("left in the background: pid " + left + " (sleep 1000)");
  }

  @Test
  void nothingIsSaidOfATreeThatWasAskedToStop() throws Exception {
    var process = manager.start(sh("starter", "sleep 1000 & echo pid $!; wait").build());
    awaitPids(process, 1);
    assertThat(process.stop().orElseThrow().describe()).doesNotContain("background");
  }

  @Test
  @Tag("long")
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
