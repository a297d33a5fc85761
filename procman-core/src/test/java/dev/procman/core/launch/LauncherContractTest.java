package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.LaunchSettings;
import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a launcher promises to its listener.
class LauncherContractTest extends LaunchFixture {
  @TempDir Path temp;
  private final Recorder recorder = new Recorder();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exit 0                          | exit code 0
          exit 3                          | exit code 3
          exit 255                        | exit code 255
          kill -TERM $$                   | signal TERM (15)
          kill -KILL $$                   | signal KILL (9)
          exec >&- 2>&-; exit 4           | exit code 4
          """)
  void aSilentProcessTellsItsExitThenThatItsOutputEnded(String script, String status) {
    sh(recorder, script);
    recorder.awaitEnd();
    assertThat(recorder.calls).containsExactly(status, "drained");
  }

  @Test
  void outputComesBeforeTheExitOrBetweenItAndTheEnd() {
    for (int run = 0; run < 50; run++) {
      var own = new Recorder();
      sh(own, "echo out; echo err >&2; exit 5");
      own.awaitEnd();
      assertThat(own.out()).isEqualTo("out\n");
      assertThat(own.err()).isEqualTo("err\n");
      assertThat(own.calls).containsOnlyOnce("exit code 5", "drained").endsWith("drained");
    }
  }

  @Test
  void manyBytesOfBothStreamsArriveInOrder() {
    sh(recorder, "seq 1 100000 & seq 1 100000 >&2; wait");
    recorder.awaitEnd();
    var expected = new StringBuilder();
    for (int i = 1; i <= 100_000; i++) {
      expected.append(i).append('\n');
    }
    assertThat(recorder.out()).isEqualTo(expected.toString());
    assertThat(recorder.err()).isEqualTo(expected.toString());
  }

  @Test
  void aPipeThatAGrandchildHoldsSilentlyIsCutAfterItsQuietTime() {
    sh(recorder, "echo said; sleep 1000 & exit 6");
    recorder.awaitEnd();
    assertThat(recorder.calls).containsOnlyOnce("exit code 6").endsWith("cut");
    assertThat(recorder.out()).isEqualTo("said\n");
  }

  @Test
  void aGrandchildThatWritesGoesOnAfterTheCutWithoutBeingKilledByAPipe() throws Exception {
    var pid = temp.resolve("pid");
    var count = temp.resolve("count");
    var writer =
        "(i=0; while :; do i=$((i+1)); echo $i; echo $i > '%s'; [ $i = 3 ] && sleep 1; sleep 0.02; done)"
            .formatted(count);
    // It ends when it is told to, so that the launcher surely reads by then.
    var process = sh(recorder, writer + " & echo $! > '%s'; read go; exit 0".formatted(pid));
    await().atMost(LIMIT).until(() -> recorder.out().startsWith("1"));
    process.stdin().write("go\n".getBytes(StandardCharsets.US_ASCII));
    process.stdin().flush();
    recorder.awaitEnd();
    int length = recorder.out().length();
    await().atMost(LIMIT).until(() -> read(count).matches("[2-9]\\d|\\d{3,}"));
    assertThat(isAlive(awaitPid(pid))).isTrue();
    // After the end nothing is told any more.
    assertThat(recorder.calls).endsWith("cut");
    assertThat(recorder.out()).hasSize(length);
  }

  @Test
  void aQuietTimeForEverIsNoReasonToLoseTheProcess() {
    launch(recorder, ChronoUnit.FOREVER.getDuration(), Map.of(), "/bin/echo", "fine");
    recorder.awaitEnd();
    assertThat(recorder.calls).endsWith("drained");
    assertThat(recorder.out()).isEqualTo("fine\n");
  }

  @Test
  void aSignalGoesToTheProcessItself() {
    var trap = temp.resolve("trapped");
    var process =
        sh(
            recorder,
            "trap 'echo usr1 > " + trap + "' USR1; echo ready; while :; do sleep 0.05; done");
    await().atMost(LIMIT).until(() -> recorder.out().equals("ready\n"));
    assertThat(process.signal(Signal.USR1)).isTrue();
    await().atMost(LIMIT).until(() -> read(trap).equals("usr1"));
    assertThat(process.signal(Signal.KILL)).isTrue();
    recorder.awaitEnd();
    assertThat(process.signal(Signal.TERM)).isFalse();
    assertThat(process.signal(Signal.HUP)).isFalse();
    assertThat(process.isAlive()).isFalse();
    assertThat(recorder.calls).contains("signal KILL (9)");
  }

  @Test
  void aChildLeadsASessionOfItsOwn() {
    var process = launch(recorder, "/bin/sleep", "1000");
    assertThat(ProcFs.stat(process.pid()).orElseThrow().session()).isEqualTo(process.pid());
    assertThat(process.tree()).containsExactly(process.pid());
  }

  @Test
  void aChildThatSignalsItsProcessGroupReachesNeitherThisJvmNorItsSiblings() {
    var sibling = launch(new Recorder(), "/bin/sleep", "1000");
    long session = ProcFs.stat(sibling.pid()).orElseThrow().session();
    assertThat(session).as("else this JVM would not survive").isEqualTo(sibling.pid());
    sh(recorder, "trap 'kill -KILL 0' EXIT; exit 3");
    recorder.awaitEnd();
    assertThat(recorder.calls).containsExactly("signal KILL (9)", "drained");
    assertThat(sibling.isAlive()).isTrue();
  }

  @Test
  void aChildMayBeInTheSessionOfThisJvm() {
    var process =
        launch(
            recorder,
            LaunchSettings.ofDefaults().session(LaunchSettings.Session.INHERITED),
            "/bin/sleep",
            "1000");
    long own = ProcFs.stat(ProcessHandle.current().pid()).orElseThrow().session();
    assertThat(ProcFs.stat(process.pid()).orElseThrow().session()).isEqualTo(own);
  }

  @Test
  void aChildHasItsOwnWordsOnlyOnceItIsLaunched() {
    for (int run = 0; run < 20; run++) {
      var process = launch(new Recorder(), "sleep", "1000");
      var words =
          await()
              .atMost(LIMIT)
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofNanos(100_000))
              .until(() -> ProcFs.commandLine(process.pid()), found -> !found.isEmpty());
      assertThat(words).startsWith("sleep", "1000");
    }
  }

  @Test
  void theStartTimeIsThatOfTheOperatingSystem() {
    var process = launch(recorder, "/bin/sleep", "1000");
    assertThat(ProcessHandle.of(process.pid()).orElseThrow().info().startInstant())
        .contains(process.identity().orElseThrow().startTime());
  }

  @Test
  void nothingIsLeftOfAFailedLaunch() throws Exception {
    var plain = Files.writeString(temp.resolve("plain"), "text");
    long before = descriptors();
    for (int i = 0; i < 50; i++) {
      for (String program : new String[] {"/no/such/program", plain.toString()}) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> launch(recorder, program)))
            .isInstanceOf(dev.procman.LaunchException.class)
            .hasMessageContaining(program);
      }
    }
    assertThat(recorder.calls).isEmpty();
    await().atMost(LIMIT).until(() -> descriptors() <= before + 10);
  }

  private static long descriptors() {
    var names = Path.of("/proc/self/fd").toFile().list();
    return names == null ? 0 : names.length;
  }
}
