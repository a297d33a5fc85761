package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.RotatingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileSinkTest {
  @TempDir Path temp;

  private RotatingFileSink sink(RotatingFile settings) {
    return new RotatingFileSink(settings, "web");
  }

  private RotatingFile small() {
    return RotatingFile.at(temp.resolve("app.log")).maxBytes(1024);
  }

  private Path file(String name) {
    return temp.resolve(name);
  }

  private static void write(RotatingFileSink sink, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      sink.write("web", Lines.line(numbered(i)));
    }
  }

  /// 100 bytes with its end.
  private static String numbered(int number) {
    return "%099d".formatted(number);
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(RotatingFileSinkTest::numbered).toList();
  }

  @Test
  void itIsRotatedBeforeItWouldGrowBeyondItsSizeAndOldOnesGo() throws Exception {
    var sink = sink(small().keep(2));
    write(sink, 0, 45);
    sink.close();
    assertThat(Files.readAllLines(file("app.log"))).isEqualTo(numbers(40, 45));
    assertThat(Files.readAllLines(file("app.log.1"))).isEqualTo(numbers(30, 40));
    assertThat(Files.readAllLines(file("app.log.2"))).isEqualTo(numbers(20, 30));
    assertThat(file("app.log.3")).doesNotExist();
  }

  @Test
  void keepingNoneStartsOver() throws Exception {
    var sink = sink(small().keep(0));
    write(sink, 0, 25);
    sink.close();
    assertThat(Files.readAllLines(file("app.log"))).isEqualTo(numbers(20, 25));
    assertThat(file("app.log.1")).doesNotExist();
  }

  @Test
  void keepingFewerThanBeforeDeletesTheRest() throws Exception {
    var more = sink(small().keep(4));
    write(more, 0, 50);
    more.close();
    assertThat(file("app.log.4")).exists();
    var fewer = sink(small().keep(1));
    write(fewer, 50, 61);
    fewer.close();
    assertThat(file("app.log.1")).exists();
    assertThat(file("app.log.2")).doesNotExist();
    assertThat(file("app.log.4")).doesNotExist();
  }

  @Test
  void aFileThatIsThereIsContinuedAndItsSizeCounts() throws Exception {
    var first = sink(small());
    write(first, 0, 8);
    first.close();
    var second = sink(small());
    write(second, 8, 12);
    second.close();
    assertThat(Files.readAllLines(file("app.log.1"))).isEqualTo(numbers(0, 10));
    assertThat(Files.readAllLines(file("app.log"))).isEqualTo(numbers(10, 12));
  }

  @Test
  void itIsRotatedWhenItsFirstLineIsOlderThanItsAge() throws Exception {
    var sink = sink(RotatingFile.at(file("app.log")).maxAge(Duration.ofMinutes(10)));
    var start = Instant.parse("2026-01-01T00:00:00Z");
    sink.write("web", Lines.line("a", start));
    sink.write("web", Lines.line("b", start.plus(Duration.ofMinutes(10))));
    sink.write("web", Lines.line("c", start.plus(Duration.ofMinutes(10)).plusNanos(1)));
    sink.write("web", Lines.line("d", start.plus(Duration.ofMinutes(20))));
    sink.close();
    assertThat(file("app.log.1")).hasContent("a\nb");
    assertThat(file("app.log")).hasContent("c\nd");
  }

  @Test
  void nothingIsRotatedWhileNothingIsWritten() throws Exception {
    var sink = sink(RotatingFile.at(file("app.log")).maxAge(Duration.ofMinutes(10)));
    sink.write("web", Lines.line("a", Instant.EPOCH));
    sink.flush();
    assertThat(file("app.log.1")).doesNotExist();
    sink.close();
  }

  @Test
  void aLineLongerThanTheWholeFileHasAFileOfItsOwn() throws Exception {
    var sink = sink(small());
    String huge = "x".repeat(100_000);
    sink.write("web", Lines.line("before"));
    sink.write("web", Lines.line(huge));
    sink.write("web", Lines.line("after"));
    sink.close();
    assertThat(file("app.log.2")).hasContent("before");
    assertThat(file("app.log.1")).hasContent(huge);
    assertThat(file("app.log")).hasContent("after");
  }

  @Test
  void textOfAnyScriptIsUtf8AndCountsByItsBytes() throws Exception {
    var sink = sink(small());
    String line = "日本語😀".repeat(10); // 130 bytes and an end
    for (int i = 0; i < 8; i++) {
      sink.write("web", Lines.line(line));
    }
    sink.close();
    assertThat(Files.size(file("app.log.1"))).isEqualTo(7 * 131);
    assertThat(Files.readAllLines(file("app.log"))).containsExactly(line);
  }

  @Test
  void theNameOfTheProcessIsFilledIntoThePath() throws Exception {
    var sink = sink(RotatingFile.at(temp.resolve("${name}").resolve("${name}.log")));
    sink.write("web", Lines.line("x"));
    sink.close();
    assertThat(temp.resolve("web").resolve("web.log")).hasContent("x");
  }

  @Test
  void aFileThatWasMovedAwayIsMadeAnew() throws Exception {
    var sink = sink(small());
    sink.write("web", Lines.line("old"));
    sink.flush();
    Files.move(file("app.log"), file("elsewhere"));
    sink.write("web", Lines.line("new"));
    sink.flush();
    sink.close();
    assertThat(file("elsewhere")).hasContent("old");
    assertThat(file("app.log")).hasContent("new");
  }

  @Test
  void theSizeOfAFileMadeAnewCountsFromItsFirstLine() throws Exception {
    var sink = sink(small());
    write(sink, 0, 5);
    sink.flush();
    Files.delete(file("app.log"));
    write(sink, 5, 10); // 500 bytes that are written to the new file by the flush
    sink.flush();
    write(sink, 10, 20);
    sink.close();
    assertThat(Files.readAllLines(file("app.log.1"))).isEqualTo(numbers(5, 15));
    assertThat(Files.readAllLines(file("app.log"))).isEqualTo(numbers(15, 20));
  }

  @Test
  void aHugeLineThatGoesToAFileMadeAnewCounts() throws Exception {
    var sink = sink(small());
    sink.write("web", Lines.line("old"));
    sink.flush();
    Files.delete(file("app.log"));
    String huge = "x".repeat(20_000);
    sink.write("web", Lines.line(huge));
    sink.write("web", Lines.line("after"));
    sink.close();
    assertThat(file("app.log")).hasContent("after");
    assertThat(file("app.log.1")).hasContent(huge);
  }

  @Test
  void aDirectoryThatWasDeletedIsMadeAnew() throws Exception {
    var directory = temp.resolve("logs");
    var sink = sink(RotatingFile.at(directory.resolve("app.log")));
    sink.write("web", Lines.line("old"));
    sink.flush();
    Files.delete(directory.resolve("app.log"));
    Files.delete(directory);
    sink.write("web", Lines.line("new"));
    sink.close();
    assertThat(directory.resolve("app.log")).hasContent("new");
  }

  @Test
  void aFullDeviceLosesLinesCountedAndWritingGoesOnWhenThereIsRoom() throws Exception {
    var link = Files.createSymbolicLink(file("app.log"), Path.of("/dev/full"));
    var sink = sink(RotatingFile.at(link));
    sink.write("web", Lines.line("1"));
    sink.write("web", Lines.line("2"));
    assertThatThrownBy(sink::flush)
        .isInstanceOfSatisfying(
            LostLinesException.class, lost -> assertThat(lost.count()).isEqualTo(2));
    assertThatThrownBy(() -> sink.write("web", Lines.line("x".repeat(20_000))))
        .isInstanceOfSatisfying(
            LostLinesException.class, lost -> assertThat(lost.count()).isEqualTo(1));
    Files.delete(link);
    sink.write("web", Lines.line("3"));
    sink.close();
    assertThat(file("app.log")).hasContent("3");
  }

  @Test
  void whatCannotBeOpenedLosesItsLinesCounted() throws Exception {
    Files.writeString(file("blocker"), "");
    var sink = sink(RotatingFile.at(file("blocker").resolve("app.log")));
    sink.write("web", Lines.line("1"));
    assertThatThrownBy(sink::flush)
        .isInstanceOfSatisfying(
            LostLinesException.class, lost -> assertThat(lost.count()).isEqualTo(1));
    Files.delete(file("blocker"));
    sink.write("web", Lines.line("2"));
    sink.close();
    assertThat(file("blocker").resolve("app.log")).hasContent("2");
  }

  /// In a JVM of its own whose files may not grow beyond 8 KiB (RLIMIT_FSIZE): what was written and
  /// what was counted as lost add up, and no line is torn or empty once there is room again.
  @Test
  void aDiskThatIsFullInTheMiddleOfALineLeavesWholeLinesAndAnHonestCount() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(
            "/bin/sh",
            "-c",
            "ulimit -f 16; exec \"$0\" \"$@\"",
            java,
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            FullDisk.class.getName(),
            file("app.log").toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    long lost = Long.parseLong(said.strip());
    var whole = new ArrayList<String>();
    for (String name : List.of("full.log", "app.log")) {
      for (String line : Files.readAllLines(file(name))) {
        assertThat(line).as(name).isNotEmpty();
        if (line.length() == 99) {
          whole.add(line);
        }
      }
    }
    assertThat(Files.size(file("full.log"))).isEqualTo(8192);
    assertThat(whole).isSorted().doesNotHaveDuplicates();
    assertThat(whole.size() + lost).isEqualTo(FullDisk.LINES);
    assertThat(lost).isPositive();
    assertThat(whole).endsWith(numbered(FullDisk.LINES - 1));
  }

  /// Writes lines until the file is full and some more, moves it away, and goes on.
  static final class FullDisk {
    static final int LINES = 120;

    private FullDisk() {}

    public static void main(String[] arguments) throws IOException {
      var path = Path.of(arguments[0]);
      var sink = new RotatingFileSink(RotatingFile.at(path), "web");
      long lost = 0;
      for (int i = 0; i < LINES; i++) {
        if (i == 100) {
          Files.move(path, path.resolveSibling("full.log"));
        }
        try {
          sink.write("web", Lines.line(numbered(i)));
          sink.flush();
        } catch (LostLinesException e) {
          lost += e.count();
        }
      }
      sink.close();
      System.out.println(lost);
    }
  }
}
