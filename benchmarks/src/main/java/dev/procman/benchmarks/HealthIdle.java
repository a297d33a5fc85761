package dev.procman.benchmarks;

import java.util.List;

/// What 500 probes at an interval of a second cost: the same program with and without them, each in
/// a virtual machine of its own.
final class HealthIdle implements Benchmark {
  @Override
  public String name() {
    return "health-idle";
  }

  @Override
  public String title() {
    return "500 HTTP probes at an interval of a second";
  }

  @Override
  public List<Target> targets() {
    return List.of();
  }

  @Override
  public void run(Effort effort, Samples into) throws Exception {
    // Two probes each.
    int children = Math.min(250, effort.idleChildren);
    for (var kind : List.of("without", "with")) {
      Jvm.run(IdleProbes.class, List.of("" + children, "" + effort.idle.toMillis(), kind))
          .forEach(into::read);
    }
  }
}
