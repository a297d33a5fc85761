package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest extends LaunchFixture {
  @TempDir Path temp;
  private final Recorder recorder = new Recorder();

  private String pidTo(String name) {
    return "'" + temp.resolve(name) + "'";
  }

  private long pid(String name) {
    return awaitPid(temp.resolve(name));
  }

  private static void killed(LaunchedProcess process) {
    process.signalTree(Signal.KILL);
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> process.tree().isEmpty());
  }

  @Test
  void descendantsOfAllLevelsAreMembersAncestorsFirst() {
    var process =
        sh(
            recorder,
            "sh -c 'sh -c \"sleep 1000 & echo \\$! > %s; wait\" & echo $! > %s; wait' & wait"
                .formatted(pidTo("leaf"), pidTo("middle")));
    long leaf = pid("leaf");
    long middle = pid("middle");
    assertThat(process.tree())
        .startsWith(process.pid())
        .containsSubsequence(middle, leaf)
        .hasSize(4);
    killed(process);
    assertThat(List.of(leaf, middle)).noneMatch(LaunchFixture::isAlive);
  }

  @Test
  void aGrandchildInASessionOfItsOwnWhoseParentsAreGoneIsAMember() {
    var process =
        sh(
            recorder,
            "setsid sh -c 'sleep 1000 & echo $! > %s' & wait; exit 0".formatted(pidTo("daemon")));
    long daemon = pid("daemon");
    recorder.awaitEnd();
    assertThat(ProcFs.stat(daemon).orElseThrow().parent()).isNotEqualTo(process.pid());
    assertThat(process.tree()).containsExactly(daemon);
    killed(process);
    assertThat(isAlive(daemon)).isFalse();
  }

  @Test
  void aDescendantThatClearedItsEnvironmentIsAMemberWhileItsParentLives() {
    var process = sh(recorder, "env -i sleep 1000 & echo $! > %s; wait".formatted(pidTo("bare")));
    long bare = pid("bare");
    await().atMost(LIMIT).until(() -> ProcFs.mark(bare).isEmpty());
    assertThat(process.tree()).containsExactly(process.pid(), bare);
    // Once seen it is remembered when its parent is gone.
    process.signal(Signal.KILL);
    await().atMost(LIMIT).until(() -> !process.isAlive());
    assertThat(process.tree()).containsExactly(bare);
    killed(process);
    assertThat(isAlive(bare)).isFalse();
  }

  @Test
  void anOrphanThatClearedItsEnvironmentIsAMemberAsLongAsItStaysInTheSession() {
    var process =
        sh(
            recorder,
            "env -i sh -c 'sleep 1000 & echo $! > %s' & wait; exec >&- 2>&-; read go"
                .formatted(pidTo("bare")));
    long bare = pid("bare");
    await()
        .atMost(LIMIT)
        .until(() -> ProcFs.mark(bare).isEmpty() && !ProcFs.commandLine(bare).isEmpty());
    await().atMost(LIMIT).until(() -> ProcFs.stat(bare).orElseThrow().parent() != process.pid());
    assertThat(process.tree()).containsExactly(process.pid(), bare);
    killed(process);
    assertThat(isAlive(bare)).isFalse();
  }

  @Test
  void aProcessThatClearedItsOwnEnvironmentIsStillTheRootOfItsTree() {
    var process =
        launch(
            recorder,
            "/usr/bin/env",
            "-i",
            "/bin/sh",
            "-c",
            "sleep 1000 & echo $! > %s; wait".formatted(pidTo("child")));
    long child = pid("child");
    await().atMost(LIMIT).until(() -> ProcFs.mark(process.pid()).isEmpty());
    assertThat(process.tree()).containsExactly(process.pid(), child);
    process.signalTree(Signal.TERM);
    await().atMost(LIMIT).until(() -> process.tree().isEmpty());
    assertThat(List.of(process.pid(), child)).noneMatch(LaunchFixture::isAlive);
  }

  @Test
  void treesThatStandSideBySideDoNotMix() {
    var trees = new ArrayList<LaunchedProcess>();
    for (int i = 0; i < 10; i++) {
      trees.add(sh(new Recorder(), "sleep 1000 & sleep 1000"));
    }
    for (var tree : trees) {
      await().atMost(LIMIT).until(() -> tree.tree().size() == 3);
    }
    killed(trees.getFirst());
    for (var tree : trees.subList(1, trees.size())) {
      assertThat(tree.tree()).hasSize(3);
    }
  }

  @Test
  void aTreeThatForksWhileItIsKilledIsGone() {
    var process =
        sh(recorder, "f() { while :; do sleep 1000 & sleep 0.002; done; }; f & f & f & wait");
    await().atMost(LIMIT).until(() -> process.tree().size() > 20);
    killed(process);
    recorder.awaitEnd();
    assertThat(process.tree()).isEmpty();
  }

  @Test
  void aStoppedTreeActsOnTerm() {
    var process = sh(recorder, "sleep 1000 & sleep 1000 & wait");
    await().atMost(LIMIT).until(() -> process.tree().size() == 3);
    var members = process.tree();
    process.signalTree(Signal.STOP);
    await()
        .atMost(LIMIT)
        .until(() ->
            members.stream()
                .allMatch(pid -> ProcFs.stat(pid).filter(ProcFs.Stat::isStopped).isPresent()));
    process.signalTree(Signal.TERM);
    await().atMost(LIMIT).until(() -> process.tree().isEmpty());
    assertThat(members).noneMatch(LaunchFixture::isAlive);
  }

  /// Linux shows such a process as a zombie, without environment.
  @Test
  void aProcessWhoseFirstThreadHasEndedIsAMemberUntilTheOthersHave() {
    var process =
        sh(
            recorder,
            """
            /usr/bin/python3 -c '
            import ctypes, threading, time
            threading.Thread(target=time.sleep, args=(1000,)).start()
            ctypes.CDLL(None).pthread_exit(None)
            ' & echo $! > %s; exit 0
            """
                .formatted(pidTo("headless")));
    long headless = pid("headless");
    await()
        .atMost(LIMIT)
        .until(() -> ProcFs.stat(headless).filter(stat -> stat.state() == 'Z').isPresent());
    recorder.awaitEnd();
    assertThat(process.tree()).containsExactly(headless);
    killed(process);
    assertThat(isAlive(headless)).isFalse();
  }

  @Test
  void zombiesAreNoMembers() {
    var process =
        sh(recorder, "sleep 0.05 & echo $! > %s; exec sleep 1000".formatted(pidTo("zombie")));
    long zombie = pid("zombie");
    await().atMost(LIMIT).until(() -> ProcFs.stat(zombie).filter(ProcFs.Stat::isDead).isPresent());
    assertThat(process.tree()).containsExactly(process.pid());
  }

  /// Such a grandchild is in the middle of its exec when its parent ends, without any environment
  /// by which it could be recognised.
  @Test
  void aGrandchildThatIsJustBeingExecutedWhenItsParentEndsIsSeen() {
    for (int run = 0; run < 60; run++) {
      var own = new Recorder();
      var process =
          launch(own, Duration.ofMillis(1), Map.of(), "/bin/sh", "-c", "sleep 1000 & exit 0");
      own.awaitEnd();
      assertThat(own.calls).as("run %d", run).endsWith("cut");
      assertThat(process.tree()).as("run %d", run).hasSize(1);
      killed(process);
    }
  }
}
