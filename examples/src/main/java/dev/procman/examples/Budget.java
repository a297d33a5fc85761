package dev.procman.examples;

import dev.procman.ProcessManager;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessSpec;
import dev.procman.ResourceBudget;

/// Workers that wait until there is room for them.
final class Budget {
  private static final long MIB = 1 << 20;

  private Budget() {}

  static ProcessManager open(ProcessManagerBuilder builder, String script) {
    // region resource-budget
    ProcessManager manager =
        builder.budget(ResourceBudget.queueing(1024 * MIB, 4.0)).build(); // memory, cores
    for (int number = 1; number <= 3; number++) {
      manager.start(
          ProcessSpec.named("job-" + number).shell(script).reserve(400 * MIB, 1.0).build());
    }
    // job-1 and job-2 run; job-3 is WAITING: manager.resources().allocation().waiting()
    // endregion
    return manager;
  }
}
