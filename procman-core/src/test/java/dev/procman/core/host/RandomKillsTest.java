package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts that are killed at random moments of a storm of starts, restarts and stops.
@Tag("long")
class RandomKillsTest {
  private static final int TRIES = Integer.getInteger("procman.kills", 100);
  private static final int AT_ONCE = 4;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LATEST_MILLIS = 600;

  @TempDir Path temp;

  @Test
  void whateverAHostIsDoingWhenItIsKilledNothingOfItIsLeft() throws Exception {
    long seed = System.nanoTime();
    System.out.printf("%d random kills, seed %d%n", TRIES, seed);
    try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
      var random = new Random(seed);
      var tries =
          IntStream.range(0, TRIES)
              .mapToObj(number -> {
                int moment = random.nextInt(LATEST_MILLIS);
                Future<Integer> found = pool.submit(() -> killed(number, moment));
                return found;
              })
              .toList();
      int victims = 0;
      for (var each : tries) {
        victims += each.get();
      }
      System.out.printf("%d processes were left at the moment of a kill, 0 afterwards%n", victims);
      assertThat(victims).isGreaterThan(TRIES);
    }
  }

  /// @return how many processes there were when the host was killed
  private int killed(int number, int moment) throws Exception {
    var state = Files.createDirectory(temp.toRealPath().resolve("state" + number));
    try (var footprint = new Footprint();
        var host = HostJvm.start(state, footprint)) {
      assertThat(host.ask("storm")).isEqualTo("storm");
      await().pollDelay(Duration.ofMillis(moment)).until(() -> true);
      int before = footprint.alive().size() - 1;
      host.kill();
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(footprint.described()).as("try %d", number).isEmpty());
      await().atMost(LIMIT).until(() -> Footprint.guards(state).isEmpty());
      assertThat(state.resolve("ledgers")).isEmptyDirectory();
      return before;
    }
  }
}
