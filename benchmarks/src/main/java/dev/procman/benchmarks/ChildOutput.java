package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// How fast the output of a real child becomes lines: `cat` prints a file out of memory. Time is
/// taken from the start of the child to its end and that of its output.
///
/// procman counts and retains lines, and makes text of those that somebody wants; so one contestant
/// has a follower that wants them all, with back-pressure, so that none is dropped. The JDK's
/// reader makes text of all and keeps none.
final class ChildOutput {
  private static final String PEER = "readLine over ProcessBuilder";
  private static final String PROCMAN = "procman";
  private static final String LINUX = "procman, Linux launcher";
  private static final String FOLLOWED = "Linux launcher, each line followed";
  private static final int SIZE = 96 * 1024 * 1024;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final List<Lines> SHAPES =
      List.of(
          new Lines(20, true), new Lines(100, true), new Lines(1000, true), new Lines(100, false));

  private ChildOutput() {}

  static Benchmark benchmark() {
    return new Forked(
        "child-output",
        "A child's output as lines, from its start to its end",
        SHAPES.stream()
            .flatMap(shape ->
                Stream.of(
                    Target.atLeast(300, name(shape), PROCMAN),
                    Target.atLeastTimes(1.5, name(shape), LINUX, PEER)))
            .toList(),
        ChildOutput::play);
  }

  private static String name(Lines shape) {
    return "child's " + shape.describe();
  }

  private static void play(Effort effort, Samples into) throws Exception {
    for (var shape : SHAPES) {
      var text = shape.text((int) Math.max(1 << 20, SIZE * effort.turn));
      var file = write(text);
      try (var managers = new Managers();
          var linux = Managers.linux()) {
        var spec = ProcessSpec.named("cat").command("cat", file.toString()).build();
        var child = managers.manager.register(spec);
        var onLinux = linux.manager.register(spec);
        var followed = new Followed(linux.manager, file, count(text, shape));
        Turns.play(
            effort,
            6,
            2,
            new Samples.Case(name(shape), Unit.MB_PER_SECOND),
            List.of(
                new Contestant(
                    PEER,
                    () -> rate(text, Contestant.micros(() -> readLines(file, count(text, shape))))),
                new Contestant(
                    PROCMAN,
                    () -> rate(text, Contestant.micros(() -> run(child, count(text, shape))))),
                new Contestant(
                    LINUX,
                    () -> rate(text, Contestant.micros(() -> run(onLinux, count(text, shape))))),
                new Contestant(FOLLOWED, () -> rate(text, Contestant.micros(followed::run)))),
            into);
      } finally {
        Files.delete(file);
      }
    }
  }

  private static Path write(byte[] text) throws IOException {
    var memory = Path.of("/dev/shm");
    var file =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "procman-benchmark", ".txt")
            : Files.createTempFile("procman-benchmark", ".txt");
    return Files.write(file, text);
  }

  private static long count(byte[] text, Lines shape) {
    return text.length / shape.bytes();
  }

  private static double rate(byte[] text, double micros) {
    return text.length / micros;
  }

  private static void readLines(Path file, long expected) throws Exception {
    var process = new ProcessBuilder("cat", file.toString()).start();
    long lines = 0;
    try (var reader = process.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
      while (reader.readLine() != null) {
        lines++;
      }
    }
    process.waitFor();
    check(lines, expected);
  }

  private static void run(ManagedProcess child, long expected) throws InterruptedException {
    long before = child.output().lineCount();
    child.start();
    var _ = child.awaitExit(LIMIT);
    check(child.output().lineCount() - before, expected);
  }

  /// A child of which somebody wants to see each line.
  private static final class Followed {
    private final Stamp all = new Stamp();
    private final ManagedProcess child;
    private final long expected;
    private long lines;
    // So that the text is made.
    long characters;

    Followed(ProcessManager manager, Path file, long expected) {
      this.expected = expected;
      this.child =
          manager.register(
              ProcessSpec.named("followed")
                  .command("cat", file.toString())
                  .output(OutputSettings.ofDefaults().withBackPressure())
                  .build());
      var _ = child.output().follow(this::see);
    }

    private void see(OutputLine line) {
      characters += line.text().length();
      if (++lines % expected == 0) {
        all.set();
      }
    }

    void run() throws InterruptedException {
      child.start();
      var _ = child.awaitExit(LIMIT);
      var _ = all.next();
    }
  }

  private static void check(long lines, long expected) {
    if (lines != expected) {
      throw new IllegalStateException(lines + " lines came of " + expected);
    }
  }
}
