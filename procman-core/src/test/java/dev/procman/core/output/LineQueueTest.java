package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LineQueueTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static List<Long> numbers(LineParts.Part part) {
    var numbers = new ArrayList<Long>();
    for (int i = part.from(); i < part.batch().size(); i++) {
      numbers.add(part.batch().get(i).sequence());
    }
    return numbers;
  }

  @Test
  void theOldestLinesGoWhenItIsFullAndAreCounted() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 500; run++) {
      int limit = 1 + random.nextInt(20);
      var queue = new LineQueue(limit, new Congestion());
      var expected = new ArrayDeque<Long>();
      long dropped = 0;
      long next = 1;
      for (int step = 0; step < 50; step++) {
        if (random.nextBoolean()) {
          int count = 1 + random.nextInt(30);
          queue.offer(Lines.batch(next, count), false);
          for (int i = 0; i < count; i++) {
            expected.add(next++);
          }
          for (; expected.size() > limit; dropped++) {
            expected.removeFirst();
          }
        } else {
          var part = queue.poll();
          for (long number : part == null ? List.<Long>of() : numbers(part)) {
            assertThat(number).as("seed %d", seed).isEqualTo(expected.pollFirst());
          }
          assertThat(part != null || expected.isEmpty()).as("seed %d", seed).isTrue();
        }
        assertThat(queue.dropped()).as("seed %d", seed).isEqualTo(dropped);
      }
      queue.discard();
      assertThat(queue.dropped()).isEqualTo(dropped + expected.size());
      assertThat(queue.poll()).isNull();
    }
  }

  @Test
  void aReaderWaitsForALineForAPokeAndForTheEnd() throws Exception {
    var queue = new LineQueue(10, new Congestion());
    for (Runnable event :
        List.<Runnable>of(() -> queue.offer(Lines.batch(1, 1), false), queue::poke)) {
      var waiting = CompletableFuture.supplyAsync(queue::await);
      event.run();
      assertThat(waiting.get(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      var _ = queue.poll();
    }
    var waiting = CompletableFuture.supplyAsync(queue::await);
    queue.end();
    await().atMost(LIMIT).until(waiting::isDone);
    assertThat(waiting.join()).isFalse();
  }

  @Test
  void whatIsQueuedAtTheEndIsStillReadAndNothingMoreIsTaken() {
    var queue = new LineQueue(10, new Congestion());
    queue.offer(Lines.batch(1, 2), false);
    queue.end();
    queue.offer(Lines.batch(3, 2), false);
    assertThat(queue.await()).isTrue();
    assertThat(numbers(queue.poll())).containsExactly(1L, 2L);
    assertThat(queue.await()).isFalse();
    assertThat(queue.dropped()).isZero();
  }
}
