package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.OutputLine;
import dev.procman.ProcessInputException;
import dev.procman.ProcessInputException.Reason;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StandardInput;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Scenarios 11 to 14.
class StandardInputTest extends EngineTest {

  @Test
  void aStopFreesAWriterWhoseChildNeverReads() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("deaf").build());
    process.awaitReady(LIMIT);
    var write =
        CompletableFuture.runAsync(
            () -> process.input().write(new byte[1_000_000], Duration.ofMinutes(1)));
    long began = System.nanoTime();
    process.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(9));
    assertThatThrownBy(() -> write.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ProcessInputException.class);
  }

  @Test
  void aWriteThatIsNotTakenInTimeFails() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("deaf").build());
    process.awaitReady(LIMIT);
    assertThatThrownBy(() -> process.input().write(new byte[1_000_000], Duration.ofMillis(200)))
        .isInstanceOfSatisfying(
            ProcessInputException.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT))
        .hasMessageContaining("deaf");
    process.input().close();
  }

  @Test
  void theEndOfInputReachesTheChild() throws Exception {
    var process = manager.start(sh("counter", "wc -l").build());
    process.awaitReady(LIMIT);
    process.input().write("a\nb\n");
    process.input().write("c\n");
    process.input().close();
    process.input().close();
    assertThat(process.awaitExit(LIMIT).lastLines())
        .extracting(line -> line.text().strip())
        .containsExactly("3");
  }

  @Test
  void aWriteAfterTheExitFailsWithATypedError() throws Exception {
    var process = manager.start(ProcessSpecs.echo("over", "x"));
    process.awaitExit(LIMIT);
    assertThatThrownBy(() -> process.input().write("too late"))
        .isInstanceOfSatisfying(
            ProcessInputException.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_RUNNING));
  }

  @Test
  void aWriteToAChildThatClosedItsInputFailsWithATypedError() throws Exception {
    var process =
        manager.start(sh("closer", "exec <&-; echo closed; while :; do sleep 0.1; done").build());
    try (var lines = process.output().follow(_ -> {})) {
      await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
      assertThat(lines.dropped()).isZero();
    }
    assertThatThrownBy(() -> process.input().write("nobody reads"))
        .isInstanceOfSatisfying(
            ProcessInputException.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.CLOSED));
  }

  @Test
  void manyWritersAreNotMixed() throws Exception {
    var process = manager.start(ProcessSpecs.cat("echo"));
    process.awaitReady(LIMIT);
    var threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      String line = String.valueOf((char) ('a' + i)).repeat(200) + "\n";
      threads[i] =
          Thread.ofVirtual()
              .start(() -> {
                for (int k = 0; k < 50; k++) {
                  process.input().write(line);
                }
              });
    }
    for (var thread : threads) {
      thread.join();
    }
    process.input().close();
    process.awaitExit(LIMIT);
    assertThat(process.output().lines())
        .hasSize(400)
        .extracting(OutputLine::text)
        .allMatch(text -> text.length() == 200 && text.chars().distinct().count() == 1);
  }

  /// What it said in each of two generations.
  private List<String> saidTwice(ProcessSpec.Builder spec) throws Exception {
    var process = manager.start(spec.build());
    process.awaitExit(LIMIT);
    process.start();
    await().atMost(LIMIT).until(() -> process.generation() == 2);
    process.awaitExit(LIMIT);
    return said(process.output().lines());
  }

  @Test
  void aTextIsReadToItsEndByEachGeneration() throws Exception {
    assertThat(
            saidTwice(
                ProcessSpec.named("reader")
                    .command("cat")
                    .stdin(StandardInput.text("hello ${name}\n$$1\n"))))
        .containsExactly("hello reader", "$1", "hello reader", "$1");
  }

  @Test
  void aTextLongerThanAPipeHoldsUpNoStart() throws Exception {
    var deaf =
        manager.start(
            ProcessSpecs.sleeper("deaf").stdin(StandardInput.text("x".repeat(1 << 20))).build());
    deaf.awaitReady(LIMIT);
    deaf.stop();
    var counter =
        manager.start(
            sh("counter", "wc -c").stdin(StandardInput.text("x".repeat(1 << 20))).build());
    assertThat(said(counter.awaitExit(LIMIT).lastLines())).containsExactly("1048576");
  }

  @Test
  void aFileIsReadFromItsBeginningByEachGeneration() throws Exception {
    Files.writeString(temp.resolve("data $ file"), "one\ntwo\n");
    assertThat(
            saidTwice(
                ProcessSpec.named("reader")
                    .command("cat")
                    .stdin(StandardInput.file(temp.resolve("data $ file")))))
        .containsExactly("one", "two", "one", "two");
    assertThat(
            saidTwice(
                ProcessSpec.named("relative")
                    .command("cat")
                    .directory("${dir.work}")
                    .file("input", "for ${name}\n")
                    .stdin(StandardInput.file("input"))))
        .containsExactly("for relative", "for relative");
  }

  @Test
  void nothingIsReadWhereThereIsNoInput() throws Exception {
    var process =
        manager.start(
            sh("none", "cat; readlink /proc/self/fd/0").stdin(StandardInput.none()).build());
    assertThat(said(process.awaitExit(LIMIT).lastLines())).containsExactly("/dev/null");
  }

  @Test
  void aFileThatCannotBeReadIsNamedByATypedError() throws Exception {
    Files.createDirectory(temp.resolve("directory"));
    new ProcessBuilder("mkfifo", temp.resolve("fifo").toString()).start().waitFor();
    for (String name : List.of("missing", "directory", "fifo")) {
      var file = temp.resolve(name);
      var process =
          manager.start(
              ProcessSpec.named(name).command("cat").stdin(StandardInput.file(file)).build());
      process.awaitState(LIMIT, ProcessState.FAILED);
      assertThat(process.snapshot().lastExit().orElseThrow().describe())
          .contains("not launched", "cannot start 'cat'", "standard input '" + file + "'");
    }
  }

  @Test
  void theHostCannotWriteWhereTheSpecificationGivesTheInput() throws Exception {
    Files.writeString(temp.resolve("empty"), "");
    for (var input :
        List.of(
            StandardInput.none(),
            StandardInput.text("x"),
            StandardInput.file(temp.resolve("empty")))) {
      var process =
          manager.start(
              ProcessSpecs.sleeper(input.getClass().getSimpleName()).stdin(input).build());
      process.awaitReady(LIMIT);
      process.input().close();
      assertThatThrownBy(() -> process.input().write("more"))
          .isInstanceOfSatisfying(
              ProcessInputException.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.CLOSED))
          .hasMessageContaining("stdin(...)");
    }
  }
}
