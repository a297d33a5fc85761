package dev.procman.event;

import dev.procman.ProcessSnapshot;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;

/// The events of one manager. Thread-safe.
///
/// Each subscriber has a queue and a virtual thread of its own: a slow or throwing one harms
/// nobody. Events arrive in the order of their sequence. State events are never lost;
/// [EventsDropped][ProcessEvent.EventsDropped] tells how many droppable ones were. A subscriber
/// whose backlog of state events passes 100 000 is warned of in the log, again at each doubling.
public interface ProcessEvents {

  /// Subscribes to all events.
  default Subscription subscribe(Consumer<? super ProcessEvent> subscriber) {
    return subscribe(SubscribeOptions.ofDefaults(), subscriber);
  }

  /// Subscribes.
  Subscription subscribe(SubscribeOptions options, Consumer<? super ProcessEvent> subscriber);

  /// Subscribes to events of one type.
  default <E extends ProcessEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
    return subscribe(
        SubscribeOptions.ofDefaults().types(type), event -> listener.accept(type.cast(event)));
  }

  /// Subscribes so that nothing is missed and nothing seen twice: `snapshot` gets the state of all
  /// processes first, then `subscriber` each event that is not yet part of it; both on the
  /// subscriber's thread.
  Subscription subscribe(
      SubscribeOptions options,
      Consumer<? super List<ProcessSnapshot>> snapshot,
      Consumer<? super ProcessEvent> subscriber);

  /// The last `count` retained events, oldest first, at most 1000. Output lines are not retained.
  List<ProcessEvent> recent(int count);

  /// The events as a publisher; each of its subscribers gets a subscription with these options and
  /// back-pressure.
  Flow.Publisher<ProcessEvent> publisher(SubscribeOptions options);

  /// Publishes an event of an extension module; the meta data is made here.
  void publish(String process, String cause, Function<EventMeta, ? extends ExtensionEvent> event);

  /// A subscription.
  interface Subscription extends AutoCloseable {
    /// How many droppable events were dropped.
    long dropped();

    /// Ends it; an event being delivered is finished, queued ones are discarded. Idempotent; never
    /// blocks.
    @Override
    void close();
  }
}
