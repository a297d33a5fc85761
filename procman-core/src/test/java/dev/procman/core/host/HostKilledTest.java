package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The JVM that supervises is killed: its guard, or else the next manager, ends what it left.
class HostKilledTest extends HostTest {

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "halt"})
  void theGuardEndsWhatAKilledHostLeavesBehind(String how) throws Exception {
    try (var host = hostWithTrees(true)) {
      long since = System.nanoTime();
      if (how.equals("halt")) {
        host.tell(how);
      } else {
        host.kill();
      }
      awaitNoSurvivors(how, since);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(state.resolve("ledgers")).isEmptyDirectory());
    }
  }

  @Test
  void theGuardLeavesOnlyWhenItsHostDoes() throws Exception {
    try (var host = hostWithTrees(true)) {
      long guard = Footprint.guards(state).iterator().next();
      signal(guard, "TERM", "INT", "HUP", "QUIT", "PIPE");
      assertThat(host.ask("alive?")).isEqualTo("alive?");
      assertThat(Footprint.guards(state)).containsExactly(guard);
      host.kill();
      awaitNoSurvivors("KILL with a guard that was signalled", System.nanoTime());
    }
  }

  @Test
  void aGuardThatWasKilledIsReplacedByOneThatDoesItsWork() throws Exception {
    try (var host = hostWithTrees(true)) {
      long guard = Footprint.guards(state).iterator().next();
      signal(guard, "KILL");
      await()
          .atMost(LIMIT)
          .until(
              () -> Footprint.guards(state),
              guards -> guards.size() == 1 && !guards.contains(guard));
      host.kill();
      awaitNoSurvivors("KILL with the second guard", System.nanoTime());
    }
  }

  @Test
  void aGuardThatWasStoppedIsReplacedByOneThatDoesItsWork() throws Exception {
    try (var host = hostWithTrees(true)) {
      long guard = Footprint.guards(state).iterator().next();
      signal(guard, "STOP");
      await()
          .atMost(LIMIT)
          .until(
              () -> Footprint.guards(state),
              guards -> guards.size() == 1 && !guards.contains(guard));
      host.kill();
      awaitNoSurvivors("KILL after the first guard was stopped", System.nanoTime());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/none"})
  void theGuardNeedsNothingOfTheHostsEnvironment(String path) throws Exception {
    try (var host = HostJvm.start(state, footprint, true, Map.of("PATH", path))) {
      host.ask("many 5 marked");
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(footprint.described()).hasSizeGreaterThan(6));
      host.kill();
      awaitNoSurvivors("KILL with PATH='" + path + "'", System.nanoTime());
    }
  }

  @Test
  void whatOutlivesHostAndGuardIsEndedByTheNextManager() throws Exception {
    try (var host = hostWithTrees(true)) {
      var survivors = footprint.alive();
      survivors.remove(host.pid());
      for (long guard : Footprint.guards(state)) {
        signal(guard, "KILL");
      }
      host.kill();
      var _ = host.awaitEnd();
      assertThat(footprint.alive()).containsAll(mainstays(survivors));
      try (var _ = nextManager()) {
        assertThat(footprint.described()).isEmpty();
        assertThat(state.resolve("ledgers")).isEmptyDirectory();
      }
    }
  }

  @Test
  void withoutAGuardTheNextManagerEndsWhatIsLeft() throws Exception {
    try (var host = hostWithTrees(false)) {
      assertThat(Footprint.guards(state)).isEmpty();
      var survivors = footprint.alive();
      survivors.remove(host.pid());
      host.kill();
      var _ = host.awaitEnd();
      assertThat(footprint.alive()).containsAll(mainstays(survivors));
      try (var _ = nextManager()) {
        assertThat(footprint.described()).isEmpty();
      }
    }
  }

  @Test
  void aDescendantThatClearedItsEnvironmentIsEndedWithTheHost() throws Exception {
    var file = temp.resolve("pid");
    try (var host = HostJvm.start(state, footprint)) {
      host.ask("cleared " + file);
      footprint.add(Long.parseLong(Files.readString(file).strip()));
      long since = System.nanoTime();
      host.kill();
      awaitNoSurvivors("KILL with a cleared environment", since);
    }
  }

  @Test
  void hostsThatShareAStateDirectoryLeaveEachOthersChildrenAlone() throws Exception {
    try (var host = hostWithTrees(true);
        var second = HostJvm.start(state, other)) {
      var before = mainstays(footprint.alive());
      second.ask("trees");
      second.kill();
      await().atMost(LIMIT).untilAsserted(() -> assertThat(other.described()).isEmpty());
      nextManager().close();
      assertThat(footprint.alive()).containsAll(before);
      host.tell("end");
      assertThat(host.awaitEnd()).isZero();
      assertNothingLeftBehind();
    }
  }

  @Test
  void aSecondManagerThatNamesTheDirectoryOtherwiseDoesNotGiveUpTheClaimOnTheChildren()
      throws Exception {
    var link = Files.createSymbolicLink(temp.resolve("link"), state);
    try (var host = hostWithTrees(true)) {
      var before = mainstays(footprint.alive());
      host.ask("another " + link);
      nextManager().close();
      assertThat(footprint.alive()).containsAll(before);
      assertThat(Footprint.guards(state)).hasSize(2);
    }
  }
}
