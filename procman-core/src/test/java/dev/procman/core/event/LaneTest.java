package dev.procman.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LaneTest {
  @Test
  void itIsAQueueOfAnyLength() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var lane = new Lane();
    var queue = new ArrayDeque<Long>();
    for (long step = 0; step < 200_000; step++) {
      // Phases of growth and of shrinking, so that it is long at times and often empty.
      boolean growing = step / 1000 % 2 == 0;
      if (random.nextInt(10) < (growing ? 7 : 3)) {
        var meta = new EventMeta("p", 0, step, Instant.EPOCH, 0, Map.of(), "");
        lane.add(new ProcessEvent.ProcessRegistered(meta), step);
        queue.add(step);
      } else if (!queue.isEmpty()) {
        assertThat(lane.headTag()).as("seed %d", seed).isEqualTo(queue.peek());
        assertThat(lane.poll().meta().sequence()).as("seed %d", seed).isEqualTo(queue.poll());
      } else {
        assertThat(lane.poll()).as("seed %d", seed).isNull();
      }
      if (lane.size() != queue.size() || lane.isEmpty() != queue.isEmpty()) {
        throw new AssertionError("seed %d: %d, not %d".formatted(seed, lane.size(), queue.size()));
      }
    }
  }
}
