package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Second JVMs, and the search for what is left of them.
abstract class HostTest {
  static final Duration LIMIT = Duration.ofSeconds(20);

  /// The least number of processes that [HostMain]'s trees are made of.
  private static final int IN_TREES = 10;

  @TempDir Path temp;
  Path state;
  final Footprint footprint = new Footprint();
  final Footprint other = new Footprint();

  @BeforeEach
  void resolveLinks() throws Exception {
    state = Files.createDirectory(temp.toRealPath().resolve("state"));
  }

  @AfterEach
  void leaveNothing() {
    footprint.close();
    other.close();
    await().atMost(LIMIT).until(() -> Footprint.guards(state), Set::isEmpty);
  }

  HostJvm hostWithTrees(boolean guarded) throws Exception {
    var host = HostJvm.start(state, footprint, guarded);
    host.ask("trees");
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(footprint.described()).hasSizeGreaterThan(IN_TREES));
    return host;
  }

  static void signal(long pid, String... signals) throws Exception {
    for (String signal : signals) {
      var kill = new ProcessBuilder("kill", "-s", signal, Long.toString(pid)).start();
      assertThat(kill.waitFor()).isZero();
    }
  }

  void assertNothingLeftBehind() throws Exception {
    assertThat(footprint.described()).isEmpty();
    assertThat(Footprint.guards(state)).isEmpty();
    assertThat(state.resolve("ledgers")).isEmptyDirectory();
  }

  void awaitNoSurvivors(String how, long since) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(footprint.described()).isEmpty());
    System.out.printf(
        "%s: no survivors after %d ms%n", how, (System.nanoTime() - since) / 1_000_000);
  }

  ProcessManager nextManager() {
    return ProcessManager.builder().name("next").stateDirectory(state).build();
  }

  /// Those that live long: not the one-second sleeps of the shells' loops.
  Set<Long> mainstays(Set<Long> pids) {
    var described = footprint.described();
    pids.removeIf(pid -> !described.getOrDefault(pid, "").contains("1000"));
    assertThat(pids).hasSizeGreaterThanOrEqualTo(6);
    return pids;
  }
}
