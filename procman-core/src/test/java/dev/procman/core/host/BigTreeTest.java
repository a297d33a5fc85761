package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A killed host that leaves two thousand processes which ignore TERM.
@Tag("long")
class BigTreeTest extends HostTest {
  private static final int SIZE = 2000;

  /// So many processes are slow to be made and to be counted.
  private static final Duration LONG = Duration.ofMinutes(10);

  @ParameterizedTest
  @ValueSource(strings = {"marked", "cleared"})
  void theGuardKillsATreeOfTwoThousandDeafProcesses(String kind) throws Exception {
    try (var host = HostJvm.start(state, footprint)) {
      host.tell("many " + SIZE + " " + kind);
      assertThat(host.answer(LONG)).isEqualTo("many");
      await().atMost(LONG).until(() -> footprint.alive().size() >= SIZE + 2);
      long since = System.nanoTime();
      host.kill();
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> footprint.alive().isEmpty());
      System.out.printf(
          "%d deaf processes, %s: no survivors after %d ms%n",
          SIZE, kind, (System.nanoTime() - since) / 1_000_000);
      await().atMost(LIMIT).until(() -> Footprint.guards(state).isEmpty());
      assertThat(state.resolve("ledgers")).isEmptyDirectory();
    }
  }
}
