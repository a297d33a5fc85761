package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.RotatingFile;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scenario 63: several writers of one file, which is rotated and truncated under them
/// (Supervisor#204).
class SharedFileTest {
  private static final int LINES = 20_000;

  @TempDir Path temp;

  private RotatingFile settings() {
    return settings(temp.resolve("app.log"));
  }

  private static RotatingFile settings(Path path) {
    return RotatingFile.at(path).maxBytes(64 * 1024).keep(10_000);
  }

  /// Writes numbered lines, as many as stay in a handful of files, and empties its buffer now and
  /// then, as it does when nothing more is queued.
  private static void write(RotatingFile settings, String process) throws IOException {
    var sink = new RotatingFileSink(settings, process);
    for (int i = 0; i < LINES; i++) {
      sink.write(process, Lines.line(process + " " + i + " " + "x".repeat(20)));
      if (i % 100 == 0) {
        sink.flush();
      }
    }
    sink.close();
  }

  private List<String> written() throws IOException {
    var all = new ArrayList<String>();
    try (Stream<Path> files = Files.list(temp)) {
      for (Path file : files.toList()) {
        assertThat(Files.size(file)).as(file.toString()).isLessThanOrEqualTo(64 * 1024);
        all.addAll(Files.readAllLines(file));
      }
    }
    return all;
  }

  private static void assertComplete(List<String> written, String... processes) {
    assertThat(written).hasSize(processes.length * LINES);
    for (String process : processes) {
      assertThat(written.stream().filter(line -> line.startsWith(process + " ")))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, LINES)
                  .mapToObj(i -> process + " " + i + " " + "x".repeat(20))
                  .toList());
    }
  }

  private static void together(List<Callable<Void>> tasks) throws Exception {
    try (var pool = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Void> done : pool.invokeAll(tasks)) {
        try {
          done.get();
        } catch (ExecutionException failed) {
          throw new AssertionError(failed.getCause());
        }
      }
    }
  }

  private Callable<Void> writer(String process) {
    return () -> {
      write(settings(), process);
      return null;
    };
  }

  @Test
  void processesThatWriteOneFileLoseNoLineWhenItIsRotated() throws Exception {
    together(List.of(writer("a"), writer("b"), writer("c")));
    assertComplete(written(), "a", "b", "c");
  }

  @Test
  void jvmsThatWriteOneFileLoseNoLineWhenItIsRotated() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var others = new ArrayList<Process>();
    for (String process : List.of("a", "b")) {
      others.add(
          new ProcessBuilder(
                  java,
                  "-XX:-UsePerfData",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  temp.resolve("app.log").toString(),
                  process,
                  "wait")
              .redirectErrorStream(true)
              .start());
    }
    for (var other : others) {
      assertThat(other.getInputStream().read()).isEqualTo('.');
    }
    for (var other : others) {
      other.getOutputStream().close();
    }
    write(settings(), "c");
    for (var other : others) {
      var said = new String(other.getInputStream().readAllBytes());
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).as(said).isZero();
    }
    assertComplete(written(), "a", "b", "c");
  }

  /// A web container may load procman twice.
  @Test
  void classLoadersOfOneJvmThatWriteOneFileLoseNoLineWhenItIsRotated() throws Exception {
    together(List.of(loaded("a"), loaded("b"), writer("c")));
    assertComplete(written(), "a", "b", "c");
  }

  private Callable<Void> loaded(String process) {
    return () -> {
      var urls = new ArrayList<URL>();
      for (String entry : System.getProperty("java.class.path").split(":")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      var platform = ClassLoader.getPlatformClassLoader();
      try (var loader = new URLClassLoader(urls.toArray(URL[]::new), platform)) {
        loader
            .loadClass(Writer.class.getName())
            .getMethod("main", String[].class)
            .invoke(null, (Object) new String[] {temp.resolve("app.log").toString(), process});
      }
      return null;
    };
  }

  /// Another writer.
  public static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      if (arguments.length > 2) {
        System.out.print('.');
        System.out.flush();
        var _ = System.in.read(); // until all are ready
      }
      write(settings(Path.of(arguments[0])), arguments[1]);
    }
  }

  /// What logrotate's copytruncate does. A size kept in memory would have it rotated, which deletes
  /// lines here, before it is full.
  @Test
  void aFileThatIsTruncatedFromOutsideHoldsAsMuchAsBefore() throws Exception {
    var file = RotatingFile.at(temp.resolve("app.log")).maxBytes(1024).keep(0);
    var sink = new RotatingFileSink(file, "web");
    for (int i = 0; i < 5; i++) {
      sink.write("web", Lines.line("%099d".formatted(i)));
    }
    sink.flush();
    Files.write(temp.resolve("app.log"), new byte[0]);
    for (int i = 5; i < 15; i++) {
      sink.write("web", Lines.line("%099d".formatted(i)));
      sink.flush();
    }
    sink.close();
    assertThat(Files.readAllLines(temp.resolve("app.log")))
        .isEqualTo(IntStream.range(5, 15).mapToObj("%099d"::formatted).toList());
  }
}
