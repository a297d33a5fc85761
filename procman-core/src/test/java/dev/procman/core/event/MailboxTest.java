package dev.procman.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The mailbox beside a list that is obviously right, on random schedules of one thread.
class MailboxTest {
  private enum Fate {
    QUEUED,
    DROPPED,
    DELIVERED
  }

  private static final class Offered {
    final ProcessEvent event;
    final boolean droppable;
    Fate fate = Fate.QUEUED;
    boolean handedOver;

    Offered(ProcessEvent event, boolean droppable) {
      this.event = event;
      this.droppable = droppable;
    }
  }

  private static final class Model {
    final List<Offered> all = new ArrayList<>();
    final int buffer;
    final Overflow overflow;
    int told;

    Model(int buffer, Overflow overflow) {
      this.buffer = buffer;
      this.overflow = overflow;
    }

    void offer(ProcessEvent event, boolean droppable) {
      var fresh = new Offered(event, droppable);
      var queued = all.stream().filter(one -> one.droppable && one.fate == Fate.QUEUED).toList();
      if (droppable && queued.size() == buffer) {
        (overflow == Overflow.DROP_OLDEST ? queued.getFirst() : fresh).fate = Fate.DROPPED;
      }
      all.add(fresh);
    }

    boolean exchange() {
      var queued = all.stream().filter(one -> one.fate == Fate.QUEUED).toList();
      queued.forEach(one -> one.handedOver = true);
      return !queued.isEmpty();
    }

    /// The next event and how many were dropped since the one before.
    String next() {
      int gap = 0;
      for (var one : all.subList(told, all.size())) {
        if (one.fate == Fate.DROPPED) {
          gap++;
        } else if (!one.handedOver) {
          return "nothing";
        } else {
          one.fate = Fate.DELIVERED;
          told = all.indexOf(one) + 1;
          return one.event.meta().sequence() + " after " + gap;
        }
      }
      return "nothing";
    }

    long dropped() {
      return all.stream().filter(one -> one.fate == Fate.DROPPED).count();
    }
  }

  private static ProcessEvent event(long number) {
    return new ProcessEvent.ProcessRegistered(
        new EventMeta("p", 0, number, Instant.EPOCH, 0, Map.of(), "test"));
  }

  @ParameterizedTest
  @EnumSource
  void itDropsDeliversAndCountsLikeTheList(Overflow overflow) {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 2000; run++) {
      int buffer = 1 + random.nextInt(5);
      var mailbox = new Mailbox(SubscribeOptions.ofDefaults().buffer(buffer, overflow));
      var model = new Model(buffer, overflow);
      for (int step = 0; step < 100; step++) {
        var words = "seed %d, run %d, step %d".formatted(seed, run, step);
        if (random.nextInt(5) < 3) {
          boolean droppable = random.nextInt(4) > 0;
          model.offer(event(step), droppable);
          var _ = mailbox.offer(event(step), droppable);
        } else {
          String expected = model.next();
          var event = mailbox.next();
          assertThat(
                  event == null ? "nothing" : event.meta().sequence() + " after " + mailbox.gap())
              .as(words)
              .isEqualTo(expected);
          if (event == null) {
            assertThat(mailbox.exchange()).as(words).isEqualTo(model.exchange());
          }
        }
        assertThat(mailbox.dropped()).as(words).isEqualTo(model.dropped());
      }
    }
  }
}
