package dev.procman.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Whether the hundred-thousandth probe allocates what the first one did.
final class HealthAllocation {
  static final String ALLOCATED = "allocated by one HTTP probe";
  static final String HEAP = "heap in use after a collection";
  private static final String FIRST = "first 10 000";
  private static final String LAST = "last 10 000 of 100 000";
  private static final int TENTHS = 10;
  private static final int SLEEPERS = 10;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private HealthAllocation() {}

  static Benchmark benchmark() {
    return new Forked(
        "health-allocation",
        "What 100 000 probes allocate",
        List.of(
            Target.atMostTimes(1.1, ALLOCATED, LAST, FIRST),
            Target.atMostTimes(1.1, HEAP, LAST, FIRST)),
        HealthAllocation::play);
  }

  /// Counts the questions.
  private record Counted(HealthCheck check, AtomicLong asked) implements HealthCheck {
    @Override
    public HealthResult check(HealthContext context) throws Exception {
      asked.incrementAndGet();
      return check.check(context);
    }
  }

  private static void play(Effort effort, Samples into) throws Exception {
    int tenth = effort.turnOf(10_000);
    try (var managers = new Managers();
        var directory = new TemporaryDirectory()) {
      var web = managers.manager.start(NginxServer.in(directory.path).build());
      web.awaitReady(LIMIT);
      var asked = new AtomicLong();
      var http = HealthChecks.http("/").port(web.port("web")).anyOwner();
      var probe = Probe.of(new Counted(http, asked)).interval(Duration.ofMillis(1)).timeout(LIMIT);
      for (int i = 0; i < SLEEPERS; i++) {
        ManagedProcess process =
            managers.manager.start(
                ProcessSpec.named("s" + i).command("sleep", "1000").live(probe).build());
        process.awaitReady(LIMIT);
      }
      // The compiler allocates too, in the beginning.
      await(asked, tenth);
      for (int i = 0; i < TENTHS; i++) {
        long bytes = allocated();
        long before = asked.get();
        await(asked, before + tenth);
        double perProbe = (double) (allocated() - bytes) / (asked.get() - before);
        if (i == 0 || i == TENTHS - 1) {
          var name = i == 0 ? FIRST : LAST;
          into.add(new Samples.Case(ALLOCATED, Unit.KILOBYTES), name, perProbe / 1024);
          System.gc();
          var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
          into.add(new Samples.Case(HEAP, Unit.MEGABYTES), name, heap / 1024.0 / 1024);
        }
      }
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }

  private static void await(AtomicLong asked, long count) {
    while (asked.get() < count) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
