package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.ProcessState;
import dev.procman.spi.HealthResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptCheckTest extends HealthTest {
  private static ScriptCheck sh(String script) {
    return HealthChecks.script("/bin/sh", "-c", script);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, HEALTHY, exit code 0",
    "exit 1, WARNING, exit code 1",
    "exit 2, CRITICAL, exit code 2",
    "exit 3, FAILED, exit code 3",
    "exit 255, FAILED, exit code 255",
    "kill -9 $$$$, FAILED, KILL",
  })
  void exitCodesMeanWhatMonitoringPluginsMean(String script, HealthStatus status, String words)
      throws Exception {
    assertThat(firstVerdict(sh(script)))
        .returns(status, HealthResult::status)
        .satisfies(verdict -> assertThat(verdict.message()).contains(words));
  }

  @Test
  void codesCanMeanSomethingElse() throws Exception {
    var check = sh("exit 3").code(3, HealthStatus.UNKNOWN).others(HealthStatus.WARNING);
    assertThat(firstVerdict(sleeper("a"), check, LIMIT).status()).isEqualTo(HealthStatus.UNKNOWN);
    var other = sh("exit 77").others(HealthStatus.WARNING);
    assertThat(firstVerdict(sleeper("b"), other, LIMIT).status()).isEqualTo(HealthStatus.WARNING);
  }

  @Test
  void whatItPrintedOnBothStreamsIsKept() throws Exception {
    var verdict = firstVerdict(sh("echo LOAD HIGH; echo detail >&2; exit 1"));

    assertThat(verdict.message()).startsWith("exit code 1: ").contains("LOAD HIGH", "detail");
    assertThat(verdict.evidence())
        .containsEntry("exit", "exit code 1")
        .containsKeys("output", "time");
    assertThat(verdict.evidence().get("output")).contains("LOAD HIGH", "detail");
  }

  @Test
  void itHasNothingToReadAndIsNotLeftWaitingForIt() throws Exception {
    assertThat(firstVerdict(sh("cat; echo the end"), Duration.ofSeconds(10)))
        .returns(HealthStatus.HEALTHY, HealthResult::status)
        .returns("exit code 0: the end", HealthResult::message);
  }

  @Test
  void aFloodOfOutputIsCut() throws Exception {
    var verdict = firstVerdict(sh("seq 1 200000"));

    assertThat(verdict.status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(verdict.message()).hasSizeLessThan(600);
    assertThat(verdict.evidence().get("output")).hasSizeLessThan(5000);
  }

  @Test
  void itRunsInTheDirectoryAndEnvironmentOfTheProcessWithTemplatesFilledIn() throws Exception {
    var check = HealthChecks.script("/bin/sh", "-c", "echo $$(pwd) $$GREETING ${port.web} ${name}");
    var verdict =
        firstVerdict(
            sleeper("subject").directory(temp).env("GREETING", "hello").port("web", 4711),
            check,
            LIMIT);
    assertThat(verdict.evidence().get("output"))
        .isEqualTo(temp.toRealPath() + " hello 4711 subject");
  }

  @Test
  void aScriptThatCannotBeRunSaysNothingOfTheProcess() throws Exception {
    var process =
        manager.start(
            sleeper("subject")
                .live(often(HealthChecks.script("/no/such/script")).failures(1, 1, 1))
                .build());
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 3);

    assertThat(verdicts(process))
        .allSatisfy(verdict -> {
          assertThat(verdict.status()).isEqualTo(HealthStatus.UNKNOWN);
          assertThat(verdict.message()).contains("could not be run", "/no/such/script");
        });
    assertThat(process.health()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.generation()).isOne();
  }

  @Test
  void aScriptThatIgnoresTermAndForksIsGoneWithItsWholeTreeAtTheTimeout() throws Exception {
    var pids = temp.resolve("pids");
    var script =
        """
        trap '' TERM
        echo $$$$ >>PIDS
        (trap '' TERM; sh -c 'echo $$$$ >>PIDS; exec sleep 1000') &
        (trap '' TERM; setsid sh -c 'echo $$$$ >>PIDS; exec sleep 1000') &
        while :; do sleep 1; done
        """
            .replace("PIDS", pids.toString());
    var probe =
        Probe.of(sh(script))
            .timeout(Duration.ofSeconds(3))
            .interval(Duration.ofHours(1))
            .fastInterval(Duration.ofHours(1));
    var process = manager.start(sleeper("subject").ready(probe).build());
    await().atMost(LIMIT).until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 3);
    var started = pids(pids);
    assertThat(started).allMatch(HealthTest::isAlive);

    assertThat(awaitVerdict(process, _ -> true).message()).isEqualTo("no answer within 3000 ms");
    await().atMost(LIMIT).until(() -> started.stream().noneMatch(HealthTest::isAlive));
    assertThat(isAlive(process.pid().getAsLong())).isTrue();
  }

  private static List<Long> pids(Path file) throws Exception {
    return Files.readAllLines(file).stream().map(Long::valueOf).toList();
  }

  @Test
  void whatAScriptLeavesRunningIsEnded() throws Exception {
    var pids = temp.resolve("pids");
    var verdict = firstVerdict(sh("sleep 1000 & echo $! >" + pids));

    assertThat(verdict.status()).isEqualTo(HealthStatus.HEALTHY);
    var left = pids(pids);
    await().atMost(LIMIT).until(() -> left.stream().noneMatch(HealthTest::isAlive));
  }

  @Test
  void aScriptIsGoneWhenItsGenerationEnds() throws Exception {
    var pids = temp.resolve("pids");
    var process =
        manager.start(
            sleeper("subject")
                .ready(Probe.of(sh("echo $$$$ >" + pids + "; exec sleep 1000")).timeout(LIMIT))
                .build());
    await().atMost(LIMIT).until(() -> Files.exists(pids) && !Files.readString(pids).isBlank());
    process.stop();

    await().atMost(LIMIT).until(() -> pids(pids).stream().noneMatch(HealthTest::isAlive));
  }

  @Test
  void aScriptNeverRunsTwiceAtOnce() throws Exception {
    var running = temp.resolve("running");
    Files.createDirectory(running);
    var check =
        sh(
            "mkdir RUNNING/one || { echo overlap; exit 3; }; sleep 0.05; rmdir RUNNING/one"
                .replace("RUNNING", running.toString()));
    var process = manager.start(sleeper("subject").ready(often(check)).build());
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 10);
    process.stop();

    assertThat(verdicts(process)).allMatch(verdict -> !verdict.message().contains("overlap"));
  }

  @Test
  void theExampleOfAMonitoringPluginIsUnderstood() throws Exception {
    var plugin = temp.resolve("check_disk");
    Files.writeString(plugin, "#!/bin/sh\necho 'DISK WARNING - 12% free | free=12%'\nexit 1\n");
    assertThat(plugin.toFile().setExecutable(true)).isTrue();
    assertThat(firstVerdict(HealthChecks.script(plugin.toString())).message())
        .isEqualTo("exit code 1: DISK WARNING - 12% free | free=12%");
  }
}
