package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import java.time.Duration;

/// A program with a manager and children that do nothing.
final class IdleProcman {
  static final String LINUX = "procman, Linux launcher";

  private IdleProcman() {}

  public static void main(String[] args) throws Exception {
    int children = Integer.parseInt(args[0]);
    boolean linux = args[2].equals("linux");
    try (var managers = linux ? Managers.linux() : new Managers()) {
      var meter = new IdleMeter();
      long begun = System.nanoTime();
      for (int i = 0; i < children; i++) {
        managers.manager.register(ProcessSpec.named("child-" + i).command("sleep", "1000").build());
      }
      managers.manager.startAll();
      for (ManagedProcess process : managers.manager.processes()) {
        process.awaitReady(Duration.ofMinutes(1));
      }
      long startedIn = System.nanoTime() - begun;
      meter.print(linux ? LINUX : "procman", children, startedIn, Long.parseLong(args[1]));
    }
  }
}
