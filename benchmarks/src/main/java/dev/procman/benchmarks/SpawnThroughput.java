package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// How many children eight threads start and see ended in a second, together.
final class SpawnThroughput {
  private static final String CASE = "starts and exits of /bin/true from 8 threads";
  private static final String LINUX = "procman, Linux launcher";
  private static final String JDK = "ProcessBuilder";
  private static final String PROGRAM = "/bin/true";
  private static final int THREADS = 8;
  private static final int CHILDREN = 1000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private SpawnThroughput() {}

  static Benchmark benchmark() {
    return new Forked(
        "spawn-throughput",
        "Children that end at once, started from eight threads",
        List.of(Target.atLeastTimes(1.5, CASE, LINUX, JDK)),
        SpawnThroughput::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    int each = effort.turnOf(CHILDREN) / THREADS + 1;
    try (var portable = new Managers();
        var linux = Managers.linux();
        var threads = Executors.newFixedThreadPool(THREADS)) {
      var ofPortable = processes(portable);
      var ofLinux = processes(linux);
      var contestants = new ArrayList<Contestant>();
      contestants.add(
          new Contestant(
              JDK,
              () ->
                  rate(each, threads, _ -> check(new ProcessBuilder(PROGRAM).start().waitFor()))));
      contestants.add(
          new Contestant(
              "procman, portable launcher",
              () -> rate(each, threads, thread -> run(ofPortable.get(thread)))));
      contestants.add(
          new Contestant(LINUX, () -> rate(each, threads, thread -> run(ofLinux.get(thread)))));
      var limit = SpawnLimit.start(each * THREADS, THREADS);
      limit.ifPresent(program ->
          contestants.add(
              new Contestant(SpawnLimit.NAME, () -> each * THREADS / program.micros() * 1e6)));
      try {
        Turns.play(effort, 12, 1, new Samples.Case(CASE, Unit.PER_SECOND), contestants, into);
      } finally {
        if (limit.isPresent()) {
          limit.get().close();
        }
      }
    }
  }

  private static List<ManagedProcess> processes(Managers managers) {
    return IntStream.range(0, THREADS)
        .mapToObj(i ->
            managers.manager.register(ProcessSpec.named("child-" + i).command(PROGRAM).build()))
        .toList();
  }

  /// What a thread does once.
  @FunctionalInterface
  private interface Work {
    void run(int thread) throws Exception;
  }

  private static double rate(int each, ExecutorService threads, Work work) throws Exception {
    var tasks =
        IntStream.range(0, THREADS)
            .<Callable<Void>>mapToObj(thread ->
                () -> {
                  for (int i = 0; i < each; i++) {
                    work.run(thread);
                  }
                  return null;
                })
            .toList();
    long begun = System.nanoTime();
    for (var done : threads.invokeAll(tasks)) {
      done.get();
    }
    return each * THREADS / ((System.nanoTime() - begun) / 1e9);
  }

  private static void run(ManagedProcess process) throws InterruptedException {
    process.start();
    check(process.awaitExit(LIMIT).success() ? 0 : 1);
  }

  private static void check(int code) {
    if (code != 0) {
      throw new IllegalStateException(PROGRAM + " ended with exit code " + code);
    }
  }
}
