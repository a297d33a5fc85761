package dev.procman.benchmarks;

import dev.procman.ExitStatus;
import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import dev.procman.StdStream;
import dev.procman.linux.LinuxLauncher;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// How fast bytes come out of a child that does nothing but print zeros, without a look at them.
final class Draining {
  private static final String CASE = "bytes of head -c";
  private static final String JDK = "ProcessBuilder, 64 KB buffer";
  private static final String LINUX = "Linux launcher";
  private static final long SIZE = 1L << 30;

  private Draining() {}

  static Benchmark benchmark() {
    return new Forked(
        "drain",
        "A child's bytes, from its start to its end",
        List.of(Target.atLeastTimes(1, CASE, LINUX, JDK)),
        Draining::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    long size = Math.max(1 << 20, (long) (SIZE * effort.turn));
    try (var launcher = new LinuxLauncher()) {
      Turns.play(
          effort,
          3,
          2,
          new Samples.Case(CASE, Unit.MB_PER_SECOND),
          List.of(
              new Contestant(JDK, () -> size / Contestant.micros(() -> jdk(size))),
              new Contestant(LINUX, () -> size / Contestant.micros(() -> linux(launcher, size)))),
          into);
    }
  }

  private static List<String> command(long size) {
    return List.of("/usr/bin/head", "-c", Long.toString(size), "/dev/zero");
  }

  private static void jdk(long size) throws Exception {
    var process = new ProcessBuilder(command(size)).start();
    var buffer = new byte[64 * 1024];
    long total = 0;
    try (var in = process.getInputStream()) {
      for (int count; (count = in.read(buffer)) >= 0; ) {
        total += count;
      }
    }
    process.waitFor();
    check(total, size);
  }

  /// Counts.
  private static final class Counter implements LaunchListener {
    final CountDownLatch drained = new CountDownLatch(1);
    long total;

    @Override
    public void onOutput(StdStream stream, ByteBuffer bytes) {
      total += bytes.remaining();
    }

    @Override
    public void onExit(ExitStatus status) {}

    @Override
    public void onDrained(boolean truncated) {
      drained.countDown();
    }
  }

  private static void linux(LinuxLauncher launcher, long size) throws Exception {
    var counter = new Counter();
    var process =
        launcher.launch(
            new LaunchRequest(
                new ProcessId("head", 1),
                command(size),
                Optional.empty(),
                Map.of(LaunchRequest.TREE_MARK, "benchmark/head"),
                Duration.ofSeconds(10),
                LaunchSettings.ofDefaults(),
                Map.of()),
            counter);
    counter.drained.await();
    check(counter.total, size);
    process.tree();
  }

  private static void check(long total, long size) {
    if (total != size) {
      throw new IllegalStateException(total + " bytes came of " + size);
    }
  }
}
