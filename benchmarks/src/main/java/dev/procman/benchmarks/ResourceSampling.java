package dev.procman.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.procman.ProcessId;
import dev.procman.ProcessSpec;
import dev.procman.ResourceSample;
import dev.procman.core.resource.ProcSampler;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.ResourceSampler.Target;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// What it costs to know what processes use.
final class ResourceSampling {
  static final String ONE = "one process, one sample";
  static final String MANY = "many processes, one pass, each";
  static final String CORE = "many processes every second, share of one core in per mille";
  static final String KEPT = "heap kept after a thousand passes over ten processes";
  static final String FILES = "descriptors held for many processes";
  static final String IDLE = "processor time per second of a manager nobody asks";

  private static final int PROCESSES = 1000;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ResourceSampling() {}

  static Benchmark benchmark() {
    return new Forked(
        "resources",
        "Measuring what processes use",
        List.of(
            dev.procman.benchmarks.Target.atMost(25, ONE, "procman, /proc"),
            dev.procman.benchmarks.Target.atMostTimes(
                0.1, ONE, "procman, /proc", "OSHI getProcess"),
            dev.procman.benchmarks.Target.atMostTimes(
                0.1, ONE, "procman, /proc", "OSHI getProcess and open files"),
            dev.procman.benchmarks.Target.atMost(40, CORE, "procman, /proc"),
            dev.procman.benchmarks.Target.atMost(64, KEPT, "procman, /proc"),
            dev.procman.benchmarks.Target.atMost(ProcSampler.KEPT_OPEN, FILES, "procman, /proc")),
        ResourceSampling::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    one(effort, into);
    many(effort, into);
    idle(effort, into);
  }

  private static Target target(ProcessHandle handle) {
    return new Target(
        new ProcessId("p" + handle.pid(), 1),
        handle.pid(),
        handle.info().startInstant().orElseThrow());
  }

  private static void one(Effort effort, Samples into) throws Exception {
    var child = new ProcessBuilder("sleep", "1000").start();
    try (var proc = new ProcSampler();
        var overOshi = new dev.procman.oshi.OshiSampler()) {
      var targets = List.of(target(child.toHandle()));
      var system = new oshi.nativefree.SystemInfo().getOperatingSystem();
      Turns.play(
          effort,
          3000,
          500,
          new Samples.Case(ONE, Unit.MICROS),
          List.of(
              Contestant.timed("procman, /proc", () -> check(proc.sample(targets).size() == 1)),
              Contestant.timed(
                  "OSHI getProcess",
                  () -> check(system.getProcess((int) child.pid()).getResidentMemory() > 0)),
              Contestant.timed(
                  "OSHI getProcess and open files",
                  () -> check(system.getProcess((int) child.pid()).getOpenFiles() > 0)),
              Contestant.timed(
                  "ProcessHandle.info", () -> check(child.info().totalCpuDuration().isPresent())),
              new Contestant(
                  "procman over OSHI, with trees",
                  true,
                  () -> Contestant.micros(() -> check(overOshi.sample(targets).size() == 1)))),
          into);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void many(Effort effort, Samples into) throws Exception {
    int count = effort.turnOf(PROCESSES);
    var shell =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "i=0; while [ $i -lt " + count + " ]; do sleep 1000 & i=$((i+1)); done; echo; wait")
            .start();
    try (var proc = new ProcSampler()) {
      check(shell.inputReader().readLine() != null);
      var targets = shell.children().map(ResourceSampling::target).toList();
      int files = new File("/proc/self/fd").list().length;
      for (int pass = 0; pass < effort.turnOf(60); pass++) {
        check(proc.sample(targets).size() == targets.size());
      }
      into.add(
          new Samples.Case(FILES, Unit.COUNT),
          "procman, /proc",
          new File("/proc/self/fd").list().length - files);
      for (int pass = 0; pass < effort.turnOf(40); pass++) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        double micros = Contestant.micros(() -> check(proc.sample(targets).size() > 0));
        double busy = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
        into.add(new Samples.Case(MANY, Unit.MICROS), "procman, /proc", micros / targets.size());
        into.add(new Samples.Case(CORE, Unit.COUNT), "procman, /proc", busy * 1e3);
      }
      kept(effort, proc, targets.subList(0, Math.min(10, targets.size())), into);
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly().waitFor();
    }
  }

  private static void kept(Effort effort, ProcSampler proc, List<Target> targets, Samples into) {
    passes(effort, proc, targets);
    long before = used();
    passes(effort, proc, targets);
    into.add(
        new Samples.Case(KEPT, Unit.COUNT),
        "procman, /proc",
        Math.max(0, used() - before) / 1024.0);
  }

  private static void passes(Effort effort, ProcSampler proc, List<Target> targets) {
    for (int pass = 0; pass < effort.turnOf(1000); pass++) {
      check(!proc.sample(targets).isEmpty());
    }
  }

  private static long used() {
    for (int collection = 0; collection < 3; collection++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void idle(Effort effort, Samples into) throws IOException, InterruptedException {
    idle(effort, into, "procman", new Managers());
    idle(
        effort,
        into,
        "procman, measuring nothing",
        new Managers(builder -> builder.sampler(new Nothing())));
  }

  private static void idle(Effort effort, Samples into, String contestant, Managers managers)
      throws InterruptedException {
    try (managers) {
      for (int child = 0; child < effort.idleChildren; child++) {
        managers
            .manager
            .start(ProcessSpec.named("idle-" + child).command("sleep", "1000").build())
            .awaitReady(Duration.ofSeconds(20));
      }
      System.gc();
      long millis = effort.idle.toMillis() * 3;
      long cpu = SYSTEM.getProcessCpuTime();
      long until = System.nanoTime() + millis * 1_000_000;
      for (long left; (left = until - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      into.add(
          new Samples.Case(IDLE + ", " + effort.idleChildren + " children", Unit.MILLIS),
          contestant,
          (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / (millis / 1e3));
    }
  }

  private static void check(boolean good) {
    if (!good) {
      throw new IllegalStateException("nothing was measured");
    }
  }

  /// Knows nothing, at no cost.
  private static final class Nothing implements ResourceSampler {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public Map<Target, ResourceSample> sample(Collection<Target> targets) {
      return Map.of();
    }
  }
}
