package dev.procman.core.event;

import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvents.Subscription;
import dev.procman.event.SubscribeOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One subscriber: its mailbox and the virtual thread that empties it.
final class BusSubscription implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(BusSubscription.class);
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  final EventFilter filter;
  final Mailbox mailbox;
  final Thread thread;
  private final EventBus bus;
  private final Receiver receiver;
  private volatile boolean cancelled;
  private volatile boolean abandoned;
  private long failures;
  private long lastLogged = System.nanoTime() - QUIET_NANOS;

  BusSubscription(EventBus bus, SubscribeOptions options, Receiver receiver) {
    this.bus = bus;
    this.filter = new EventFilter(options);
    this.mailbox = new Mailbox(options);
    this.receiver = receiver;
    this.thread = Thread.ofVirtual().name("procman-subscriber").unstarted(this::run);
  }

  private void run() {
    boolean goOn = call(receiver::begin);
    while (goOn) {
      var event = next();
      if (event == null) {
        break;
      }
      long gap = mailbox.gap();
      goOn = (gap == 0 || hand(dropped(event.meta(), gap))) && hand(event);
    }
    boolean complete = goOn && !cancelled;
    if (complete) {
      long gap = bus.trailingGap(mailbox);
      if (gap > 0) {
        var _ = hand(dropped(bus.metaNow(""), gap));
      }
    }
    bus.remove(this);
    var end =
        abandoned
            ? Receiver.End.ABANDONED
            : complete ? Receiver.End.COMPLETED : Receiver.End.CANCELLED;
    var _ = call(() -> receiver.end(end));
  }

  /// The next event; null when there will be none.
  private @Nullable ProcessEvent next() {
    while (!cancelled) {
      var event = mailbox.next();
      if (event != null) {
        return event;
      }
      boolean wasClosed = bus.isClosed();
      if (!bus.exchange(mailbox)) {
        if (wasClosed) {
          return null;
        }
        while (mailbox.isWaiting() && !cancelled) {
          LockSupport.park(this);
          // An interrupt is the host's business in its listener; here it would only make parking
          // spin.
          var _ = Thread.interrupted();
        }
      }
    }
    return null;
  }

  private static ProcessEvent dropped(EventMeta before, long count) {
    var meta =
        new EventMeta(
            before.process(),
            before.generation(),
            before.sequence(),
            before.time(),
            before.nanoTime(),
            Map.of(),
            "this subscriber was too slow");
    return new ProcessEvent.EventsDropped(meta, count);
  }

  private boolean hand(ProcessEvent event) {
    receiver.awaitDemand();
    return !cancelled && call(() -> receiver.receive(event)) && !cancelled;
  }

  /// Calls the host's code.
  ///
  /// @return whether the subscription goes on
  private boolean call(Runnable code) {
    try {
      code.run();
      return true;
    } catch (Throwable thrown) {
      failures++;
      if (System.nanoTime() - lastLogged >= QUIET_NANOS) {
        log.atError()
            .addKeyValue("failures", failures)
            .setCause(thrown)
            .log("a subscriber threw; it {}", receiver.endsWhenItThrows() ? "ends" : "goes on");
        lastLogged = System.nanoTime();
      }
      return !receiver.endsWhenItThrows();
    }
  }

  /// Whether waiting for anything is in vain.
  boolean isCancelled() {
    return cancelled;
  }

  @Override
  public long dropped() {
    return mailbox.dropped();
  }

  @Override
  public void close() {
    cancelled = true;
    LockSupport.unpark(thread);
    bus.remove(this);
  }

  /// The bus is closed: waits for the rest to be delivered, then goes on without.
  ///
  /// @param asking who closes it
  void awaitEnd(long until, Thread asking) {
    if (asking == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      long left = until - System.nanoTime();
      try {
        if (left <= 0 || thread.join(Duration.ofNanos(left))) {
          break;
        }
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (thread.isAlive()) {
      abandoned = true;
      log.atWarn().log("a subscriber did not take its last events in time");
      thread.interrupt();
      close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
