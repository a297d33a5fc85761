package dev.procman.core.event;

import static dev.procman.core.Interleavings.must;
import static dev.procman.core.Interleavings.together;

import dev.procman.core.Interleavings;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One subscriber's queue between publishers under a lock and a reader without it.
@Tag("long")
class SubscriberInterleavingsTest {
  private static ProcessEvent event(int number) {
    return new ProcessEvent.ProcessStarting(
        new EventMeta("p", 1, number, Instant.EPOCH, 0, Map.of(), "explored"));
  }

  private static void offer(Mailbox mailbox, Object lock, int number, boolean droppable) {
    synchronized (lock) {
      var _ = mailbox.offer(event(number), droppable);
    }
  }

  /// Reads what is there.
  private static long read(Mailbox mailbox, Object lock, List<Long> read) {
    long missing = 0;
    while (true) {
      boolean more;
      synchronized (lock) {
        more = mailbox.exchange();
      }
      if (!more) {
        return missing;
      }
      for (ProcessEvent event; (event = mailbox.next()) != null; ) {
        missing += mailbox.gap();
        read.add(event.meta().sequence());
      }
    }
  }

  /// Odd numbers are droppable; there is room for one.
  @ParameterizedTest
  @EnumSource
  void stateEventsAreAllReadInOrderAndEveryMissingOneIsTold(Overflow overflow) {
    Interleavings.of(() -> {
      var lock = new Object();
      var mailbox = new Mailbox(SubscribeOptions.ofDefaults().buffer(1, overflow));
      var read = new ArrayList<Long>();
      var missing = new long[1];
      together(
          () -> {
            for (int number = 1; number <= 5; number++) {
              offer(mailbox, lock, number, number % 2 == 1);
            }
          },
          () -> missing[0] += read(mailbox, lock, read));
      missing[0] += read(mailbox, lock, read);
      synchronized (lock) {
        missing[0] += mailbox.trailingGap();
      }
      must(read.containsAll(List.of(2L, 4L)), "a state event is missing: " + read);
      must(read.equals(read.stream().sorted().distinct().toList()), "out of order: " + read);
      must(read.size() + missing[0] == 5, read + " and " + missing[0] + " missing");
      must(missing[0] == mailbox.dropped(), missing[0] + " of " + mailbox.dropped() + " told");
    });
  }
}
