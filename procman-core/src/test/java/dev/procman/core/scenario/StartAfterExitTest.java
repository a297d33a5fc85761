package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A start that follows an end at once: what is waited for after it is the new generation.
@Tag("long")
class StartAfterExitTest extends EngineTest {
  private static final int ROUNDS = 300;

  @Test
  void waitForTheEndThatFollowsAStartIsAboutTheGenerationThatWasStarted() throws Exception {
    var process =
        manager.register(
            ProcessSpec.named("short").command("/bin/true").readyAfter(Duration.ZERO).build());
    for (int round = 1; round <= ROUNDS; round++) {
      process.start();
      assertThat(process.awaitExit(LIMIT).id().generation()).isEqualTo(round);
    }
  }

  @Test
  void waitForAStateSeesItAlsoWhenItIsPastBeforeTheWaitingThreadRuns() throws Exception {
    var process =
        manager.register(
            ProcessSpec.named("short").command("/bin/true").readyAfter(Duration.ZERO).build());
    for (int round = 1; round <= ROUNDS / 10; round++) {
      var seen = new CompletableFuture<Long>();
      var waiting =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  seen.complete(process.awaitState(LIMIT, ProcessState.RUNNING).generation());
                } catch (Exception failed) {
                  seen.completeExceptionally(failed);
                }
              });
      await().atMost(LIMIT).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

      process.start();
      var _ = process.awaitExit(LIMIT);

      assertThat(seen).succeedsWithin(LIMIT).isEqualTo((long) round);
    }
  }
}
