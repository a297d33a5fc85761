package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// How long after a child's end the host is told.
///
/// With `mortal`, a program in C, the clock starts at the child's last instruction but one: what is
/// measured is the kernel's taking it apart, and the way of the news. With `cat` it starts just
/// before the cause of the end, a KILL or the end of standard input, so that the signal's way and
/// the program's own are in the figures of all contestants.
final class ExitNotice {
  static final String LAST = "last instruction to the notice of the end";
  static final String KILLED = "KILL to the notice of the end";
  static final String INPUT_ENDED = "end of input to the notice of the end";
  private static final String PROCMAN = "procman, ProcessExited";
  private static final String LINUX = "Linux launcher, ProcessExited";
  private static final String JDK = "Process.onExit";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int WARM_UP = 3000;
  private static final int TURN = 40;

  private ExitNotice() {}

  static Benchmark benchmark() {
    return new Forked(
        "exit-notice",
        "From a child's end to the notice of it",
        List.of(
            Target.atMost(150, LAST, LINUX),
            Target.quantileAtMost(1000, 0.99, LAST, LINUX),
            Target.atMost(2000, KILLED, PROCMAN),
            Target.atMost(2000, INPUT_ENDED, PROCMAN)),
        ExitNotice::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers();
        var linux = Managers.linux()) {
      var cat = List.of("cat");
      var portable = new Child(managers.manager, "child", cat);
      var ofLinux = new Child(linux.manager, "child", cat);
      play(
          effort,
          KILLED,
          List.of(
              new Contestant(JDK, () -> jdk(cat, ExitNotice::kill)),
              new Contestant(PROCMAN, portable::kill),
              new Contestant(LINUX, ofLinux::kill)),
          into);
      play(
          effort,
          INPUT_ENDED,
          List.of(
              new Contestant(JDK, () -> jdk(cat, process -> process.getOutputStream().close())),
              new Contestant(PROCMAN, portable::endInput),
              new Contestant(LINUX, ofLinux::endInput)),
          into);
      var mortal = CProgram.compile("mortal");
      if (mortal.isPresent()) {
        try (var program = mortal.get()) {
          var moment = new Moment(program);
          var command = List.of(program.file().toString(), moment.file.toString());
          var portableMortal = new Child(managers.manager, "mortal", command);
          var mortalOfLinux = new Child(linux.manager, "mortal", command);
          play(
              effort,
              LAST,
              List.of(
                  new Contestant(JDK, () -> moment.jdk(command)),
                  new Contestant(PROCMAN, () -> moment.since(portableMortal)),
                  new Contestant(LINUX, () -> moment.since(mortalOfLinux))),
              into);
        }
      }
    }
  }

  private static void play(Effort effort, String name, List<Contestant> contestants, Samples into)
      throws Exception {
    Turns.play(effort, WARM_UP, TURN, new Samples.Case(name, Unit.MICROS), contestants, into);
  }

  /// Where `mortal` writes the moment of its end, on the clock of [System#nanoTime()], which on
  /// Linux is CLOCK_MONOTONIC.
  private static final class Moment {
    final Path file;
    private final MappedByteBuffer place;

    Moment(CProgram program) throws IOException {
      file = program.beside("moment");
      var options =
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try (var channel = FileChannel.open(file, options)) {
        place = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        place.order(ByteOrder.nativeOrder());
      }
    }

    double since(Child child) throws Exception {
      long told = child.toldOfEndOfInput();
      return (told - place.getLong(0)) / 1e3;
    }

    double jdk(List<String> command) throws Exception {
      var notice = new Stamp();
      var process = new ProcessBuilder(command).start();
      process.onExit().thenRun(notice::set);
      process.getOutputStream().close();
      return (notice.next() - place.getLong(0)) / 1e3;
    }
  }

  /// One that procman starts, and the notice of its end.
  private static final class Child {
    private final Stamp notice = new Stamp();
    private final ManagedProcess process;

    Child(ProcessManager manager, String name, List<String> command) {
      process = manager.register(ProcessSpec.named(name).command(command).build());
      var options =
          SubscribeOptions.ofDefaults().processes(name).types(ProcessEvent.ProcessExited.class);
      manager.events().subscribe(options, _ -> notice.set());
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

    long toldOfEndOfInput() throws Exception {
      var _ = started();
      process.input().close();
      return notice.next();
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

  private static double jdk(List<String> command, End end) throws Exception {
    var notice = new Stamp();
    var process = new ProcessBuilder(command).start();
    process.onExit().thenRun(notice::set);
    long begun = System.nanoTime();
    end.of(process);
    return notice.microsSince(begun);
  }
}
