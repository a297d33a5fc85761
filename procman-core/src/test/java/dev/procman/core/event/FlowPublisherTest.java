package dev.procman.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import dev.procman.RegistryException;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the Reactive Streams specification for the JVM that concern a publisher and its
/// subscription; each test names its rules.
class FlowPublisherTest extends BusFixture {
  private final Flow.Publisher<ProcessEvent> publisher =
      bus.publisher(SubscribeOptions.ofDefaults());

  /// Writes down its signals; what it does with an event is up to the test.
  private static final class Recorder implements Flow.Subscriber<ProcessEvent> {
    final List<String> signals = new CopyOnWriteArrayList<>();
    final AtomicBoolean busy = new AtomicBoolean();
    final AtomicInteger overlaps = new AtomicInteger();
    final long first;
    final BiConsumer<Recorder, ProcessEvent> onNext;
    volatile Flow.Subscription subscription;
    volatile Throwable error;

    Recorder(long first, BiConsumer<Recorder, ProcessEvent> onNext) {
      this.first = first;
      this.onNext = onNext;
    }

    private void signal(String word, Runnable action) {
      if (!busy.compareAndSet(false, true)) {
        overlaps.incrementAndGet();
      }
      signals.add(word);
      try {
        action.run();
      } finally {
        busy.set(false);
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      signal(
          "subscribed",
          () -> {
            subscription = given;
            if (first > 0) {
              given.request(first);
            }
          });
    }

    @Override
    public void onNext(ProcessEvent event) {
      signal(word(event), () -> onNext.accept(this, event));
    }

    @Override
    public void onError(Throwable thrown) {
      signal("error", () -> error = thrown);
    }

    @Override
    public void onComplete() {
      signal("complete", () -> {});
    }
  }

  private Recorder subscribe(long first, BiConsumer<Recorder, ProcessEvent> onNext) {
    var recorder = new Recorder(first, onNext);
    publisher.subscribe(recorder);
    await().atMost(LIMIT).until(() -> recorder.subscription != null);
    return recorder;
  }

  private static void awaitSignals(Recorder recorder, String... signals) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(recorder.signals).containsExactly(signals));
  }

  /// Lets everything that is under way at the bus come through.
  private void settle() {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    try (var _ = bus.subscribe(seen::add)) {
      long mark = state("mark", 0);
      await()
          .atMost(LIMIT)
          .until(() -> seen.stream().anyMatch(event -> event.meta().sequence() == mark));
    }
  }

  @Test
  void noMoreIsDeliveredThanWasAskedFor() { // 1.1, 3.8
    var recorder = subscribe(0, (_, _) -> {});
    states("e", 5);
    settle();
    assertThat(recorder.signals).containsExactly("subscribed");
    recorder.subscription.request(2);
    awaitSignals(recorder, "subscribed", "e1", "e2");
    recorder.subscription.request(1);
    awaitSignals(recorder, "subscribed", "e1", "e2", "e3");
    recorder.subscription.cancel();
  }

  @Test
  void askingOneByOneFromWithinGetsAllInOrder() { // 2.1, 3.3
    var recorder = subscribe(1, (own, _) -> own.subscription.request(1));
    states("e", 2000);
    bus.close();
    assertThat(recorder.signals)
        .hasSize(2002)
        .startsWith("subscribed", "e1")
        .endsWith("e2000", "complete");
    assertThat(recorder.overlaps).hasValue(0);
  }

  @Test
  void demandAddsUpToForEver() { // 3.17
    var recorder = subscribe(Long.MAX_VALUE, (own, _) -> own.subscription.request(Long.MAX_VALUE));
    states("e", 3);
    bus.close();
    assertThat(recorder.signals).containsExactly("subscribed", "e1", "e2", "e3", "complete");
  }

  @Test
  void signalsNeverOverlapHoweverManyThreadsAsk() throws Exception { // 1.3, 2.7
    var recorder = subscribe(0, (_, _) -> {});
    var threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                for (int k = 0; k < 500; k++) {
                  state("e", k);
                  recorder.subscription.request(1);
                }
              });
    }
    for (var thread : threads) {
      thread.join();
    }
    await().atMost(LIMIT).until(() -> recorder.signals.size() == 2001);
    assertThat(recorder.overlaps).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void askingForNothingOrLessIsAnError(long count) { // 3.9, 1.7
    var recorder = subscribe(1, (_, _) -> {});
    state("e", 1);
    awaitSignals(recorder, "subscribed", "e1");
    recorder.subscription.request(count);
    awaitSignals(recorder, "subscribed", "e1", "error");
    assertThat(recorder.error)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3.9", String.valueOf(count));
    recorder.subscription.request(5);
    states("e", 3);
    settle();
    assertThat(recorder.signals).containsExactly("subscribed", "e1", "error");
  }

  @Test
  void aCancelledSubscriptionIsSilentWhateverIsAskedOfIt() { // 1.8, 3.5, 3.6, 3.7
    var recorder =
        subscribe(
            Long.MAX_VALUE,
            (own, _) -> {
              own.subscription.cancel();
              own.subscription.cancel();
              own.subscription.request(-1);
              own.subscription.request(5);
            });
    states("e", 3);
    settle();
    bus.close();
    assertThat(recorder.signals).containsExactly("subscribed", "e1");
  }

  @Test
  void cancellingFromOutsideEndsAWaitForDemand() { // 3.12
    var recorder = subscribe(0, (_, _) -> {});
    states("e", 3);
    recorder.subscription.cancel();
    settle();
    bus.close();
    assertThat(recorder.signals).containsExactly("subscribed");
  }

  @Test
  void theEndOfTheBusCompletesEvenWithoutDemand() { // 1.5
    var recorder = subscribe(0, (_, _) -> {});
    bus.close();
    awaitSignals(recorder, "subscribed", "complete");
  }

  @Test
  void whatIsLeftWithoutDemandAtTheEndIsAnError() { // 1.4
    var recorder = subscribe(1, (_, _) -> {});
    states("e", 2);
    bus.close();
    awaitSignals(recorder, "subscribed", "e1", "error");
    assertThat(recorder.error).hasMessageContaining("before all events were taken");
  }

  @Test
  void aSubscriberThatThrowsIsCancelledAndTheOthersAreNot() { // 2.13
    var throwing =
        subscribe(
            Long.MAX_VALUE,
            (_, _) -> {
              throw new IllegalStateException("subscriber");
            });
    var fine = subscribe(Long.MAX_VALUE, (_, _) -> {});
    states("e", 2);
    bus.close();
    assertThat(throwing.signals).containsExactly("subscribed", "e1");
    assertThat(fine.signals).containsExactly("subscribed", "e1", "e2", "complete");
  }

  @Test
  void noSubscriberIsRefused() { // 1.9
    assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
  }

  @Test
  void aSubscriberOfAClosedBusIsToldSo() { // 1.9: subscribing returns normally
    bus.close();
    var recorder = new Recorder(1, (_, _) -> {});
    publisher.subscribe(recorder);
    awaitSignals(recorder, "subscribed", "error");
    assertThat(recorder.error).isInstanceOf(RegistryException.class);
  }

  @Test
  void replayAndFiltersHoldForEverySubscriber() { // 1.10
    states("e", 5);
    var some = bus.publisher(SubscribeOptions.ofDefaults().processes("e").replay(2));
    for (int i = 0; i < 2; i++) {
      var recorder = new Recorder(Long.MAX_VALUE, (_, _) -> {});
      some.subscribe(recorder);
      awaitSignals(recorder, "subscribed", "e4", "e5");
    }
  }
}
