package dev.procman.core.supervisor;

import static dev.procman.core.Interleavings.must;
import static dev.procman.core.Interleavings.together;

import dev.procman.core.Interleavings;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a supervisor is handed is done once, by one thread at a time, or refused.
@Tag("long")
class MailboxInterleavingsTest {

  /// A mailbox in its world.
  private static final class World {
    final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    final AtomicInteger ends = new AtomicInteger();
    final Mailbox mailbox = new Mailbox("explored", ends::incrementAndGet, this::start);
    boolean busy;
    int sum;

    void start(Runnable task) {
      var thread = new Thread(task);
      threads.add(thread);
      thread.start();
    }

    /// Is seen by another thread only where one at a time runs, one after the other.
    void add(int number) {
      must(!busy, "two at a time");
      busy = true;
      sum += number;
      busy = false;
    }

    void end() throws InterruptedException {
      mailbox.end(() -> new IllegalStateException("over"));
      for (Thread thread; (thread = threads.poll()) != null; ) {
        thread.join();
      }
      must(ends.get() == 1, "ended " + ends + " times");
    }
  }

  @Test
  void nothingThatIsHandedInIsLostOrDoneTwice() {
    Interleavings.of(() -> {
      var world = new World();
      world.mailbox.begin();
      together(
          () -> world.mailbox.execute(() -> world.add(1)),
          () -> {
            world.mailbox.execute(() -> world.add(10));
            world.mailbox.execute(() -> world.add(100));
          });
      world.end();
      must(world.sum == 111, "the sum is " + world.sum);
    });
  }

  @Test
  void aQuestionAtTheEndIsAnsweredOrRefused() {
    Interleavings.of(() -> {
      var world = new World();
      world.mailbox.begin();
      together(
          () -> {
            try {
              must(world.mailbox.question(() -> 7).join() == 7, "another answer");
            } catch (CompletionException refused) {
              must(refused.getCause().getMessage().equals("over"), "another refusal");
            }
          },
          world::end);
    });
  }

  @Test
  void twoEndsReturnWhenItHasEnded() {
    Interleavings.of(() -> {
      var world = new World();
      together(
          world.mailbox::begin,
          () -> {
            world.mailbox.end(() -> new IllegalStateException("over"));
            must(world.ends.get() == 1, "not ended yet");
          },
          world::end);
    });
  }
}
