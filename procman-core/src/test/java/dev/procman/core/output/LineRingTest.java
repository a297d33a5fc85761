package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.OutputLine;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineRingTest {
  @Test
  void itKeepsTheLatestLinesWhateverTheBatchesAndSizes() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      int capacity = 1 + random.nextInt(20);
      var ring = new LineRing(capacity);
      var all = new ArrayList<Long>();
      long next = 1;
      for (int step = 0; step < 40; step++) {
        if (random.nextInt(5) == 0) {
          int other = 1 + random.nextInt(20);
          ring.capacity(other);
          // What a smaller ring has lost, a larger one does not find again.
          all.subList(0, Math.max(0, all.size() - Math.min(other, capacity))).clear();
          capacity = other;
        }
        int count = random.nextInt(30);
        ring.add(Lines.batch(next, count));
        for (int i = 0; i < count; i++) {
          all.add(next++);
        }
        all.subList(0, Math.max(0, all.size() - capacity)).clear();
        int wanted = random.nextInt(-2, 30);
        assertThat(LineParts.lines(ring.all()))
            .as("seed %d", seed)
            .extracting(OutputLine::sequence)
            .isEqualTo(all);
        assertThat(LineParts.lines(ring.tail(wanted)))
            .as("seed %d", seed)
            .extracting(OutputLine::sequence)
            .isEqualTo(all.subList(Math.max(0, all.size() - Math.max(0, wanted)), all.size()));
      }
    }
  }

  @Test
  void whatItGivesOutStaysAsItWas() {
    var ring = new LineRing(2);
    ring.add(Lines.batch(1, 2));
    var before = LineParts.lines(ring.all());
    ring.add(Lines.batch(3, 2));
    assertThat(before).extracting(OutputLine::sequence).containsExactly(1L, 2L);
    assertThatThrownBy(before::removeFirst).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void fewRetainedLinesDoNotKeepALargeBatch() {
    var ring = new LineRing(10);
    ring.add(Lines.batch(1, 30_000));
    assertThat(ring.all())
        .singleElement()
        .satisfies(part -> assertThat(part.batch().size()).isLessThanOrEqualTo(40));
    assertThat(LineParts.lines(ring.all()))
        .extracting(OutputLine::text)
        .startsWith("29991")
        .endsWith("30000");
  }
}
