package dev.procman.core.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The guard by itself: what it is made of, and how it is looked after.
class GuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String mark = "guard-test-" + UUID.randomUUID();
  private final List<Process> started = new ArrayList<>();

  @TempDir Path temp;

  @AfterEach
  void leaveNothing() {
    started.forEach(process -> {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    });
  }

  private Process child(String script) throws IOException {
    var builder = new ProcessBuilder("setsid", "sh", "-c", script);
    builder.environment().put(LaunchRequest.TREE_MARK, mark + "/child#1");
    var child = builder.start();
    started.add(child);
    return child;
  }

  private Path ledger(String... lines) throws IOException {
    return Files.write(temp.resolve("ledger"), List.of(lines));
  }

  /// The script as the guard runs it.
  private Process guard(String shell, String script, Path ledger) throws IOException {
    var command = new ArrayList<>(List.of(shell.split(" ")));
    command.addAll(List.of("-c", script, "procman-guard", mark, ledger.toString()));
    var builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().put(LaunchRequest.GUARD_MARK, mark);
    var guard = builder.start();
    started.add(guard);
    return guard;
  }

  private static String script() throws IOException {
    try (var script = OrphanGuard.class.getResourceAsStream("guard.sh")) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }

  /// Its descendants; a zombie is one too, but dead.
  private static List<ProcFs.Stat> family(Process process) {
    return process.descendants().flatMap(handle -> ProcFs.stat(handle.pid()).stream()).toList();
  }

  private static void assertDead(ProcFs.Stat stat) {
    assertThat(ProcFs.isAlive(stat.pid(), stat.startTicks())).isFalse();
  }

  private static void awaitEnd(Process process) {
    await().atMost(LIMIT).until(() -> !process.isAlive());
  }

  @ParameterizedTest
  @CsvSource({"sh,/usr/bin:/bin", "sh,/none", "bash,/usr/bin:/bin", "bash,/none"})
  void itDoesItsWorkWithItsToolsAndWithout(String shell, String path) throws Exception {
    var deaf = child("trap '' TERM; env -i sleep 1000 & echo here; wait");
    assertThat(deaf.inputReader().readLine()).isEqualTo("here");
    var family = family(deaf);
    var script = script().replace("PATH=/usr/bin:/bin\n", "PATH=" + path + "\n");
    assertThat(script).contains("PATH=" + path + "\n");
    var guard = guard(shell, script, ledger());
    assertThat(guard.inputReader().readLine())
        .isEqualTo(path.equals("/none") ? "ready grep= sleep=" : "ready grep=yes sleep=0.05");
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(deaf.isAlive()).isFalse();
    assertThat(family).isNotEmpty().allSatisfy(GuardTest::assertDead);
  }

  /// A guard that replaces another may be in its first moments when the JVM is killed.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash --posix"})
  void itDoesItsWorkWhenTheJvmIsDeadBeforeItHasLooked(String shell) throws Exception {
    var child = child("sleep 1000 & wait");
    var script = script().replace("/proc/$PPID/exe", "/proc/0/exe");
    assertThat(script).contains("/proc/0/exe");
    var guard = guard(shell, script, ledger());
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(child.isAlive()).isFalse();
    assertThat(ProcFs.marked(mark + "/")).isEmpty();
  }

  /// A shell ends where it cannot fork. Those whom it is to end may be why: they have taken all the
  /// processes that their user may have.
  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void itDoesItsWorkWhereItCannotFork(String shell) throws Exception {
    var deaf = child("trap '' TERM; sleep 1000 & echo here; wait");
    assertThat(deaf.inputReader().readLine()).isEqualTo("here");
    var ledger = ledger();
    var script =
        script().replace("note_all() {\n", "note_all() {\n  [ \"$quick$nap\" ] && exit 2\n");
    assertThat(script).contains("&& exit 2");
    var guard = guard(shell, script, ledger);
    assertThat(guard.inputReader().readLine()).startsWith("ready grep=yes");
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(deaf.isAlive()).isFalse();
    assertThat(ProcFs.marked(mark + "/")).isEmpty();
    assertThat(ledger).doesNotExist();
  }

  @RepeatedTest(5)
  void itKillsWhatForksAllTheTimeWithItsGroup() throws Exception {
    var hopper = child("trap '' TERM; hop() { hop & }; echo here; hop; sleep 0.1; exit");
    assertThat(hopper.inputReader().readLine()).isEqualTo("here");
    var ledger =
        ledger(
            "+ "
                + hopper.pid()
                + " "
                + ProcFs.startTicks(hopper.pid()).orElse(1)
                + " "
                + mark
                + "/x");
    var guard = guard("sh", script(), ledger);
    assertThat(guard.inputReader().readLine()).startsWith("ready");
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(ProcFs.marked(mark + "/")).isEmpty();
    assertThat(ledger).doesNotExist();
  }

  @Test
  void aGroupWhoseLeaderHasEndedIsSparedWhenSomebodyElseIsInItOrItsTreeWasGone() throws Exception {
    var led = new ArrayList<ProcFs.Stat>();
    var lines = new ArrayList<String>();
    for (String name : List.of("web", "db")) {
      var leader =
          new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 >/dev/null & echo $!").start();
      started.add(leader);
      long pid = Long.parseLong(leader.inputReader().readLine());
      led.add(ProcFs.stat(pid).orElseThrow());
      assertThat(leader.waitFor()).isZero();
      lines.add("+ " + leader.pid() + " 1 " + mark + "/" + name);
      lines.add(name.equals("db") ? "- " + mark + "/db" : "");
    }
    try {
      var guard = guard("sh", script(), ledger(lines.toArray(String[]::new)));
      guard.getOutputStream().close();
      awaitEnd(guard);
      assertThat(led).allMatch(stat -> ProcFs.isAlive(stat.pid(), stat.startTicks()));
    } finally {
      led.forEach(stat -> ProcessHandle.of(stat.pid()).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  @Test
  void aNameWithLineFeedsHidesNobody() throws Exception {
    var hidden =
        child(
            "env -i sh -c 'printf \"a\\n) S 1\" >/proc/self/comm; trap \"\" TERM; echo here; while :; do read x </dev/zero; done'"
                + " & wait");
    assertThat(hidden.inputReader().readLine()).isEqualTo("here");
    var family = family(hidden);
    var guard = guard("sh", script(), ledger());
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(family).isNotEmpty().allSatisfy(GuardTest::assertDead);
  }

  @Test
  void whatALedgerSaysIsNeverRun() throws Exception {
    var other = child("exec sleep 1000");
    var bait = temp.resolve("bait");
    var fake = Files.createDirectories(temp.resolve("group"));
    Files.writeString(fake.resolve("cgroup.procs"), other.pid() + "\n");
    var guard =
        guard(
            "sh",
            script().replace("PROCMAN_TREE=", "PROCMAN_NONE="),
            ledger(
                "boot x",
                "+ 1;touch$IFS" + bait + " 5 x",
                "+ $(touch " + bait + ") 7 x",
                "+ " + other.pid() + " 5 x",
                "+ " + other.pid(),
                "+",
                "g x " + fake,
                "g " + fake,
                "g"));
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(other.isAlive()).isTrue();
    assertThat(bait).doesNotExist();
  }

  @Test
  void whatIsInTheControlGroupOfATreeIsEndedWithIt() throws Exception {
    var daemon = new ProcessBuilder("env", "-i", "sleep", "1000").start();
    started.add(daemon);
    var group = Files.createDirectories(temp.resolve("a group").resolve("procman-1-2-3"));
    Files.writeString(group.resolve("cgroup.procs"), daemon.pid() + "\n");
    var kill = Files.createFile(group.resolve("cgroup.kill"));
    var deaf = child("trap '' TERM; echo here; while :; do sleep 0.2; done");
    assertThat(deaf.inputReader().readLine()).isEqualTo("here");
    var guard = guard("sh", script(), ledger("boot x", "g " + mark + "/x#1 " + group));
    guard.getOutputStream().close();
    awaitEnd(guard);
    assertThat(daemon.isAlive()).isFalse();
    assertThat(kill).hasContent("1");
  }

  @Test
  void aFirstStartThatFailsIsTriedAgain() throws Exception {
    var shell = temp.resolve("sh");
    var guard = OrphanGuard.start(mark, ledger(), shell);
    assertThat(guard.pid()).isEqualTo(-1);
    Files.createSymbolicLink(shell, Path.of("/bin/sh"));
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              guard.check();
              return guard.pid();
            },
            pid -> pid > 0);
    guard.dismiss();
    assertThat(ProcFs.stat(guard.pid())).isEmpty();
  }

  @Test
  void oneThatIsStoppedIsReplaced() throws Exception {
    var guard = OrphanGuard.start(mark, ledger());
    long first = guard.pid();
    HostTest.signal(first, "STOP");
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              guard.check();
              return Set.of(guard.pid());
            },
            pids -> !pids.contains(first));
    await().atMost(LIMIT).until(() -> ProcFs.stat(first).isEmpty());
    guard.dismiss();
  }

  @Test
  void setLooseItEndsWhatIsLeftThoughItsJvmLives() throws Exception {
    var child = child("exec sleep 1000");
    var guard = OrphanGuard.start(mark, ledger());
    guard.setLoose();
    awaitEnd(child);
    await().atMost(LIMIT).until(() -> ProcFs.stat(guard.pid()).isEmpty());
    guard.dismiss();
  }
}
