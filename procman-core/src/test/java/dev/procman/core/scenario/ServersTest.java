package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What servers do that other programs do not: end their own children, and write a title over their
/// environment.
class ServersTest extends EngineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static String environment(long pid) throws IOException {
    return Files.readString(
        Path.of("/proc", String.valueOf(pid), "environ"), StandardCharsets.ISO_8859_1);
  }

  /// In perl, as in Redis, nginx and PostgreSQL, the title takes the place of the environment.
  private static ProcessSpec.Builder titled(String then) {
    return ProcessSpec.named("titled")
        .command("perl", "-e", "$$| = 1; $$0 = 'x' x 20000; print \"up\\n\"; " + then);
  }

  @Test
  void aServerThatWritesATitleOverItsEnvironmentIsStopped() throws Exception {
    var process = manager.start(titled("sleep 1000").build());
    awaitLine(process, "up");
    assertThat(environment(process.pid().orElseThrow())).doesNotContain(LaunchRequest.TREE_MARK);
    assertThat(soon(process::stop).orElseThrow().status())
        .contains(new ExitStatus.Signaled(Signal.TERM.number()));
  }

  @Test
  void soAreItsChildrenAlsoByKill() throws Exception {
    var process =
        manager.start(
            titled("$$SIG{TERM} = 'IGNORE'; fork; fork; print \"pid $$$$\\n\"; sleep 1000 while 1")
                .stop(StopSequence.kill())
                .build());
    var pids = awaitPids(process, 4);
    assertThat(soon(process::stop).orElseThrow().status())
        .contains(new ExitStatus.Signaled(Signal.KILL.number()));
    assertThat(pids).hasSize(4).noneMatch(EngineTest::isAlive);
  }

  private static final String WITH_CHILD =
      """
      trap 'echo leader; kill $child; wait $child; exit 0' USR1
      sh -c 'trap "echo child was signalled" USR1; trap "exit 0" TERM; echo ready; while :; do sleep 0.02; done' &
      child=$!
      while :; do wait $child; done
      """;

  @Test
  void aSignalToTheLeaderSparesItsChildren() throws Exception {
    var process =
        manager.start(
            sh("server", WITH_CHILD)
                .stop(StopSequence.kill().signalLeader(Signal.USR1, PATIENCE))
                .build());
    awaitLine(process, "ready");
    assertThat(soon(process::stop).orElseThrow().status()).contains(new ExitStatus.Exited(0));
    assertThat(said(process.output().lines()))
        .contains("leader")
        .doesNotContain("child was signalled");
  }

  @Test
  void aLeaderThatDoesNotHeedItsSignalGoesToTheNextStepAndIsKilledAtLast() throws Exception {
    var process =
        manager.start(
            sh("server", "trap '' INT QUIT; echo ready; sleep 1000 & wait; wait")
                .stop(
                    StopSequence.kill()
                        .signalLeader(Signal.INT, Duration.ofMillis(50))
                        .signalLeader(Signal.QUIT, Duration.ofMillis(50)))
                .build());
    awaitLine(process, "ready");
    assertThat(soon(process::stop).orElseThrow().status())
        .contains(new ExitStatus.Signaled(Signal.KILL.number()));
  }

  @Test
  void aStoppedLeaderActsOnItsTermSignal() throws Exception {
    var process =
        manager.start(
            sh("server", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done")
                .successCodes(7)
                .stop(StopSequence.kill().signalLeader(Signal.TERM, PATIENCE))
                .build());
    awaitLine(process, "ready");
    assertThat(process.signal(Signal.STOP)).isTrue();
    assertThat(soon(process::stop).orElseThrow().status()).contains(new ExitStatus.Exited(7));
  }

  @Test
  void aGuardBearsAMarkOfItsManagerInItsEnvironment() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("any").build());
    process.awaitReady(LIMIT);
    var tree =
        environment(process.pid().orElseThrow())
            .lines()
            .flatMap(text -> Arrays.stream(text.split("\0")))
            .filter(entry -> entry.startsWith(LaunchRequest.TREE_MARK + "="))
            .findFirst()
            .orElseThrow();
    var mark = tree.substring(tree.indexOf('=') + 1, tree.lastIndexOf('/'));
    await()
        .atMost(LIMIT)
        .until(
            () -> ProcessHandle.current().children().anyMatch(child -> isGuard(child.pid(), mark)));
  }

  private static boolean isGuard(long pid, String mark) {
    try {
      return List.of(environment(pid).split("\0")).contains(LaunchRequest.GUARD_MARK + "=" + mark);
    } catch (IOException gone) {
      return false;
    }
  }
}
