package dev.procman.core.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.core.host.Footprint;
import dev.procman.core.scenario.EngineTest;
import dev.procman.core.scenario.ProcessSpecs;
import dev.procman.event.ProcessEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Hundreds of children at once, thousands one after another.
@Tag("long")
class ScaleTest extends EngineTest {
  private static final int MANY = 300;
  private static final List<Signal> SIGNALS =
      List.of(Signal.KILL, Signal.TERM, Signal.USR1, Signal.USR2, Signal.ALRM);

  private List<ManagedProcess> sleepers(int count) throws Exception {
    var started =
        IntStream.range(0, count)
            .mapToObj(i -> manager.start(ProcessSpecs.sleeper("sleeper" + i).build()))
            .toList();
    for (var process : started) {
      process.awaitReady(LIMIT);
    }
    return started;
  }

  private static long platformThreads() {
    return Objects.requireNonNull(new File("/proc/self/task").list()).length;
  }

  private static long descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  private static long heapInUse() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void threeHundredChildrenLeaveTheHostsVirtualThreadsFreeAndTakeOneThreadEach() throws Exception {
    sleepers(1).getFirst().stop();
    manager.get("sleeper0").remove();
    long before = platformThreads();
    sleepers(MANY);
    long worst = 0;
    for (int i = 0; i < 50; i++) {
      long began = System.nanoTime();
      var ran = new CompletableFuture<Long>();
      Thread.ofVirtual().start(() -> ran.complete(System.nanoTime()));
      worst = Math.max(worst, ran.get(20, TimeUnit.SECONDS) - began);
    }
    // The JDK has a reaper for each child; what else there is does not grow with their number.
    long more = platformThreads() - before;
    System.out.printf(
        "%d children: a fresh virtual thread runs within %.1f ms, %d more platform threads%n",
        MANY, worst / 1e6, more);
    assertThat(Duration.ofNanos(worst)).isLessThan(Duration.ofSeconds(2));
    assertThat(more).isLessThanOrEqualTo(MANY + 16);
  }

  @Test
  void fiftyOfManyKilledAtRandomAreFiftyExitsByTheRightSignals() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var left = new ArrayList<>(sleepers(80));
    var killed = new HashMap<String, Signal>();
    for (int i = 0; i < 50; i++) {
      var victim = left.remove(random.nextInt(left.size()));
      var signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
      killed.put(victim.name(), signal);
      assertThat(victim.signal(signal)).isTrue();
    }
    var seen = new HashMap<String, Signal>();
    for (var victim : killed.keySet()) {
      var status = manager.get(victim).awaitExit(LIMIT).status().orElseThrow();
      assertThat(status).isInstanceOf(ExitStatus.Signaled.class);
      seen.put(victim, Signal.ofNumber(status.shellCode() - 128).orElseThrow());
    }
    assertThat(seen).isEqualTo(killed);
    await().atMost(LIMIT).until(() -> of(ProcessEvent.ProcessExited.class).size() == 50);
    assertThat(left).allMatch(process -> isAlive(process.pid().orElseThrow()));
  }

  /// Some under names that are used again and again, some registered and removed each time.
  @Test
  void shortLivesLeaveNothingBehind() throws Exception {
    livesLeaveNothingBehind(200, 600);
  }

  /// As many as it takes for what grows by little. How long that takes is the machine's matter.
  @Test
  @Tag("long")
  @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void fiveThousandShortLivesLeaveNothingBehind() throws Exception {
    livesLeaveNothingBehind(1000, 4000);
  }

  private void livesLeaveNothingBehind(int first, int more) throws Exception {
    shortLives(first);
    events.clear();
    var before = resources();
    long began = System.nanoTime();
    shortLives(more);
    long took = (System.nanoTime() - began) / 1_000_000;
    events.clear();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          var after = resources();
          System.out.printf("%d short lives in %d ms: %s became %s%n", more, took, before, after);
          assertThat(openOfProcesses()).as("none is left to be measured").isEmpty();
          assertThat(after.get("zombies")).isZero();
          assertThat(after.get("descriptors")).isLessThanOrEqualTo(before.get("descriptors") + 8);
          assertThat(after.get("threads")).isLessThanOrEqualTo(before.get("threads") + 8);
          assertThat(after.get("heap KiB")).isLessThan(before.get("heap KiB") + 8 * 1024);
        });
  }

  private static List<String> openOfProcesses() {
    var open = new ArrayList<String>();
    for (String descriptor : Objects.requireNonNull(new File("/proc/self/fd").list())) {
      try {
        String target = Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor)).toString();
        if (target.matches("/proc/\\d+/(stat|io)")) {
          open.add(target);
        }
      } catch (IOException closed) {
        // It was open for the listing only.
      }
    }
    return open;
  }

  private static Map<String, Long> resources() {
    return Map.of(
        "descriptors", descriptors(),
        "threads", platformThreads(),
        "heap KiB", heapInUse() / 1024,
        "zombies", Footprint.zombies());
  }

  private void shortLives(int count) throws Exception {
    var threads =
        IntStream.range(0, 4)
            .mapToObj(thread ->
                CompletableFuture.runAsync(
                    () -> {
                      try {
                        live(thread % 2 == 0, "brief" + thread, count / 4);
                      } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                      }
                    },
                    task -> Thread.ofVirtual().start(task)))
            .toList();
    for (var thread : threads) {
      thread.get(25, TimeUnit.MINUTES);
    }
  }

  private void live(boolean sameName, String name, int count) throws InterruptedException {
    var spec = ProcessSpec.named(name).command("true").build();
    var process = manager.register(spec);
    for (int i = 0; i < count; i++) {
      if (!sameName) {
        process.remove();
        process = manager.register(spec);
      }
      process.start();
      assertThat(process.awaitExit(LIMIT).success()).isTrue();
    }
    process.remove();
  }
}
