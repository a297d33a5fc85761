package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessState;
import dev.procman.ResourceLimit.Action;
import dev.procman.ResourceLimits;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Deadlines beside eight programs that compute without a pause, with the sampling interval and
/// share that a manager has by default.
@Tag("long")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BusyMachineTest extends EngineTest {
  private static final long MIB = 1 << 20;

  /// Five intervals are promised; as much again is for this machine, on which each thread waits for
  /// a core.
  private static final Duration AT_LAST = Duration.ofSeconds(10);

  /// Takes 64 MB when it is told to, and keeps them.
  private static final String HUNGRY =
      "read go; x=0123456789abcdef; for i in $(seq 22); do x=$x$x; done; read end";

  private final List<Process> busy = new ArrayList<>();

  @BeforeEach
  void keepTheMachineBusy() throws IOException {
    for (int count = 0; count < 8; count++) {
      busy.add(new ProcessBuilder("timeout", "300", "sh", "-c", "while :; do :; done").start());
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    for (var loop : busy) {
      loop.descendants().forEach(ProcessHandle::destroyForcibly);
      loop.destroyForcibly();
      loop.waitFor();
    }
  }

  private static long residentPages(ProcessHandle process) {
    try {
      var statm = Files.readString(Path.of("/proc/" + process.pid() + "/statm"));
      return Long.parseLong(statm.split(" ")[1]);
    } catch (IOException gone) {
      return 0;
    }
  }

  private static long memory(long pid) {
    return ProcessHandle.of(pid).stream()
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
            .mapToLong(BusyMachineTest::residentPages)
            .sum()
        * 4096;
  }

  @Test
  void memoryLimitActsWithinItsStatedTime() throws Exception {
    var hungry =
        manager.start(
            sh("hungry", HUNGRY)
                .limits(ResourceLimits.none().memory(24 * MIB, Action.KILL))
                .build());
    hungry.awaitReady(LIMIT);
    long pid = hungry.pid().orElseThrow();
    // A limit that is watched for a while must not fade.
    var watched = hungry.snapshot().startedAt().orElseThrow().plusSeconds(8);
    await().atMost(LIMIT).until(() -> Instant.now().isAfter(watched));
    hungry.input().write("go\n");
    // How fast it grows is the machine's matter. It may be ended before this sees that it has grown
    // too far.
    await()
        .atMost(Duration.ofSeconds(80))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> memory(pid) > 24 * MIB || hungry.state() != ProcessState.RUNNING);
    long overshot = System.nanoTime();

    await()
        .atMost(AT_LAST)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !of(ProcessEvent.ResourceLimitExceeded.class).isEmpty());

    System.out.printf(
        "beside 8 busy loops: %d ms from the overshoot to the action%n",
        (System.nanoTime() - overshot) / 1_000_000);
    // How long the kernel takes to free its memory is the machine's matter, too.
    hungry.awaitState(Duration.ofSeconds(60), ProcessState.FAILED);
  }

  @Test
  void runTimeLimitActsWhenItsTimeHasCome() throws Exception {
    var lasting =
        manager.start(
            sh("lasting", "exec sleep 1000")
                .limits(ResourceLimits.none().runTime(Duration.ofSeconds(2), Action.STOP))
                .build());

    lasting.awaitState(LIMIT, ProcessState.FAILED);

    assertThat(awaitEvent(ProcessEvent.ResourceLimitExceeded.class, "lasting").seen())
        .as("seconds; whatever there is beyond the limit is waiting for a core")
        .isBetween(2.0, 4.0);
  }
}
