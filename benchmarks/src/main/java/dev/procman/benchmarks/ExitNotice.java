package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent;
import java.time.Duration;
import java.util.List;

/// How long after a child's end the host is told. The clock starts just before the cause of the
/// end: a KILL, or the end of its standard input, on which `cat` ends. So the kernel's and the
/// child's own part is in the figures of all contestants.
final class ExitNotice {
  static final String KILLED = "KILL to the notice of the end";
  static final String INPUT_ENDED = "end of input to the notice of the end";
  private static final String PROCMAN = "procman, ProcessExited";
  private static final String LINUX = "Linux launcher, ProcessExited";
  private static final String JDK = "Process.onExit";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private ExitNotice() {}

  static Benchmark benchmark() {
    return new Forked(
        "exit-notice",
        "From a child's end to the notice of it",
        List.of(
            Target.atMost(2000, KILLED, PROCMAN),
            Target.atMost(2000, INPUT_ENDED, PROCMAN),
            Target.atMost(150, KILLED, LINUX)),
        ExitNotice::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers();
        var linux = Managers.linux()) {
      var portableChild = new Child(managers.manager);
      var linuxChild = new Child(linux.manager);
      Turns.play(
          effort,
          300,
          40,
          new Samples.Case(KILLED, Unit.MICROS),
          List.of(
              new Contestant(JDK, () -> jdk(ExitNotice::kill)),
              new Contestant(PROCMAN, portableChild::kill),
              new Contestant(LINUX, linuxChild::kill)),
          into);
      Turns.play(
          effort,
          300,
          40,
          new Samples.Case(INPUT_ENDED, Unit.MICROS),
          List.of(
              new Contestant(JDK, () -> jdk(process -> process.getOutputStream().close())),
              new Contestant(PROCMAN, portableChild::endInput),
              new Contestant(LINUX, linuxChild::endInput)),
          into);
    }
  }

  /// One that procman starts, and the notice of its end.
  private static final class Child {
    private final Stamp notice = new Stamp();
    private final ManagedProcess process;

    Child(ProcessManager manager) {
      process = manager.register(ProcessSpec.named("child").command("cat").build());
      manager.events().on(ProcessEvent.ProcessExited.class, _ -> notice.set());
    }

    double kill() throws InterruptedException {
      var handle = started();
      long begun = System.nanoTime();
      handle.destroyForcibly();
      return notice.microsSince(begun);
    }

    double endInput() throws Exception {
      var _ = started();
      long begun = System.nanoTime();
      process.input().close();
      return notice.microsSince(begun);
    }

    private ProcessHandle started() throws InterruptedException {
      if (process.generation() > 0) {
        var _ = process.awaitExit(LIMIT);
      }
      process.start();
      process.awaitReady(LIMIT);
      return ProcessHandle.of(process.pid().orElseThrow()).orElseThrow();
    }
  }

  /// Ends a child of the JDK.
  @FunctionalInterface
  private interface End {
    void of(Process process) throws Exception;
  }

  private static void kill(Process process) {
    process.toHandle().destroyForcibly();
  }

  private static double jdk(End end) throws Exception {
    var notice = new Stamp();
    var process = new ProcessBuilder("cat").start();
    process.onExit().thenRun(notice::set);
    long begun = System.nanoTime();
    end.of(process);
    return notice.microsSince(begun);
  }
}
