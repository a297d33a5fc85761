package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcFsTest extends LaunchFixture {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a) R 1 (b",
        "((((",
        "))))",
        ") Z 0 0 0",
        "two words",
        "new\nline",
        "ünïcödé",
        " "
      })
  void aProgramMayHaveAnyName(String name) throws Exception {
    var program = temp.resolve(name);
    Files.copy(Path.of("/bin/sleep"), program);
    var process = launch(new Recorder(), program.toString(), "1000");
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
                .startsWith(name.length() > 1 ? program.toString() : ""));
    var stat = ProcFs.stat(process.pid()).orElseThrow();
    assertThat(stat.pid()).isEqualTo(process.pid());
    assertThat(stat.parent()).isEqualTo(ProcessHandle.current().pid());
    assertThat(stat.state()).isIn('S', 'R', 'D');
    assertThat(stat.startTicks()).isPositive();
    assertThat(ProcFs.isAlive(process.pid(), stat.startTicks())).isTrue();
    assertThat(process.tree()).containsExactly(process.pid());
  }

  @Test
  void anotherStartTimeIsAnotherProcess() {
    long own = launch(new Recorder(), "/bin/sleep", "1000").pid();
    long ticks = ProcFs.startTicks(own).orElseThrow();
    assertThat(ProcFs.isAlive(own, ticks)).isTrue();
    assertThat(ProcFs.isAlive(own, ticks + 1)).isFalse();
  }

  @Test
  void whatIsNotThereIsEmpty() {
    for (long pid : new long[] {0, -1, Long.MAX_VALUE, 4_194_305}) {
      assertThat(ProcFs.stat(pid)).isEmpty();
      assertThat(ProcFs.startTicks(pid)).isEmpty();
      assertThat(ProcFs.mark(pid)).isEmpty();
      assertThat(ProcFs.hasPipe(pid)).isFalse();
    }
  }

  @Test
  void aZombieIsDead() {
    var file = temp.resolve("pid");
    // The shell becomes a program that does not wait for the child it inherits.
    sh(new Recorder(), "sleep 0.1 & echo $! > '" + file + "'; exec sleep 1000");
    long child = awaitPid(file);
    await()
        .atMost(LIMIT)
        .until(() -> ProcFs.stat(child).filter(stat -> stat.state() == 'Z').isPresent());
    long ticks = ProcFs.startTicks(child).orElseThrow();
    assertThat(ProcFs.isAlive(child, ticks)).isFalse();
    assertThat(ProcFs.all()).extracting(ProcFs.Stat::pid).contains(child);
  }

  @Test
  void aStoppedProcessIsSeenStopped() {
    var process = launch(new Recorder(), "/bin/sleep", "1000");
    assertThat(process.signal(Signal.STOP)).isTrue();
    await()
        .atMost(LIMIT)
        .until(() -> ProcFs.stat(process.pid()).filter(ProcFs.Stat::isStopped).isPresent());
  }

  @Test
  void aThreadOfAnotherProcessIsNoProcess() {
    var recorder = new Recorder();
    var process =
        launch(
            recorder,
            "/usr/bin/python3",
            "-c",
            """
            import threading, time
            thread = threading.Thread(target=time.sleep, args=(1000,))
            thread.start()
            print(thread.native_id, flush=True)
            """);
    await().atMost(LIMIT).until(() -> recorder.out().endsWith("\n"));
    long thread = Long.parseLong(recorder.out().strip());
    assertThat(Path.of("/proc/" + thread + "/stat")).exists();
    assertThat(ProcFs.stat(thread)).isEmpty();
    assertThat(process.tree()).containsExactly(process.pid());
  }

  @Test
  void aMarkIsFoundByItsPrefixAmongOtherVariables() {
    var process = launch(new Recorder(), "/bin/sleep", "1000");
    await().atMost(LIMIT).until(() -> ProcFs.mark(process.pid()).isPresent());
    assertThat(ProcFs.mark(process.pid())).contains(mark);
    var prefix = mark.substring(0, mark.indexOf('/') + 1);
    assertThat(ProcFs.marked(prefix)).containsEntry(process.pid(), mark);
    assertThat(ProcFs.marked(mark + "x")).isEmpty();
  }

  @Test
  void pipesAreSeen() {
    var process = launch(new Recorder(), "/bin/sleep", "1000");
    assertThat(ProcFs.hasPipe(process.pid())).isTrue();
    assertThat(ProcFs.lastPid().orElseThrow()).isPositive();
  }

  @Test
  void aSignalIsNotSentToAPidThatWasGivenToAnother() {
    var process = launch(new Recorder(), "/bin/sleep", "1000");
    var stat = ProcFs.stat(process.pid()).orElseThrow();
    var recycled =
        new ProcFs.Stat(
            stat.pid(), stat.parent(), stat.session(), 'S', 0, 1, stat.startTicks() - 1);
    for (var signal : List.of(Signal.TERM, Signal.KILL, Signal.INT, Signal.STOP)) {
      assertThat(Kill.send(signal, List.of(recycled))).isFalse();
    }
    assertThat(Kill.send(Signal.TERM, List.of())).isFalse();
    assertThat(process.isAlive()).isTrue();
    assertThat(ProcFs.stat(process.pid()).orElseThrow().isStopped()).isFalse();
    assertThat(Kill.send(Signal.INT, List.of(recycled, stat))).isTrue();
    await().atMost(LIMIT).until(() -> !process.isAlive());
  }
}
