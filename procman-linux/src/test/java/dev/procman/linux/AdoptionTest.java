package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Signal;
import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that make daemons of themselves, under a JVM that adopts orphans.
class AdoptionTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

  private final LinuxLauncher launcher = LinuxLauncher.builder().subreaper(true).build();

  @AfterEach
  void close() {
    launcher.close();
  }

  @AfterAll
  static void letOrphansGo() {
    // It holds for this whole JVM; other tests expect orphans to leave.
    try (var arena = Arena.ofConfined()) {
      new Libc(arena).systemCall(Platform.PRCTL, Flags.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    }
  }

  /// A shell script that leaves a daemon: two forks, a session of its own, nothing of the
  /// environment and no open pipe. The daemon writes its pid.
  private String daemon(String then) {
    return "(setsid env -i /bin/sh -c 'echo $$ > %1$s.new; mv %1$s.new %1$s; %2$s' </dev/null >/dev/null 2>&1 &)"
        .formatted(temp.resolve("pid"), then);
  }

  private Launched start(String script) {
    return new Launched(launcher, "/bin/sh", "-c", script);
  }

  private long daemonPid() {
    var file = temp.resolve("pid");
    await().atMost(LIMIT).until(() -> Files.exists(file));
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static boolean isGone(long pid) {
    return ProcFs.stat(pid).isEmpty();
  }

  private static void awaitAdopted(long pid) {
    long self = ProcessHandle.current().pid();
    await()
        .atMost(LIMIT)
        .until(() -> ProcFs.stat(pid).filter(stat -> stat.parent() == self).isPresent());
  }

  @Test
  void aDaemonWithoutEnvironmentIsAdoptedListedAndEndedWithTheTree() {
    try (var parent = start(daemon("exec sleep 1000") + "; exec sleep 1000")) {
      long daemon = daemonPid();
      awaitAdopted(daemon);
      assertThat(ProcFs.mark(daemon)).as("nothing in its environment tells").isEmpty();
      assertThat(parent.process.tree()).containsExactlyInAnyOrder(parent.process.pid(), daemon);
      parent.process.signalTree(Signal.KILL);
      await().atMost(LIMIT).until(() -> isGone(daemon));
    }
  }

  @Test
  void withoutTheOptionSuchADaemonIsLost() {
    try (var plain = new LinuxLauncher();
        var parent =
            new Launched(plain, "/bin/sh", "-c", daemon("exec sleep 1000") + "; exec sleep 1000")) {
      long daemon = daemonPid();
      await()
          .atMost(LIMIT)
          .until(() ->
              ProcFs.stat(daemon)
                  .filter(stat -> ProcFs.name(stat.parent()).filter("sh"::equals).isEmpty())
                  .isPresent());
      assertThat(parent.process.tree()).containsExactly(parent.process.pid());
      ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
      // The option of other tests holds for this JVM, which then is its parent.
      reap(daemon);
    }
  }

  @Test
  void aDaemonThatOutlivesItsParentIsAMember() {
    var script =
        daemon("exec sleep 1000") + "; while ! test -f " + temp.resolve("pid") + "; do :; done";
    try (var parent = start(script)) {
      long daemon = daemonPid();
      assertThat(parent.exit.orTimeout(20, TimeUnit.SECONDS).join().shellCode()).isZero();
      awaitAdopted(daemon);
      assertThat(parent.process.tree()).containsExactly(daemon);
      parent.process.signalTree(Signal.TERM);
      await().atMost(LIMIT).until(() -> isGone(daemon));
    }
  }

  @Test
  void whatWasAdoptedAndEndedIsReapedWithoutAnybodyAsking() {
    try (var _ = start(daemon("exit 0") + "; exec sleep 1000")) {
      long daemon = daemonPid();
      await().atMost(LIMIT).until(() -> isGone(daemon));
    }
  }

  @Test
  void theExitOfAnothersChildIsLeftToIt() throws Exception {
    try (var _ = start(daemon("exit 0") + "; exec sleep 1000")) {
      var others = new ArrayList<Process>();
      for (int count = 0; count < 20; count++) {
        others.add(new ProcessBuilder("/bin/sh", "-c", "read line; exit 7").start());
      }
      long daemon = daemonPid();
      for (var other : others) {
        other.getOutputStream().close();
      }
      await().atMost(LIMIT).until(() -> isGone(daemon));
      for (var other : others) {
        assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isEqualTo(7);
      }
    }
  }

  @Test
  void aZombieOfSomebodyElseIsNotReaped() throws Exception {
    // An orphan of another's child: ours by adoption, not by descent.
    var script = Files.writeString(temp.resolve("others"), daemon("exit 0"));
    try (var _ = start(daemon("exit 0").replace("/pid", "/own") + "; exec sleep 1000")) {
      var other = new ProcessBuilder("/bin/sh", script.toString()).start();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
      long foreign = daemonPid();
      awaitAdopted(foreign);
      var own = temp.resolve("own");
      await().atMost(LIMIT).until(() -> Files.exists(own));
      long ours = Long.parseLong(Files.readString(own).strip());
      await().atMost(LIMIT).until(() -> isGone(ours));
      assertThat(ProcFs.stat(foreign).map(ProcFs.Stat::isDead)).contains(true);
      reap(foreign);
    }
  }

  private static void reap(long pid) {
    try (var arena = Arena.ofConfined()) {
      new Libc(arena).systemCall(Platform.WAITID, Flags.P_PID, pid, 0, Flags.WEXITED, 0);
    }
  }

  @Test
  void aDaemonOfAnothersChildIsNoMember() throws Exception {
    var script = Files.writeString(temp.resolve("others"), daemon("exec sleep 1000"));
    long daemon;
    try (var process = start("exec sleep 1000")) {
      var other = new ProcessBuilder("/bin/sh", script.toString()).start();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
      daemon = daemonPid();
      awaitAdopted(daemon);
      assertThat(process.process.tree()).containsExactly(process.process.pid());
    }
    assertThat(ProcFs.stat(daemon).map(ProcFs.Stat::isDead)).contains(false);
    ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    reap(daemon);
  }
}
