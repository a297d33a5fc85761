package dev.procman.core.output;

import static dev.procman.core.Interleavings.must;
import static dev.procman.core.Interleavings.together;

import dev.procman.StdStream;
import dev.procman.core.Interleavings;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A queue of lines between a launcher's thread and a reader.
@Tag("long")
class LineQueueInterleavingsTest {
  private static LineBatch line(long number) {
    var batch = new LineBatch(number, 1, StdStream.STDOUT, Instant.EPOCH, new byte[0], 1);
    batch.line("line", false);
    batch.seal();
    return batch;
  }

  private static long readToTheEnd(LineQueue queue) {
    long read = 0;
    while (queue.await()) {
      for (LineParts.Part part; (part = queue.poll()) != null; ) {
        read += part.batch().size() - part.from();
      }
    }
    return read;
  }

  @Test
  void aReaderIsWokenForEachLineAndForTheEndAndNoneIsLostUncounted() {
    Interleavings.of(() -> {
      var queue = new LineQueue(2, new Congestion());
      var read = new long[1];
      together(
          () -> {
            for (int number = 1; number <= 3; number++) {
              queue.offer(line(number), false);
            }
            queue.end();
          },
          () -> read[0] = readToTheEnd(queue));
      must(read[0] + queue.dropped() == 3, read[0] + " read, " + queue.dropped() + " dropped");
    });
  }

  @Test
  void whoIsHeldBackIsLetGo() {
    Interleavings.of(() -> {
      var congestion = new Congestion();
      var held = new boolean[1];
      congestion.tell(full -> held[0] = full);
      var queue = new LineQueue(1, congestion);
      together(
          () -> {
            queue.offer(line(1), true);
            queue.offer(line(2), true);
            queue.end();
          },
          () -> {
            long read = readToTheEnd(queue);
            must(read == 2, read + " read");
          });
      must(!held[0], "the child is held back for ever");
    });
  }
}
