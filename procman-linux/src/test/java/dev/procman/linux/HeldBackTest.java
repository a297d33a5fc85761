package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.core.host.Ledger;
import dev.procman.core.host.LedgerSweep;
import dev.procman.core.host.OrphanGuard;
import dev.procman.core.host.StateDirectory;
import dev.procman.proc.HeldBack;
import dev.procman.proc.ProcFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM that is killed while it holds a child back leaves none.
class HeldBackTest {
  private static final String HELD = "held back: ";

  @TempDir Path temp;

  @Test
  void theGuardEndsAChildThatWasHeldBackWhenItsJvmWasKilled() throws Exception {
    holding("guarded", held -> awaitGone(held));
  }

  @Test
  void withoutAGuardTheNextSweepDoes() throws Exception {
    holding(
        "unguarded",
        held -> {
          var state = StateDirectory.open(Optional.of(temp.resolve("state")));
          // Unless the sweep of another JVM on this machine was faster.
          var _ = LedgerSweep.sweep(state);
          awaitGone(held);
        });
  }

  @Test
  void aSweepLeavesAChildAloneThatALiveJvmHoldsBack() throws Exception {
    holding(
        "alive",
        held -> {
          assertThat(HeldBack.orphans()).extracting(ProcFs.Stat::pid).doesNotContain(held);
          assertThat(ProcFs.stat(held).filter(stat -> !stat.isDead())).isPresent();
        });
  }

  @Test
  void aProgramThatGivesItselfSuchANameIsLeftAlone() throws Exception {
    var worker =
        new ProcessBuilder(
                "perl", "-e", "$| = 1; $0 = 'procman/worker'; print \"up\\n\"; sleep 1000")
            .start();
    try (var out = worker.inputReader()) {
      assertThat(out.readLine()).isEqualTo("up");
      assertThat(ProcFs.name(worker.pid())).contains("procman/worker");
      assertThat(HeldBack.orphans()).extracting(ProcFs.Stat::pid).doesNotContain(worker.pid());
    } finally {
      worker.destroyForcibly().waitFor();
    }
  }

  private static void awaitGone(long held) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(ProcFs.stat(held).filter(stat -> !stat.isDead())).isEmpty());
  }

  private void holding(String how, LongConsumer check) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var jvm =
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                SecondJvm.NATIVE_ACCESS,
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                Holding.class.getName(),
                Files.createDirectories(temp.resolve("state")).toString(),
                how)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = jvm.inputReader()) {
      long held =
          out.lines()
              .filter(line -> line.startsWith(HELD))
              .mapToLong(line -> Long.parseLong(line.substring(HELD.length())))
              .findFirst()
              .orElseThrow();
      assertThat(ProcFs.stat(held)).isPresent();
      if (!how.equals("alive")) {
        jvm.destroyForcibly().waitFor();
      }
      check.accept(held);
      assertThat(temp.resolve("ran")).doesNotExist();
      ProcessHandle.of(held).ifPresent(ProcessHandle::destroyForcibly);
    } finally {
      jvm.destroyForcibly().waitFor();
    }
  }

  /// Tells the id of a child and holds it back for ever.
  static final class Holding {
    private Holding() {}

    public static void main(String[] args) {
      var state = Path.of(args[0]);
      var ledger = Ledger.create(StateDirectory.open(Optional.of(state)), "a mark");
      if (args[1].equals("guarded")) {
        var _ = OrphanGuard.start("a mark", ledger.file());
      }
      var program = List.of("/bin/sh", "-c", "echo ran > " + state.resolveSibling("ran"));
      var request = Launches.request(Optional.empty(), Map.of(), program.toArray(String[]::new));
      Spawner.spawn(
          request,
          new Given(Map.of(), Set.of(), List.of()),
          List.of(pid -> {
            System.out.println(HELD + pid);
            while (true) {
              LockSupport.park();
            }
          }));
    }
  }
}
