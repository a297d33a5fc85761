package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessOutput;
import dev.procman.StdStream;
import dev.procman.spi.OutputSink;
import dev.procman.spi.ProcmanClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutputLogTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final OutputSettings DEFAULTS = OutputSettings.ofDefaults();

  private final List<OutputLine> published = new CopyOnWriteArrayList<>();
  private final List<String> sinkFailures = new CopyOnWriteArrayList<>();
  private OutputLog log = open(DEFAULTS);

  private OutputLog open(OutputSettings settings) {
    return new OutputLog(
        "web",
        settings,
        ProcmanClock.system(),
        published::add,
        (sink, lost, cause) -> sinkFailures.add(lost + " " + cause.getMessage()));
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void print(String text) {
    log.append(StdStream.STDOUT, Lines.bytes(text));
  }

  private static List<String> texts(List<OutputLine> lines) {
    return lines.stream().map(OutputLine::text).toList();
  }

  /// A sink that remembers what it was told, and complains of being called by two at once.
  private static final class Remembering implements OutputSink {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicBoolean busy = new AtomicBoolean();
    final AtomicInteger overlaps = new AtomicInteger();

    @Override
    public void write(String process, OutputLine line) {
      if (!busy.compareAndSet(false, true)) {
        overlaps.incrementAndGet();
      }
      lines.add(line.text());
      busy.set(false);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void theBeginningOfASecretIsMaskedInALineThatIsNotFinished() {
    var mask =
        new Mask() {
          @Override
          public String text(String text) {
            return text.replace("geheim", "***");
          }

          @Override
          public OutputLine line(OutputLine line) {
            var masked = line.cut() ? line.text().replaceAll("g(e(h(e(im?)?)?)?)?$", "***") : "-";
            return new OutputLine(
                line.sequence(), line.generation(), line.stream(), line.time(), masked, line.cut());
          }
        };
    log.close();
    log =
        new OutputLog(
            "web", DEFAULTS, ProcmanClock.system(), mask, published::add, (_, _, _) -> {});
    print("the key is gehe");
    assertThat(texts(log.maskedUnfinished())).containsExactly("the key is ***");
  }

  @Test
  void linesOfBothStreamsShareOneSequenceOverAllGenerations() {
    log.begin(1);
    print("a\nb");
    log.append(StdStream.STDERR, Lines.bytes("E\n"));
    print("B\n");
    log.begin(2);
    print("c\n");
    assertThat(log.lines())
        .extracting(OutputLine::sequence, OutputLine::generation, OutputLine::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, 1L, "a"),
            org.assertj.core.groups.Tuple.tuple(2L, 1L, "E"),
            org.assertj.core.groups.Tuple.tuple(3L, 1L, "bB"),
            org.assertj.core.groups.Tuple.tuple(4L, 2L, "c"));
    assertThat(log.lineCount()).isEqualTo(4);
    assertThat(log.byteCount()).isEqualTo(9);
  }

  @Test
  void whatOneGenerationLeftOpenIsNotContinuedByTheNext() {
    log.begin(1);
    print("left open");
    log.begin(2);
    print("fresh\n");
    assertThat(texts(log.lines())).containsExactly("left open", "fresh");
    assertThat(log.lines()).extracting(OutputLine::generation).containsExactly(1L, 2L);
  }

  @Test
  void theOldestGenerationIsThatOfWhatIsRetainedOrStillToBeWritten() {
    var writing = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    OutputSink slow =
        (_, _) -> {
          writing.countDown();
          released.await();
        };
    log.settings(DEFAULTS.retainedLines(1).sink(slow));
    assertThat(log.oldestGeneration()).isEqualTo(Long.MAX_VALUE);
    log.begin(1);
    print("1\n");
    await().atMost(LIMIT).until(() -> writing.getCount() == 0);
    log.begin(2);
    print("2\n");
    assertThat(texts(log.lines())).containsExactly("2");
    assertThat(log.oldestGeneration()).isEqualTo(1);
    released.countDown();
    await().atMost(LIMIT).until(() -> log.oldestGeneration() == 2);
  }

  @Test
  void buffersOfAnyKindAreConsumedWhole() {
    var direct = ByteBuffer.allocateDirect(200_000);
    var text = "0123456789\n".repeat(18_000);
    direct.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
    log.append(StdStream.STDOUT, direct);
    assertThat(direct.hasRemaining()).isFalse();
    var readOnly = Lines.bytes("x\ny\n").asReadOnlyBuffer();
    log.append(StdStream.STDOUT, readOnly);
    assertThat(readOnly.hasRemaining()).isFalse();
    var slice = ByteBuffer.wrap("__z\n__".getBytes(StandardCharsets.US_ASCII), 2, 2).slice();
    log.append(StdStream.STDOUT, slice);
    assertThat(log.lineCount()).isEqualTo(18_003);
    assertThat(texts(log.tail(4))).containsExactly("0123456789", "x", "y", "z");
  }

  @Test
  void followersThatComeAtAnyMomentSeeNeitherGapNorDuplicate() throws Exception {
    int total = 40_000;
    print("1\n"); // with something retained, the first line seen is the first that was offered
    var start = new CountDownLatch(1);
    var printer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                start.await();
              } catch (InterruptedException never) {
                throw new AssertionError(never);
              }
              for (int i = 2; i <= total; i++) {
                print(i + "\n");
              }
            });
    start.countDown();
    var followers = new ArrayList<ProcessOutput.Follower>();
    var seen = new ArrayList<List<Long>>();
    for (int i = 0; i < 20; i++) {
      List<Long> own = java.util.Collections.synchronizedList(new ArrayList<>());
      seen.add(own);
      followers.add(log.follow(line -> own.add(line.sequence())));
    }
    printer.join();
    log.close();
    for (int i = 0; i < seen.size(); i++) {
      var own = seen.get(i);
      assertThat(own).isNotEmpty();
      long first = own.getFirst();
      assertThat(own.getLast()).isEqualTo(total);
      assertThat(own).isSorted().doesNotHaveDuplicates();
      assertThat(own.size() + followers.get(i).dropped()).isEqualTo(total - first + 1);
    }
  }

  @Test
  void aSlowFollowerLosesTheOldestLinesAndIsToldHowMany() throws Exception {
    var arrived = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    List<Long> seen = new CopyOnWriteArrayList<>();
    var follower =
        log.follow(line -> {
          arrived.countDown();
          awaitQuietly(released);
          seen.add(line.sequence());
        });
    print("first\n");
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 10_000; i++) {
      print("x\n");
    }
    released.countDown();
    await().atMost(LIMIT).until(() -> !seen.isEmpty() && seen.getLast() == 10_001);
    assertThat(follower.dropped()).isEqualTo(10_000 - 8192);
    assertThat(seen)
        .startsWith(1L)
        .hasSize(8193)
        .endsWith(LongStream.rangeClosed(10_001 - 8191, 10_001).boxed().toArray(Long[]::new));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aThrowingFollowerGetsTheNextLineAllTheSame() {
    List<String> seen = new CopyOnWriteArrayList<>();
    log.follow(line -> {
      seen.add(line.text());
      throw new AssertionError("follower");
    });
    print("a\nb\nc\n");
    await().atMost(LIMIT).until(() -> seen.size() == 3);
  }

  @Test
  void aFollowerMayCloseItselfWhileItIsCalled() {
    print("retained 1\nretained 2\n");
    List<String> seen = new CopyOnWriteArrayList<>();
    var own = new AtomicReference<ProcessOutput.Follower>();
    var known = new CountDownLatch(1);
    own.set(
        log.follow(line -> {
          awaitQuietly(known);
          seen.add(line.text());
          own.get().close();
        }));
    known.countDown();
    print("live\n");
    log.close();
    assertThat(seen).containsExactly("retained 1");
  }

  @Test
  void aFollowerMayFollowPrintAndClose() {
    List<String> seen = new CopyOnWriteArrayList<>();
    log.follow(line -> {
      if (line.text().equals("go")) {
        log.follow(other -> seen.add("inner " + other.text()));
        print("more\n");
        log.close();
      }
      seen.add(line.text());
    });
    print("go\n");
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(seen).containsExactlyInAnyOrder("go", "more", "inner go", "inner more"));
  }

  @Test
  void afterTheCloseAFollowerGetsTheRetainedLinesAndEnds() {
    print("a\n");
    log.close();
    log.close();
    print("late\n");
    List<String> seen = new CopyOnWriteArrayList<>();
    log.follow(line -> seen.add(line.text()));
    await().atMost(LIMIT).until(() -> seen.equals(List.of("a", "late")));
  }

  @Test
  void aFollowerThatHangsDoesNotHoldUpTheClose() {
    var never = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    log.follow(_ -> {
      try {
        never.await();
      } catch (InterruptedException closing) {
        interrupted.countDown();
      }
    });
    print("a\nb\n");
    log.close();
    awaitQuietly(interrupted);
  }

  @Test
  void sinksGetLinesInOrderFromOneThreadAndAreClosedOnce() {
    var sink = new Remembering();
    log.close();
    log = open(DEFAULTS.sink(sink));
    for (int i = 0; i < 1000; i++) {
      print(i + "\n");
    }
    log.close();
    log.close();
    assertThat(sink.lines)
        .containsExactlyElementsOf(LongStream.range(0, 1000).mapToObj(String::valueOf).toList());
    assertThat(sink.closed).hasValue(1);
    assertThat(sink.overlaps).hasValue(0);
  }

  @Test
  void aSinkThatIsNamedTwiceIsStillOneSink() {
    var sink = new Remembering();
    log.close();
    log = open(DEFAULTS.sink(sink).sink(sink));
    print("a\nb\n");
    log.settings(DEFAULTS.sink(sink).sink(sink).retainedLines(5));
    print("c\n");
    log.close();
    assertThat(sink.lines).containsExactly("a", "b", "c");
    assertThat(sink.closed).hasValue(1);
  }

  @Test
  void newSettingsKeepCommonSinksStartNewOnesAndCloseTheOthers() {
    var kept = new Remembering();
    var gone = new Remembering();
    var fresh = new Remembering();
    log.close();
    log = open(DEFAULTS.sink(kept).sink(gone));
    print("1\n");
    log.settings(DEFAULTS.sink(kept).sink(fresh));
    print("2\n");
    await().atMost(LIMIT).until(() -> gone.closed.get() == 1);
    assertThat(kept.closed).hasValue(0);
    log.close();
    assertThat(kept.lines).containsExactly("1", "2");
    assertThat(gone.lines).containsExactly("1");
    assertThat(fresh.lines).containsExactly("2");
    assertThat(kept.closed).hasValue(1);
    assertThat(fresh.closed).hasValue(1);
  }

  @Test
  void aFailingSinkIsReportedAndTriedAgainWithTheNextLine() {
    List<String> tried = new CopyOnWriteArrayList<>();
    log.close();
    log =
        open(
            DEFAULTS.sink((_, line) -> {
              tried.add(line.text());
              throw new AssertionError("no " + line.text());
            }));
    print("1\n2\n3\n");
    log.close();
    assertThat(tried).containsExactly("1", "2", "3");
    assertThat(sinkFailures).first().isEqualTo("1 no 1");
    assertThat(sinkFailures.stream().mapToLong(text -> Long.parseLong(text.split(" ")[0])).sum())
        .isEqualTo(3);
  }

  @Test
  void aSinkThatHangsAtTheCloseIsGivenUpAndItsLinesAreCounted() {
    var never = new CountDownLatch(1);
    log.close();
    log =
        open(
            DEFAULTS.sink((_, _) -> {
              never.await();
            }));
    print("1\n2\n3\n4\n");
    log.close();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(
                    sinkFailures.stream()
                        .mapToLong(text -> Long.parseLong(text.split(" ")[0]))
                        .sum())
                .isEqualTo(4));
  }

  @Test
  void theRingShrinksAtOnceAndGrowsWithWhatComes() {
    print("1\n2\n3\n");
    log.settings(DEFAULTS.retainedLines(2));
    assertThat(texts(log.lines())).containsExactly("2", "3");
    log.settings(DEFAULTS.retainedLines(3));
    print("4\n5\n");
    assertThat(texts(log.lines())).containsExactly("3", "4", "5");
  }

  @Test
  void anotherCharacterSetBeginsWithALineOfItsOwn() {
    print("half");
    log.settings(DEFAULTS.charset(StandardCharsets.ISO_8859_1));
    log.append(StdStream.STDOUT, ByteBuffer.wrap(new byte[] {(byte) 0xFC, '\n'}));
    assertThat(texts(log.lines())).containsExactly("half", "ü");
  }

  @Test
  void linesAreEventsOnlyWhileAskedFor() {
    print("1\n");
    log.settings(DEFAULTS.toEvents());
    print("2\n");
    log.settings(DEFAULTS);
    print("3\n");
    assertThat(texts(published)).containsExactly("2");
  }

  @Test
  void aHookThatThrowsDoesNotStopTheOutput() {
    log.close();
    log =
        new OutputLog(
            "web",
            DEFAULTS.toEvents(),
            ProcmanClock.system(),
            _ -> {
              throw new IllegalStateException("hook");
            },
            (_, _, _) -> {});
    print("1\n2\n");
    assertThat(texts(log.lines())).containsExactly("1", "2");
  }
}
