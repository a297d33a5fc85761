package dev.procman.linux;

import dev.procman.ManagedProcess;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Starts, stops, kills, floods and feeds children at random, and looks at the end whether anything
/// is left or lost. Run by hand. Arguments: minutes, a directory for the state, a seed.
final class Soak {
  private static final int PROCESSES = 24;
  private static final int THREADS = 6;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("/bin/true"),
          List.of("/bin/cat"),
          List.of("/bin/sleep", "1000"),
          List.of("/usr/bin/yes", "a line of a flood"),
          List.of("/usr/bin/head", "-c", "30000000", "/dev/zero"),
          List.of("/bin/sh", "-c", "sleep 1000 & sleep 0.2; exit 3"),
          List.of("/bin/sh", "-c", "trap '' TERM; while :; do echo still here; sleep 0.1; done"),
          List.of("/no/such/program"));

  private final AtomicLong actions = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  private Soak() {}

  public static void main(String[] args) throws Exception {
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    new Soak()
        .run(Duration.ofSeconds((long) (60 * Double.parseDouble(args[0]))), Path.of(args[1]), seed);
  }

  private void run(Duration duration, Path state, long seed) throws Exception {
    // Whatever is loaded and started once is there before it is counted.
    try (var manager = manager(state)) {
      round(manager, Duration.ofSeconds(5), seed);
    }
    var before = figures();
    actions.set(0);
    try (var manager = manager(state)) {
      round(manager, duration, seed + 1);
    }
    var after = figures();
    // What has ended a moment ago may still be on its way to be forgotten; what leaks stays.
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!after.isNoMoreThan(before) && System.nanoTime() - deadline < 0) {
      after = figures();
    }
    System.out.printf("%d actions in %s, %d failed%n", actions.get(), duration, failures.get());
    System.out.println("before: " + before);
    System.out.println("after:  " + after);
    boolean well = failures.get() == 0 && after.isNoMoreThan(before);
    System.out.println(well ? "nothing is left" : "SOMETHING IS LEFT");
    System.exit(well ? 0 : 1);
  }

  private static ProcessManager manager(Path state) {
    return ProcessManager.builder()
        .name("soak")
        .stateDirectory(state)
        .launcher(new LinuxLauncher())
        .build();
  }

  private void round(ProcessManager manager, Duration duration, long seed) throws Exception {
    var processes = new ArrayList<ManagedProcess>();
    for (int i = 0; i < PROCESSES; i++) {
      var output = OutputSettings.ofDefaults();
      var spec =
          ProcessSpec.named("soak-" + i)
              .command(COMMANDS.get(i % COMMANDS.size()).toArray(String[]::new))
              .output(i % 2 == 0 ? output : output.withBackPressure())
              .stop(StopSequence.graceful(Duration.ofMillis(300)));
      if (i % 3 == 0) {
        spec.restart(
            RestartPolicy.always().backoff(Backoff.fixed(Duration.ofMillis(20))).unlimited());
      }
      processes.add(manager.register(spec.build()));
    }
    long until = System.nanoTime() + duration.toNanos();
    var threads =
        IntStream.range(0, THREADS)
            .mapToObj(i ->
                Thread.ofPlatform().start(() -> act(processes, new Random(seed * 31 + i), until)))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
  }

  private void act(List<ManagedProcess> processes, Random random, long until) {
    while (System.nanoTime() - until < 0) {
      var process = processes.get(random.nextInt(processes.size()));
      try {
        switch (random.nextInt(6)) {
          case 0, 1 -> process.start();
          case 2 -> process.stop();
          case 3 -> process.signal(Signal.KILL);
          case 4 -> process.restart();
          default -> {
            var taken = new AtomicLong();
            try (var _ = process.output().follow(_ -> taken.incrementAndGet())) {
              process.output().tail(10);
            }
          }
        }
        actions.incrementAndGet();
      } catch (RuntimeException | Error thrown) {
        failures.incrementAndGet();
        thrown.printStackTrace();
      }
    }
  }

  /// What may be left.
  private record Figures(int descriptors, int threads, long heap, List<Long> zombies) {
    boolean isNoMoreThan(Figures before) {
      return zombies.isEmpty()
          && descriptors <= before.descriptors + 4
          && threads <= before.threads + 8
          && heap <= before.heap + (16L << 20);
    }
  }

  private static Figures figures() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return new Figures(
        Launches.descriptors(),
        Launches.threads(),
        runtime.totalMemory() - runtime.freeMemory(),
        Launches.zombies());
  }
}
