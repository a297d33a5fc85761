package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ResourceHistory;
import dev.procman.ResourceLimit.Action;
import dev.procman.ResourceLimits;
import dev.procman.ResourceMetric;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceTrend;
import dev.procman.ResourceUsage;
import dev.procman.ResourceValue;
import dev.procman.event.ProcessEvent.*;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A worker that may not use more than its share.
final class LimitedWorker {
  private static final long MIB = 1 << 20;

  private LimitedWorker() {}

  static ManagedProcess run(ProcessManager manager, String script, Consumer<String> pager) {
    // region resource-limits
    ManagedProcess worker =
        manager.start(
            ProcessSpec.named("worker")
                .shell(script)
                .limits(
                    ResourceLimits.none()
                        .memory(512 * MIB, Action.RESTART) // of the whole tree
                        .cpu(2.0, Duration.ofMinutes(5), Action.ALERT) // cores, for so long
                        .processes(50, Action.KILL)
                        .runTime(Duration.ofHours(8), Action.STOP))
                .threshold(
                    ResourceThreshold.of(
                            ResourceValue.of(ResourceMetric.RESIDENT_MEMORY), 300 * MIB, 400 * MIB)
                        .sustainedFor(Duration.ofSeconds(10)))
                .restart(RestartPolicy.onFailure())
                .build());

    manager.events().on(ResourceTrendDetected.class, e -> pager.accept(e.trend().describe()));
    manager.events().on(ResourceLimitExceeded.class, e -> pager.accept(e.meta().cause()));
    // endregion
    return worker;
  }

  static String usage(ProcessManager manager) {
    // region resource-usage
    ResourceUsage usage = manager.resources().usage("worker").orElseThrow();
    long memory = usage.value(ResourceMetric.RESIDENT_MEMORY).orElse(0); // bytes, now
    long peak = usage.peak().value(ResourceMetric.RESIDENT_MEMORY).orElse(0); // since its start
    Duration cpu = usage.total().cpuTime().orElse(Duration.ZERO); // over all restarts

    System.out.print(manager.resources().report()); // a table, dearest first
    // endregion
    return memory + " " + peak + " " + cpu;
  }

  static Optional<ResourceTrend> history(ProcessManager manager) {
    // region resource-history
    ResourceHistory history = manager.resources().history("worker").orElseThrow();
    double busiest = history.percentile(ResourceValue.cpu(), 95, Duration.ofHours(1)).orElse(0);
    Optional<ResourceTrend> trend =
        history.trend(ResourceValue.of(ResourceMetric.RESIDENT_MEMORY), Duration.ofMinutes(10));
    // endregion
    return busiest < 0 ? Optional.empty() : trend;
  }
}
