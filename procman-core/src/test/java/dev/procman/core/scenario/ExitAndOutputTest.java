package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.ExitStatus;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessState;
import dev.procman.RotatingFile;
import dev.procman.StdStream;
import dev.procman.event.ProcessEvent;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scenarios 1 to 10.
class ExitAndOutputTest extends EngineTest {

  @Test
  void anExitIsSeenAtOnceAlthoughAGrandchildHoldsThePipe() throws Exception {
    for (int run = 0; run < 100; run++) {
      String pause = run % 10 == 0 ? "sleep 0.3; " : "";
      var process =
          manager.start(sh("holder" + run, "echo hi; (sleep 5)& " + pause + "exit 3").build());
      var report = process.awaitExit(LIMIT);
      assertThat(report.status()).contains(new ExitStatus.Exited(3));
      assertThat(report.lastLines()).extracting(OutputLine::text).containsExactly("hi");
      assertThat(report.uptime()).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void whatAGrandchildWritesAfterTheExitIsTakenUntilItIsEnded() throws Exception {
    for (int run = 0; run < 10; run++) {
      var script =
          "(trap 'echo last; exit' TERM; echo ready >&2; while :; do sleep 0.05; done)& read line; exit 0";
      var process = manager.start(sh("late" + run, script).build());
      await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
      process.input().write("go\n");
      var report = process.awaitExit(LIMIT);
      assertThat(report.lastLines()).extracting(OutputLine::text).contains("ready", "last");
      assertThat(report.outputTruncated()).isFalse();
    }
  }

  @Tag("long")
  @Test
  void aChildThatLivesForAMomentNeverLosesItsLine() throws Exception {
    for (int run = 0; run < 1000; run++) {
      var process = manager.start(ProcessSpecs.echo("brief" + run, "line " + run));
      assertThat(process.awaitExit(LIMIT).lastLines())
          .extracting(OutputLine::text)
          .containsExactly("line " + run);
      process.remove();
    }
  }

  @Test
  void aHundredMegabytesOnBothStreamsArriveCompleteAndInOrder() throws Exception {
    int lines = 500_000;
    var script =
        "seq -f '%%0100.0f' 1 %d & seq -f '%%0100.0f' 1 %d >&2 & wait".formatted(lines, lines);
    var last = new long[2];
    var taken = new AtomicLong();
    var disordered = new ArrayList<OutputLine>();
    var settings =
        OutputSettings.ofDefaults()
            .sink((_, line) -> {
              int stream = line.stream().ordinal();
              long number = Long.parseLong(line.text());
              if (number <= last[stream]) {
                disordered.add(line);
              }
              last[stream] = number;
              taken.incrementAndGet();
            });
    var process = manager.register(sh("flood", script).output(settings).build());
    process.start();
    process.awaitExit(Duration.ofMinutes(2));
    assertThat(process.output().lineCount()).isEqualTo(2L * lines);
    assertThat(process.output().byteCount()).isEqualTo(2L * lines * 101);
    var retained = process.output().lines();
    assertThat(retained).hasSize(1000);
    assertThat(
            retained.stream()
                .filter(line -> line.stream() == StdStream.STDERR)
                .map(line -> Long.parseLong(line.text()))
                .toList())
        .isSorted();
    process.remove();
    // A sink may lose lines when it is too slow, and says how many; what it gets is in order.
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(
                    taken.get()
                        + of(ProcessEvent.SinkFailed.class, "flood").stream()
                            .mapToLong(ProcessEvent.SinkFailed::lost)
                            .sum())
                .isEqualTo(2L * lines));
    assertThat(disordered).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'no end'                 | 'no end'
          'a\\rb\\n'               | 'a\rb'
          'dos\\r\\n'              | 'dos'
          'gr\\303\\274n\\n'       | 'grün'
          'bad \\377 byte\\n'      | 'bad \uFFFD byte'
          """)
  void unusualLineEndsAndBytesBecomeText(String printed, String expected) throws Exception {
    var process = manager.start(ProcessSpecs.printf("odd", printed));
    process.awaitExit(LIMIT);
    assertThat(process.output().lines()).extracting(OutputLine::text).containsExactly(expected);
  }

  @Test
  void aCharacterSplitAcrossReadsIsOneCharacter() throws Exception {
    var script = "printf '\\342\\202'; sleep 0.2; printf '\\254\\n'";
    var process = manager.start(sh("euro", script).build());
    process.awaitExit(LIMIT);
    assertThat(process.output().lines()).extracting(OutputLine::text).containsExactly("€");
  }

  @Test
  void fiftyMegabytesWithoutANewlineAreOneCutLine() throws Exception {
    var process = manager.start(sh("endless", "head -c 50000000 /dev/zero | tr '\\0' x").build());
    process.awaitExit(LIMIT);
    var lines = process.output().lines();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().cut()).isTrue();
    assertThat(lines.getFirst().text()).hasSize(65536);
  }

  @Test
  void aSlowOrThrowingFollowerStallsNobody() throws Exception {
    var blocked = new CountDownLatch(1);
    var process = manager.register(sh("chatty", "read go; seq 1 200000").build());
    process.start();
    try (var _ =
            process
                .output()
                .follow(_ -> {
                  try {
                    blocked.await();
                  } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                  }
                });
        var _ =
            process
                .output()
                .follow(_ -> {
                  throw new IllegalStateException("follower");
                })) {
      process.input().write("go\n");
      assertThat(process.awaitExit(LIMIT).success()).isTrue();
      var sibling = manager.start(ProcessSpecs.echo("sibling", "fine"));
      assertThat(sibling.awaitExit(LIMIT).success()).isTrue();
      blocked.countDown();
    }
  }

  @Test
  void aChildThatClosesItsOutputAndLivesOnHasNotExited() throws Exception {
    var process = manager.start(sh("mute", "exec >&- 2>&-; while :; do sleep 0.1; done").build());
    process.awaitReady(LIMIT);
    var other = manager.start(sh("clock", "sleep 0.5").build());
    other.awaitExit(LIMIT);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(isAlive(process.pid().orElseThrow())).isTrue();
    assertThat(process.stop().orElseThrow().diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
  }

  @Test
  void aLogFileThatCannotBeWrittenIsAnEventAndDrainingGoesOn() throws Exception {
    var blocker = Files.writeString(temp.resolve("file"), "not a directory");
    var settings = OutputSettings.ofDefaults().toFile(RotatingFile.at(blocker.resolve("app.log")));
    var process = manager.start(sh("logger", "seq 1 10000").output(settings).build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    assertThat(process.output().lineCount()).isEqualTo(10000);
    assertThat(awaitEvent(ProcessEvent.SinkFailed.class, "logger").sink()).endsWith("app.log");
  }

  @Test
  void aLogFileWhoseDirectoryVanishesIsMadeAgain() throws Exception {
    var file = temp.resolve("logs").resolve("app.log");
    var settings = OutputSettings.ofDefaults().toFile(RotatingFile.at(file));
    var process =
        manager.start(
            sh("logger", "while read line; do echo $line; done").output(settings).build());
    process.awaitReady(LIMIT);
    process.input().write("first\n");
    await().atMost(LIMIT).until(() -> Files.exists(file) && Files.size(file) == 6);
    Files.delete(file);
    Files.delete(file.getParent());
    process.input().write("second\n");
    await()
        .atMost(LIMIT)
        .until(() -> Files.exists(file) && Files.readString(file).equals("second\n"));
  }

  @Test
  void aFollowerThatComesLateGetsTheRetainedLinesThenTheLiveOnes() throws Exception {
    var process = manager.start(sh("counter", "seq 1 50000; read go; seq 50001 60000").build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() >= 50_000);
    List<Long> seen = new CopyOnWriteArrayList<>();
    try (var follower = process.output().follow(line -> seen.add(line.sequence()))) {
      process.input().write("go\n");
      process.awaitExit(LIMIT);
      await().atMost(LIMIT).until(() -> seen.size() + follower.dropped() == 11_000);
      assertThat(seen).isSorted().doesNotHaveDuplicates();
      assertThat(seen.getFirst()).isEqualTo(49_001);
      assertThat(seen.getLast()).isEqualTo(60_000);
    }
  }

  @Test
  void outputLinesAreEventsWhenAskedFor() throws Exception {
    var settings = OutputSettings.ofDefaults().toEvents();
    manager.start(sh("talker", "echo one; echo two >&2").output(settings).build()).awaitExit(LIMIT);
    var lines = awaitEvents(ProcessEvent.ProcessOutputLine.class, "talker", 2);
    assertThat(lines)
        .extracting(event -> event.line().text())
        .containsExactlyInAnyOrder("one", "two");
  }
}
