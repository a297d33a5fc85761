package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import dev.procman.ProcessState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each recipe on resources does what it says.
class ResourceRecipesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

  @Test
  void aWorkerThatForksTooMuchIsKilledAndTheLimitIsNamed() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      var pages = new CopyOnWriteArrayList<String>();
      var worker =
          LimitedWorker.run(
              manager,
              "i=0; while [ $i -lt 60 ]; do sleep 100 & i=$((i+1)); done; wait",
              pages::add);

      worker.awaitState(LIMIT, ProcessState.FAILED);

      await().atMost(LIMIT).until(() -> !pages.isEmpty());
      assertThat(pages.getFirst()).startsWith("its processes, ").endsWith("(KILL)");
    }
  }

  @Test
  void usageAndHistoryAreKnown() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      LimitedWorker.run(manager, "sleep 100", _ -> {}).awaitReady(LIMIT);

      assertThat(LimitedWorker.usage(manager)).matches("[1-9]\\d+ [1-9]\\d+ PT.*");
      await().atMost(LIMIT).until(() -> manager.resources().history("worker").isPresent());
      assertThat(LimitedWorker.history(manager)).as("too early to tell").isEmpty();
    }
  }

  @Test
  void theThirdJobWaitsForRoom() throws Exception {
    var builder = ProcessManager.builder().stateDirectory(temp.resolve("state"));
    try (var manager = Budget.open(builder, "sleep 100")) {
      manager.get("job-1").awaitReady(LIMIT);
      manager.get("job-2").awaitReady(LIMIT);
      manager.get("job-3").awaitState(LIMIT, ProcessState.WAITING);

      var _ = manager.get("job-1").stop();

      manager.get("job-3").awaitReady(LIMIT);
    }
  }
}
