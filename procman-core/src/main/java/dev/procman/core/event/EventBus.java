package dev.procman.core.event;

import dev.procman.core.BargingLock;
import dev.procman.ProcessSnapshot;
import dev.procman.RegistryException;
import dev.procman.event.EventMeta;
import dev.procman.event.ExtensionEvent;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvents;
import dev.procman.event.SubscribeOptions;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives every event its place in one order and puts it into the mailbox of each subscriber, under
/// one short lock; nothing of a host runs there but the constructor of its extension event.
/// Thread-safe.
public final class EventBus implements ProcessEvents, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventBus.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String managerName;
  private final ProcmanClock clock;
  private final BargingLock lock = new BargingLock();

  // Under the lock.
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final RetainedEvents retained = new RetainedEvents();
  private BusSubscription[] subscriptions = {};
  private long sequence;
  private boolean closed;

  private record Known(ProcessSnapshot snapshot, Map<String, String> labels) {}

  /// A bus without subscribers.
  public EventBus(String managerName, ProcmanClock clock) {
    this.managerName = managerName;
    this.clock = clock;
  }

  /// Publishes an event.
  ///
  /// @param snapshot the state that the event leads to, if it leads to one; atomic with the event
  ///   for subscribers that began with a snapshot
  /// @param event makes the event; must not publish
  /// @return the event's sequence
  public long publish(
      String process,
      long generation,
      Map<String, String> labels,
      String cause,
      @Nullable ProcessSnapshot snapshot,
      Function<EventMeta, ? extends ProcessEvent> event) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("an event must not be published while another is being made");
    }
    List<BusSubscription> woken;
    long number;
    lock.lock();
    try {
      var meta =
          new EventMeta(
              process, generation, sequence + 1, clock.instant(), clock.nanoTime(), labels, cause);
      ProcessEvent made = Objects.requireNonNull(event.apply(meta), "event");
      boolean droppable = made.isDroppable();
      // From here on nothing of the host's runs, so that no number is lost.
      number = ++sequence;
      remember(process, labels, snapshot, made, droppable);
      woken = closed ? List.of() : deliver(made, meta, droppable);
    } finally {
      lock.unlock();
    }
    wake(woken);
    return number;
  }

  private void remember(
      String process,
      Map<String, String> labels,
      @Nullable ProcessSnapshot snapshot,
      ProcessEvent event,
      boolean droppable) {
    if (event instanceof ProcessEvent.ProcessRemoved) {
      known.remove(process);
    } else if (snapshot != null) {
      known.put(process, new Known(snapshot, labels));
    }
    if (!droppable) {
      retained.add(event);
    }
  }

  private List<BusSubscription> deliver(ProcessEvent event, EventMeta meta, boolean droppable) {
    List<BusSubscription> woken = List.of();
    for (var subscription : subscriptions) {
      if (subscription.filter.accepts(meta, event.getClass())
          && subscription.mailbox.offer(event, droppable)) {
        if (woken.isEmpty()) {
          woken = new ArrayList<>(2);
        }
        woken.add(subscription);
      }
    }
    return woken;
  }

  private static void wake(List<BusSubscription> woken) {
    for (var subscription : woken) {
      LockSupport.unpark(subscription.thread);
      long backlog = subscription.mailbox.takeBacklogToReport();
      if (backlog > 0) {
        log.atWarn()
            .addKeyValue("backlog", backlog)
            .log("a subscriber does not keep up: more than {} state events wait for it", backlog);
      }
    }
  }

  @Override
  public void publish(
      String process, String cause, Function<EventMeta, ? extends ExtensionEvent> event) {
    Known about;
    lock.lock();
    try {
      about = known.get(process);
    } finally {
      lock.unlock();
    }
    var _ =
        publish(
            process,
            about == null ? 0 : about.snapshot.generation(),
            about == null ? Map.of() : about.labels,
            cause,
            null,
            event);
  }

  // Subscribing.

  @Override
  public Subscription subscribe(
      SubscribeOptions options, Consumer<? super ProcessEvent> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    return add(options, true, _ -> new ListenerReceiver(() -> {}, subscriber));
  }

  @Override
  public Subscription subscribe(
      SubscribeOptions options,
      Consumer<? super List<ProcessSnapshot>> snapshot,
      Consumer<? super ProcessEvent> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    return add(
        options,
        false,
        present -> new ListenerReceiver(() -> snapshot.accept(present), subscriber));
  }

  @Override
  public Flow.Publisher<ProcessEvent> publisher(SubscribeOptions options) {
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      var receiver = new FlowReceiver(subscriber);
      try {
        receiver.attach(add(options, true, _ -> receiver));
      } catch (RegistryException whenClosed) {
        receiver.reject(whenClosed);
      }
    };
  }

  /// @param replaying whether earlier events come first; they are part of a snapshot
  private BusSubscription add(
      SubscribeOptions options,
      boolean replaying,
      Function<List<ProcessSnapshot>, Receiver> receiver) {
    lock.lock();
    try {
      if (closed) {
        throw RegistryException.closed(managerName);
      }
      var present =
          known.values().stream()
              .filter(about -> concerns(options, about))
              .map(Known::snapshot)
              .toList();
      var subscription = new BusSubscription(this, options, receiver.apply(present));
      if (replaying) {
        retained.last(RetainedEvents.LIMIT).stream()
            .filter(options::accepts)
            .toList()
            .reversed()
            .stream()
            .limit(options.replay())
            .toList()
            .reversed()
            .forEach(event -> subscription.mailbox.offer(event, false));
      }
      var more = new ArrayList<>(List.of(subscriptions));
      more.add(subscription);
      subscriptions = more.toArray(BusSubscription[]::new);
      subscription.thread.start();
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  private static boolean concerns(SubscribeOptions options, Known about) {
    return (options.processes().isEmpty() || options.processes().contains(about.snapshot.name()))
        && about.labels.entrySet().containsAll(options.labels().entrySet());
  }

  @Override
  public List<ProcessEvent> recent(int count) {
    lock.lock();
    try {
      return retained.last(Math.max(count, 0));
    } finally {
      lock.unlock();
    }
  }

  // For subscriptions.

  /// Hands a subscription's queue to its thread, or announces that it will park.
  ///
  /// @return whether there was anything
  boolean exchange(Mailbox mailbox) {
    lock.lock();
    try {
      boolean any = mailbox.exchange();
      if (!any && !closed) {
        mailbox.announceWait();
      }
      return any;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  long trailingGap(Mailbox mailbox) {
    lock.lock();
    try {
      return mailbox.trailingGap();
    } finally {
      lock.unlock();
    }
  }

  EventMeta metaNow(String cause) {
    lock.lock();
    try {
      return new EventMeta("", 0, sequence, clock.instant(), clock.nanoTime(), Map.of(), cause);
    } finally {
      lock.unlock();
    }
  }

  void remove(BusSubscription subscription) {
    lock.lock();
    try {
      var fewer = new ArrayList<>(List.of(subscriptions));
      if (fewer.remove(subscription)) {
        subscriptions = fewer.toArray(BusSubscription[]::new);
      }
      subscription.mailbox.discard();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    close(Thread.currentThread());
  }

  /// Takes no more events, lets subscribers have what is queued for at most 5 s, and ends them.
  /// Idempotent.
  ///
  /// @param asking who asks for it: a subscriber is not waited for by itself
  public void close(Thread asking) {
    List<BusSubscription> ending;
    lock.lock();
    try {
      closed = true;
      ending = List.of(subscriptions);
      ending.forEach(subscription -> {
        var _ = subscription.mailbox.wakeIfWaiting();
      });
    } finally {
      lock.unlock();
    }
    ending.forEach(subscription -> LockSupport.unpark(subscription.thread));
    long until = System.nanoTime() + CLOSE_LIMIT.toNanos();
    for (var subscription : ending) {
      subscription.awaitEnd(until, asking);
    }
  }
}
