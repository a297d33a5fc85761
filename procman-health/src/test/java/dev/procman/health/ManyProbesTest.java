package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

@Tag("long")
class ManyProbesTest extends HealthTest {
  private static final int PROCESSES = 250;

  /// All ask over real connections, readiness and liveness of each; none has a thread of its own.
  @Test
  void fiveHundredProbesAtASecondNeedNoMoreThreads() throws Exception {
    try (var server = TinyServer.answering("HTTP/1.1 200 OK", "ok")) {
      var probe =
          Probe.of(HealthChecks.http("/").port(server.port()).anyOwner())
              .interval(Duration.ofSeconds(1))
              .timeout(Duration.ofSeconds(10));
      var processes = new ArrayList<ManagedProcess>();
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(manager.start(sleeper("s" + i).build()));
      }
      for (var process : processes) {
        process.awaitReady(LIMIT);
      }
      long before = threads();
      for (var process : processes) {
        process.update(process.spec().toBuilder().ready(probe).live(probe).build());
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> processes.stream().allMatch(ManyProbesTest::isAskedByBoth));

      // The carriers of virtual threads may have come to it, but none for each probe.
      assertThat(threads()).isLessThan(before + 40);
      assertThat(processes).allMatch(process -> process.health() == HealthStatus.HEALTHY);
    }
  }

  private static boolean isAskedByBoth(ManagedProcess process) {
    var probes = process.probes();
    return probes.size() == 2
        && probes.stream().allMatch(probe -> probe.history().entries().size() >= 3);
  }

  private static long threads() throws IOException {
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }
}
