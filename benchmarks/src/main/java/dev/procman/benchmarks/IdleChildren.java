package dev.procman.benchmarks;

import java.util.ArrayList;
import java.util.List;

/// What it costs to have many children that do nothing. Each contestant is a whole program in a
/// virtual machine of its own, with the same options.
final class IdleChildren implements Benchmark {
  private static final String LINUX = IdleProcman.LINUX;
  private static final String OF = IdleMeter.of(Effort.FULL.idleChildren);

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String title() {
    return "Many children that do nothing";
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atMost(4, IdleMeter.MORE_THREADS + OF, LINUX),
        Target.atMost(15, IdleMeter.HEAP + OF, LINUX),
        Target.atMost(2, IdleMeter.BUSY + OF, LINUX));
  }

  @Override
  public void run(Effort effort, Samples into) throws Exception {
    var arguments =
        List.of(Integer.toString(effort.idleChildren), Long.toString(effort.idle.toMillis()));
    Jvm.run(IdleProcessBuilder.class, arguments).forEach(into::read);
    for (String launcher : List.of("portable", "linux")) {
      var more = new ArrayList<>(arguments);
      more.add(launcher);
      Jvm.run(IdleProcman.class, more).forEach(into::read);
    }
  }
}
