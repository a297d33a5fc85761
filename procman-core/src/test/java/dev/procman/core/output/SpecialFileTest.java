package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.OutputSettings;
import dev.procman.RotatingFile;
import dev.procman.StdStream;
import dev.procman.spi.ProcmanClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Scenario 63: what is no regular file is written to as it is.
class SpecialFileTest {
  private static final int LINES = 100;

  @TempDir Path temp;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path path, int keep) throws IOException {
    var sink = new RotatingFileSink(RotatingFile.at(path).maxBytes(1024).keep(keep), "web");
    for (int i = 0; i < LINES; i++) {
      sink.write("web", Lines.line(numbered(i)));
    }
    sink.close();
  }

  private static String numbered(int number) {
    return "%099d".formatted(number);
  }

  private static List<String> numbers() {
    return IntStream.range(0, LINES).mapToObj(SpecialFileTest::numbered).toList();
  }

  private Path fifo() throws Exception {
    return fifo("fifo");
  }

  private Path fifo(String name) throws Exception {
    var fifo = temp.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aLinkToADeviceIsNeitherRenamedNorDeleted(int keep) throws Exception {
    var link = Files.createSymbolicLink(temp.resolve("null"), Path.of("/dev/null"));
    write(link, keep);
    assertThat(names()).containsExactly("null");
    assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/dev/null"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aFifoGetsAllLinesAndIsNeitherRenamedNorDeleted(int keep) throws Exception {
    var fifo = fifo();
    var read =
        CompletableFuture.supplyAsync(() -> {
          try (BufferedReader reader = Files.newBufferedReader(fifo)) {
            return reader.readAllLines();
          } catch (IOException failed) {
            throw new IllegalStateException(failed);
          }
        });
    write(fifo, keep);
    assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(numbers());
    assertThat(names()).containsExactly("fifo");
  }

  /// Writing to it, and already opening it, would block.
  @Test
  void fifosThatNothingReadsHoldUpNothing() throws Exception {
    int count = 2 * Runtime.getRuntime().availableProcessors();
    var lost = new ConcurrentHashMap<String, Long>();
    var logs = new ArrayList<OutputLog>();
    var fifos = new ArrayList<Path>();
    for (int i = 0; i < count; i++) {
      fifos.add(fifo("fifo" + i));
      logs.add(
          new OutputLog(
              "p" + i,
              OutputSettings.ofDefaults()
                  .toFile(RotatingFile.at(fifos.get(i)))
                  .toFile(RotatingFile.at(temp.resolve("beside.log")).maxBytes(1 << 30)),
              ProcmanClock.system(),
              _ -> {},
              (sink, lines, _) -> lost.merge(sink, lines, Long::sum)));
    }
    // 4 MB for each, which is more than waits for a reader, in fewer lines than may be queued.
    String line = "x".repeat(399);
    var text = Lines.bytes((line + "\n").repeat(100));
    int total = 10_000;
    for (int k = 0; k < total / 100; k++) {
      for (var log : logs) {
        log.append(StdStream.STDOUT, text.duplicate());
      }
    }
    // None of them keeps a carrier from others.
    var free = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Thread.ofVirtual().start(free::countDown);
    }
    assertThat(free.await(20, TimeUnit.SECONDS)).isTrue();
    // What was neither lost nor read waits in the FIFO and beside it, for a reader that comes late.
    long read;
    try (BufferedReader reader = Files.newBufferedReader(fifos.getFirst())) {
      var last = new CompletableFuture<Void>();
      var closing =
          Thread.ofPlatform()
              .start(() -> {
                logs.forEach(OutputLog::close);
                last.complete(null);
              });
      read = reader.lines().peek(it -> assertThat(it).isEqualTo(line)).count();
      assertThat(closing.join(Duration.ofSeconds(60))).isTrue();
      assertThat(last).isCompleted();
    }
    assertThat(read).isPositive();
    // What was being written when it was given up counts as lost, though it may be read.
    // The reader may have come in time for all.
    assertThat(read + lost.getOrDefault(fifos.getFirst().toString(), 0L))
        .isGreaterThanOrEqualTo(total);
    for (Path fifo : fifos.subList(1, count)) {
      assertThat(lost.get(fifo.toString())).as(fifo.toString()).isPositive();
    }
    try (Stream<String> beside = Files.lines(temp.resolve("beside.log"))) {
      assertThat(beside.count() + lost.getOrDefault(temp.resolve("beside.log").toString(), 0L))
          .isEqualTo((long) total * count);
    }
  }

  /// `app.log` is a link to a file elsewhere: that file is what is rotated.
  @Test
  void ofALinkToAFileItIsTheFileThatIsRotated() throws Exception {
    var elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    var link = Files.createSymbolicLink(temp.resolve("app.log"), elsewhere.resolve("real.log"));
    write(link, 1);
    assertThat(names()).containsExactly("app.log", "elsewhere");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.readAllLines(elsewhere.resolve("real.log")))
        .isEqualTo(numbers().subList(90, 100));
    assertThat(elsewhere.resolve("real.log.1")).isRegularFile();
    assertThat(Files.exists(elsewhere.resolve("real.log.2"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  /// As it is where a container runs: the file is this JVM's own output, whatever that is.
  @ParameterizedTest
  @ValueSource(strings = {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
  void thisJvmsOwnOutputGetsAllLinesAndIsNotRotatedThoughItIsAFile(String path) throws Exception {
    var output = temp.resolve("output");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var child =
        new ProcessBuilder(
                java,
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Printer.class.getName(),
                path)
            .redirectOutput(output.toFile())
            .redirectError(temp.resolve("errors").toFile())
            .start();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(temp.resolve("errors")).isEmptyFile();
    assertThat(Files.readAllLines(output))
        .startsWith("before")
        .endsWith("after")
        .hasSize(LINES + 2)
        .containsAll(numbers());
    assertThat(names()).containsExactly("errors", "output");
  }

  /// Prints before, by a sink, and after.
  static final class Printer {
    private Printer() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println("before");
      write(Path.of(arguments[0]), 5);
      System.out.println("after");
    }
  }
}
