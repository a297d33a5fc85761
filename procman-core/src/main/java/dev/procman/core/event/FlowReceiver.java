package dev.procman.core.event;

import dev.procman.event.ProcessEvent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A subscriber of the Reactive Streams kind (rule numbers are those of its specification for the
/// JVM, 1.0.4).
final class FlowReceiver implements Receiver, Flow.Subscription {
  private final Flow.Subscriber<? super ProcessEvent> subscriber;
  private final AtomicLong demand = new AtomicLong();
  private final CountDownLatch attached = new CountDownLatch(1);
  private volatile @Nullable BusSubscription subscription;
  private volatile boolean cancelled;
  private volatile @Nullable Throwable mistake;

  FlowReceiver(Flow.Subscriber<? super ProcessEvent> subscriber) {
    this.subscriber = subscriber;
  }

  void attach(BusSubscription made) {
    subscription = made;
    attached.countDown();
  }

  /// There is nothing to subscribe to. Rule 1.9: subscribing returns normally, and this is told by
  /// signals.
  void reject(Throwable why) {
    cancelled = true;
    subscriber.onSubscribe(this);
    subscriber.onError(why);
  }

  @Override
  public void begin() {
    try {
      attached.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
    subscriber.onSubscribe(this);
  }

  @Override
  public void request(long count) {
    if (cancelled) {
      return; // rule 3.6
    }
    if (count <= 0) {
      // Rule 3.9.
      mistake = new IllegalArgumentException("request " + count + ": ask for 1 or more (rule 3.9)");
      cancel();
      return;
    }
    demand.accumulateAndGet(count, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
    wake();
  }

  @Override
  public void cancel() {
    cancelled = true;
    var present = subscription;
    if (present != null) {
      present.close();
    }
  }

  private void wake() {
    var present = subscription;
    if (present != null) {
      LockSupport.unpark(present.thread);
    }
  }

  @Override
  public void awaitDemand() {
    var present = subscription;
    while (demand.get() == 0 && !cancelled && (present == null || !present.isCancelled())) {
      LockSupport.park(this);
      var _ = Thread.interrupted();
    }
  }

  @Override
  public void receive(ProcessEvent event) {
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    subscriber.onNext(event);
  }

  @Override
  public void end(End end) {
    var error = mistake;
    if (error != null) {
      subscriber.onError(error);
      return;
    }
    switch (end) {
      case COMPLETED -> subscriber.onComplete();
      case ABANDONED ->
          subscriber.onError(
              new IllegalStateException(
                  "the process manager was closed before all events were taken"));
      case CANCELLED -> {}
    }
  }

  @Override
  public boolean endsWhenItThrows() {
    return true;
  }
}
