package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import dev.procman.StdStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log file is made of, and what becomes of its older ones.
class LogFileSettingsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

  private RotatingFile small() {
    return RotatingFile.at(temp.resolve("app.log")).maxBytes(1024);
  }

  private static void write(RotatingFileSink sink, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      sink.write("web", Lines.line(numbered(i)));
    }
    sink.flush();
  }

  private static String numbered(int number) {
    return "%099d".formatted(number);
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(LogFileSettingsTest::numbered).toList();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> unpacked(String name) throws IOException {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(temp.resolve(name))),
                StandardCharsets.UTF_8))) {
      return reader.readAllLines();
    }
  }

  private static OutputLine line(StdStream stream, String text) {
    return new OutputLine(1, 1, stream, Instant.parse("2026-11-30T09:15:00.5Z"), text, false);
  }

  @Test
  void standardErrorMayHaveAFileOfItsOwn() throws Exception {
    var out = RotatingFile.at(temp.resolve("out.log")).only(StdStream.STDOUT);
    var err = RotatingFile.at(temp.resolve("err.log")).only(StdStream.STDERR);
    for (var file : List.of(out, err)) {
      var sink = new RotatingFileSink(file, "web");
      sink.write("web", line(StdStream.STDOUT, "as usual"));
      sink.write("web", line(StdStream.STDERR, "oh no"));
      sink.close();
    }
    assertThat(temp.resolve("out.log")).hasContent("as usual");
    assertThat(temp.resolve("err.log")).hasContent("oh no");
  }

  @Test
  void linesMayBeginWithTimeProcessAndStream() throws Exception {
    var sink =
        new RotatingFileSink(small().prefix(Prefix.STREAM, Prefix.PROCESS, Prefix.TIME), "web");
    sink.write("web", line(StdStream.STDERR, "oh no"));
    sink.close();
    assertThat(temp.resolve("app.log")).hasContent("2026-11-30T09:15:00.500Z web stderr oh no");
  }

  @Test
  void whatALineBeginsWithCountsForTheSizeOfTheFile() throws Exception {
    var sink = new RotatingFileSink(small().prefix(Prefix.TIME), "web");
    for (int i = 0; i < 20; i++) {
      sink.write("web", line(StdStream.STDOUT, numbered(i)));
    }
    sink.close();
    assertThat(Files.size(temp.resolve("app.log.1"))).isEqualTo(8 * 125);
  }

  @Test
  void rotatedFilesAreCompressedAndGoOnBeingRotated() throws Exception {
    var sink = new RotatingFileSink(small().keep(3).compressed(), "web");
    for (int i = 0; i < 50; i += 10) {
      write(sink, i, i + 10);
      int files = Math.min(3, i / 10);
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(names())
                  .containsExactlyInAnyOrderElementsOf(
                      Stream.concat(
                              Stream.of("app.log"),
                              IntStream.rangeClosed(1, files)
                                  .mapToObj(number -> "app.log." + number + ".gz"))
                          .toList()));
    }
    sink.close();
    assertThat(unpacked("app.log.1.gz")).isEqualTo(numbers(30, 40));
    assertThat(unpacked("app.log.2.gz")).isEqualTo(numbers(20, 30));
    assertThat(unpacked("app.log.3.gz")).isEqualTo(numbers(10, 20));
    assertThat(Files.readAllLines(temp.resolve("app.log"))).isEqualTo(numbers(40, 50));
  }

  /// Rotations do not wait for the compression, which finds the files that moved meanwhile.
  @Test
  void noLineIsLostWhenFilesAreRotatedFasterThanTheyAreCompressed() throws Exception {
    var sink = new RotatingFileSink(small().keep(10_000).compressed(), "web");
    write(sink, 0, 1000);
    sink.close();
    await()
        .atMost(LIMIT)
        .until(() -> names().stream().allMatch(it -> it.equals("app.log") || it.endsWith(".gz")));
    var all = new ArrayList<String>();
    for (int i = names().size() - 1; i >= 1; i--) {
      all.addAll(unpacked("app.log." + i + ".gz"));
    }
    all.addAll(Files.readAllLines(temp.resolve("app.log")));
    assertThat(all).isEqualTo(numbers(0, 1000));
  }

  /// A JVM that was killed in between leaves such files.
  @Test
  void whatWasLeftUncompressedIsCompressedAfterTheNextRotation() throws Exception {
    var before = new RotatingFileSink(small(), "web");
    write(before, 0, 25);
    before.close();
    assertThat(names()).containsExactly("app.log", "app.log.1", "app.log.2");
    var sink = new RotatingFileSink(small().compressed(), "web");
    write(sink, 25, 35);
    sink.close();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(names())
                .containsExactly("app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz"));
    assertThat(unpacked("app.log.3.gz")).isEqualTo(numbers(0, 10));
  }

  @Test
  void rotatedFilesThatAreTooOldAreDeletedAtARotation() throws Exception {
    var sink = new RotatingFileSink(small().keepFor(Duration.ofDays(2)), "web");
    var now = Instant.now();
    for (int i = 0; i < 35; i++) {
      sink.write("web", Lines.line(numbered(i), now));
    }
    sink.flush();
    assertThat(names()).containsExactly("app.log", "app.log.1", "app.log.2", "app.log.3");
    for (int i = 2; i <= 3; i++) {
      Files.setLastModifiedTime(
          temp.resolve("app.log." + i), FileTime.from(now.minus(Duration.ofDays(3))));
    }
    for (int i = 35; i < 45; i++) {
      sink.write("web", Lines.line(numbered(i), now));
    }
    sink.close();
    assertThat(names()).containsExactly("app.log", "app.log.1", "app.log.2");
    assertThat(Files.readAllLines(temp.resolve("app.log.2"))).isEqualTo(numbers(20, 30));
  }

  @Test
  void theFileHasTheModeAskedForAlsoWhenItWasRotated() throws Exception {
    var sink = new RotatingFileSink(small().mode(0640).compressed(), "web");
    write(sink, 0, 15);
    sink.close();
    await().atMost(LIMIT).until(() -> names().contains("app.log.1.gz") && names().size() == 2);
    for (String name : names()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve(name))))
          .as(name)
          .isEqualTo("rw-r-----");
    }
  }

  @Test
  void theFileBelongsToWhoIsNamed() throws Exception {
    var own = Files.readAttributes(temp, PosixFileAttributes.class);
    var sink =
        new RotatingFileSink(
            small().owner(own.owner().getName()).group(own.group().getName()), "web");
    write(sink, 0, 1);
    sink.close();
    var file = Files.readAttributes(temp.resolve("app.log"), PosixFileAttributes.class);
    assertThat(file.owner()).isEqualTo(own.owner());
    assertThat(file.group()).isEqualTo(own.group());
  }

  @Test
  void anOwnerWhoIsNotKnownLosesTheLinesCountedAndIsNamed() throws Exception {
    var sink = new RotatingFileSink(small().owner("nobody-of-this-name"), "web");
    sink.write("web", Lines.line("x"));
    assertThatThrownBy(sink::flush)
        .isInstanceOfSatisfying(
            LostLinesException.class, lost -> assertThat(lost.count()).isEqualTo(1))
        .hasMessageContainingAll("no user 'nobody-of-this-name'");
    assertThat(names()).isEmpty();
    sink.close();
  }

  /// Only regular files are moved, and what cannot be rotated grows rather than that lines are
  /// lost.
  @Test
  void whatIsInTheWayOfARotationStaysAndTheFileGrows() throws Exception {
    Files.createDirectory(temp.resolve("app.log.1"));
    var sink = new RotatingFileSink(small(), "web");
    write(sink, 0, 10);
    assertThatThrownBy(() -> write(sink, 10, 20))
        .isInstanceOfSatisfying(LostLinesException.class, lost -> assertThat(lost.count()).isZero())
        .hasMessageContainingAll("app.log.1", "not a regular file");
    assertThat(Files.readAllLines(temp.resolve("app.log"))).isEqualTo(numbers(0, 20));
    assertThat(temp.resolve("app.log.1")).isDirectory();
    Files.delete(temp.resolve("app.log.1"));
    write(sink, 20, 21);
    sink.close();
    assertThat(Files.readAllLines(temp.resolve("app.log"))).isEqualTo(numbers(20, 21));
    assertThat(Files.readAllLines(temp.resolve("app.log.1"))).isEqualTo(numbers(0, 20));
  }
}
