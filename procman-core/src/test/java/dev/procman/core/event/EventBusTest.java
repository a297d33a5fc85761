package dev.procman.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.RegistryException;
import dev.procman.event.ExtensionEvent;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvents;
import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventBusTest extends BusFixture {
  private static final SubscribeOptions ALL = SubscribeOptions.ofDefaults();

  private static void together(int threads, Runnable task) throws InterruptedException {
    var go = new CountDownLatch(1);
    var started = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      started.add(
          Thread.ofPlatform()
              .start(() -> {
                awaitLatch(go);
                task.run();
              }));
    }
    go.countDown();
    for (var thread : started) {
      thread.join();
    }
  }

  private static long[] sequences(List<ProcessEvent> events) {
    return events.stream().mapToLong(event -> event.meta().sequence()).toArray();
  }

  @Test
  void everySubscriberGetsAllEventsOfManyPublishersInOneOrderWithoutGap() throws Exception {
    int publishers = 8;
    int each = 5000;
    var seen = List.of(new ArrayList<ProcessEvent>(), new ArrayList<ProcessEvent>());
    seen.forEach(events -> bus.subscribe(events::add));
    var processes = new AtomicInteger();
    together(publishers, () -> states("p" + processes.getAndIncrement() + "-", each));
    bus.close();
    for (var events : seen) {
      assertThat(sequences(events))
          .isEqualTo(LongStream.rangeClosed(1, publishers * each).toArray());
      for (int p = 0; p < publishers; p++) {
        String process = "p" + p + "-";
        assertThat(
                events.stream()
                    .filter(e -> e.process().equals(process))
                    .map(ProcessEvent::generation))
            .containsExactlyElementsOf(LongStream.rangeClosed(1, each).boxed().toList());
      }
    }
    assertThat(seen.get(0)).isEqualTo(seen.get(1));
  }

  @Test
  void aSlowAndAThrowingSubscriberHarmNobody() {
    var slow = new HeldUp();
    var thrown = new AtomicInteger();
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(slow);
    bus.subscribe(_ -> {
      thrown.incrementAndGet();
      throw new AssertionError("subscriber");
    });
    bus.subscribe(seen::add);
    states("web", 1000);
    await().atMost(LIMIT).until(() -> seen.size() == 1000 && thrown.get() == 1000);
    assertThat(slow.events).isEmpty();
    slow.released.countDown();
    await().atMost(LIMIT).until(() -> slow.events.size() == 1000);
  }

  @ParameterizedTest
  @CsvSource({
    // What comes while the first event is being taken; L is a line, S a state.
    "DROP_OLDEST, 3, L L L L L,       -2 3 4 5",
    "DROP_NEWEST, 3, L L L L L,       1 2 3 -2",
    "DROP_OLDEST, 3, L L L S L L L S, -3 s4 5 6 7 s8",
    "DROP_NEWEST, 3, L L L S L L L S, 1 2 3 s4 -3 s8",
    "DROP_OLDEST, 2, L S L S L S,     -1 s2 3 s4 5 s6",
    "DROP_NEWEST, 2, L S L S L S,     1 s2 3 s4 -1 s6",
    "DROP_OLDEST, 1, S S S,           s1 s2 s3",
    "DROP_OLDEST, 9, L L L,           1 2 3",
    "DROP_OLDEST, 1, L L S S,         -1 2 s3 s4",
    "DROP_NEWEST, 1, L L S S,         1 -1 s3 s4",
  })
  void aFullBufferDropsByItsPolicyAndTellsWhereAndHowMany(
      Overflow overflow, int buffer, String published, String delivered) {
    var held = new HeldUp();
    var subscription = bus.subscribe(ALL.buffer(buffer, overflow), held);
    state("first", 0);
    awaitLatch(held.arrived);
    var kinds = published.split(" ");
    for (int i = 0; i < kinds.length; i++) {
      if (kinds[i].equals("L")) {
        line(String.valueOf(i + 1));
      } else {
        state("s", i + 1);
      }
    }
    held.released.countDown();
    bus.close();
    assertThat(held.words().subList(1, held.words().size())).containsExactly(delivered.split(" "));
    long told =
        held.events.stream()
            .filter(ProcessEvent.EventsDropped.class::isInstance)
            .mapToLong(event -> ((ProcessEvent.EventsDropped) event).count())
            .sum();
    assertThat(subscription.dropped()).isEqualTo(told);
  }

  @Test
  void whatIsDroppedAndWhatIsDeliveredAddUpUnderFire() throws Exception {
    int publishers = 4;
    int each = 20_000;
    var subscriptions = new ArrayList<ProcessEvents.Subscription>();
    var seen = new ArrayList<List<ProcessEvent>>();
    for (var overflow : Overflow.values()) {
      var events = new ArrayList<ProcessEvent>();
      seen.add(events);
      subscriptions.add(bus.subscribe(ALL.buffer(16, overflow), events::add));
    }
    together(
        publishers,
        () -> {
          for (int i = 0; i < each; i++) {
            line("x");
            if (i % 10 == 0) {
              state("s", i);
            }
          }
        });
    bus.close();
    for (int i = 0; i < seen.size(); i++) {
      var events = seen.get(i);
      long expected = 1;
      long told = 0;
      for (var event : events) {
        if (event instanceof ProcessEvent.EventsDropped dropped) {
          told += dropped.count();
          expected += dropped.count();
        } else {
          assertThat(event.meta().sequence()).isEqualTo(expected);
          expected++;
        }
      }
      assertThat(expected - 1).isEqualTo(publishers * each * 11L / 10);
      assertThat(told).isEqualTo(subscriptions.get(i).dropped());
    }
  }

  @Test
  void aBacklogOfTwoHundredThousandStateEventsIsKeptWhole() {
    var held = new HeldUp();
    var counted = new AtomicLong();
    var inOrder = new AtomicBoolean(true);
    bus.subscribe(
        ALL.buffer(1, Overflow.DROP_NEWEST),
        event -> {
          if (counted.get() == 0) {
            held.arrived.countDown();
            awaitLatch(held.released);
          }
          if (counted.incrementAndGet() != event.meta().sequence()) {
            inOrder.set(false);
          }
        });
    states("web", 200_000);
    held.released.countDown();
    await().atMost(LIMIT).until(() -> counted.get() == 200_000);
    assertThat(inOrder).isTrue();
  }

  @Test
  void aSnapshotAndTheEventsAfterItHaveNeitherGapNorDuplicate() throws Exception {
    var over = new AtomicBoolean();
    var publishers = new ArrayList<Thread>();
    for (String process : List.of("a", "b", "c")) {
      publishers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long generation = 1; !over.get(); generation++) {
                  state(process, generation);
                }
              }));
    }
    var mistakes = new CopyOnWriteArrayList<String>();
    var eventsSeen = new AtomicLong();
    for (int i = 0; i < 60; i++) {
      Map<String, Long> last = new ConcurrentHashMap<>();
      var enough = new CountDownLatch(20);
      var subscription =
          bus.subscribe(
              ALL,
              present -> present.forEach(one -> last.put(one.name(), one.generation())),
              event -> {
                long expected = last.getOrDefault(event.process(), 0L) + 1;
                if (event.generation() != expected) {
                  mistakes.add(event.process() + event.generation() + " after " + (expected - 1));
                }
                last.put(event.process(), event.generation());
                eventsSeen.incrementAndGet();
                enough.countDown();
              });
      awaitLatch(enough);
      subscription.close();
    }
    over.set(true);
    for (var publisher : publishers) {
      publisher.join();
    }
    assertThat(mistakes).isEmpty();
    assertThat(eventsSeen.get()).isGreaterThanOrEqualTo(60 * 20);
  }

  @Test
  void aRemovedProcessIsInNoSnapshot() {
    state("gone", 1);
    state("here", 1);
    bus.publish("gone", 1, Map.of(), "test", snapshot("gone", 1), ProcessEvent.ProcessRemoved::new);
    var names = new CopyOnWriteArrayList<String>();
    bus.subscribe(ALL, present -> present.forEach(one -> names.add(one.name())), _ -> {});
    bus.close();
    assertThat(names).containsExactly("here");
  }

  @Test
  void aSnapshotHasOnlyWhatTheOptionsAskFor() {
    state("a", 1);
    state("b", 1);
    var names = new CopyOnWriteArrayList<String>();
    bus.subscribe(
        ALL.label("of", "b"), present -> present.forEach(one -> names.add(one.name())), _ -> {});
    bus.subscribe(
        ALL.processes("a"), present -> present.forEach(one -> names.add(one.name())), _ -> {});
    bus.close();
    assertThat(names).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aSnapshotConsumerThatThrowsStillGetsItsEvents() {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(
        ALL,
        _ -> {
          throw new IllegalStateException("snapshot");
        },
        seen::add);
    states("web", 3);
    bus.close();
    assertThat(seen).hasSize(3);
  }

  @Test
  void theLastRetainedEventsThatPassTheFiltersAreReplayedBeforeTheLiveOnes() {
    for (int i = 1; i <= 5; i++) {
      state("a", i);
      line("not retained");
      state("b", i);
    }
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(ALL.processes("b").replay(3), seen::add);
    state("a", 6);
    state("b", 6);
    bus.close();
    assertThat(seen.stream().map(BusFixture::word)).containsExactly("b3", "b4", "b5", "b6");
  }

  @Tag("long")
  @Test
  void aReplayUnderFireHasNeitherGapNorDuplicate() throws Exception {
    var over = new AtomicBoolean();
    var publisher =
        Thread.ofPlatform()
            .start(() -> {
              for (long generation = 1; !over.get(); generation++) {
                state("a", generation);
              }
            });
    for (int i = 0; i < 40; i++) {
      List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
      try (var _ = bus.subscribe(ALL.replay(50), seen::add)) {
        await().atMost(LIMIT).until(() -> seen.size() > 60);
      }
      var numbers = sequences(seen.subList(0, 60));
      assertThat(numbers).isEqualTo(LongStream.range(numbers[0], numbers[0] + 60).toArray());
    }
    over.set(true);
    publisher.join();
  }

  @Test
  void theLastThousandStateEventsAreRetained() {
    states("web", 1500);
    line("not retained");
    assertThat(bus.recent(5000)).hasSize(1000);
    assertThat(sequences(bus.recent(3))).containsExactly(1498, 1499, 1500);
    assertThat(bus.recent(0)).isEmpty();
    assertThat(bus.recent(-1)).isEmpty();
  }

  @Test
  void eventsAreFilteredByProcessLabelAndType() {
    List<String> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(ALL.processes("a"), e -> seen.add("process " + word(e)));
    bus.subscribe(ALL.label("of", "b"), e -> seen.add("label " + word(e)));
    bus.on(ProcessEvent.ProcessOutputLine.class, e -> seen.add("type " + e.line().text()));
    bus.on(ExtensionEvent.class, e -> seen.add("extension " + word(e)));
    bus.subscribe(ALL.processes("a").label("of", "b"), e -> seen.add("never " + word(e)));
    state("a", 1);
    state("b", 1);
    line("l");
    bus.publish("a", "test", meta -> new Note(meta, "n"));
    bus.close();
    assertThat(seen)
        .containsExactlyInAnyOrder("process a1", "process n", "label b1", "type l", "extension n");
  }

  @Test
  void aListenerMayCloseItsOwnSubscription() {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    var own = new ArrayList<ProcessEvents.Subscription>();
    var subscribed = new CountDownLatch(1);
    own.add(
        bus.subscribe(event -> {
          awaitLatch(subscribed);
          seen.add(event);
          own.getFirst().close();
        }));
    subscribed.countDown();
    states("web", 100);
    bus.close();
    assertThat(seen).hasSize(1);
  }

  @Test
  void aListenerMayPublishAndSubscribe() {
    List<String> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(event -> {
      seen.add(word(event));
      if (word(event).equals("web1")) {
        bus.publish("web", "answer", meta -> new Note(meta, "answer"));
        bus.subscribe(ALL.replay(10), later -> seen.add("late " + word(later)));
      }
    });
    state("web", 1);
    await().atMost(LIMIT).until(() -> seen.size() >= 4);
    assertThat(seen).containsExactlyInAnyOrder("web1", "answer", "late web1", "late answer");
  }

  @Test
  void aListenerMayCloseTheBus() {
    var closed = new CountDownLatch(1);
    bus.subscribe(_ -> {
      bus.close();
      closed.countDown();
    });
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(seen::add);
    state("web", 1);
    awaitLatch(closed);
    assertThat(seen).hasSize(1);
  }

  @Test
  void subscribingAndClosingFromManyThreadsLeavesNoThreadAndNoSubscription() throws Exception {
    var over = new AtomicBoolean();
    var publisher =
        Thread.ofPlatform()
            .start(() -> {
              for (long generation = 1; !over.get(); generation++) {
                state("web", generation);
              }
            });
    var subscriptions = new CopyOnWriteArrayList<ProcessEvents.Subscription>();
    var received = new AtomicLong();
    together(
        4,
        () -> {
          for (int i = 0; i < 150; i++) {
            var subscription = bus.subscribe(_ -> received.incrementAndGet());
            subscriptions.add(subscription);
            subscription.close();
            subscription.close();
          }
        });
    over.set(true);
    publisher.join();
    for (var subscription : subscriptions) {
      assertThat(((BusSubscription) subscription).thread.join(LIMIT)).isTrue();
    }
    long before = received.get();
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(seen::add);
    state("web", 1);
    bus.close();
    assertThat(seen).hasSize(1);
    assertThat(received.get()).isEqualTo(before);
  }

  @Test
  void closingDeliversWhatIsQueuedAndTakesNoMore() {
    var held = new HeldUp();
    bus.subscribe(held);
    states("web", 3);
    awaitLatch(held.arrived);
    var closing = Thread.ofPlatform().start(bus::close);
    await().atMost(LIMIT).until(bus::isClosed);
    states("late", 3);
    held.released.countDown();
    await().atMost(LIMIT).until(() -> !closing.isAlive());
    assertThat(held.words()).containsExactly("web1", "web2", "web3");
  }

  @Test
  void aClosedBusTakesNoSubscribersAndSaysWhatToDo() {
    bus.close();
    bus.close();
    assertThatThrownBy(() -> bus.subscribe(_ -> {}))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("create another");
  }

  @Test
  void anExtensionEventKnowsGenerationAndLabelsOfItsProcess() {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.on(Note.class, seen::add);
    state("web", 7);
    bus.publish("web", "why", meta -> new Note(meta, "known"));
    bus.publish("nobody", "why", meta -> new Note(meta, "unknown"));
    bus.close();
    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst().meta())
        .returns(7L, dev.procman.event.EventMeta::generation)
        .returns(Map.of("of", "web"), dev.procman.event.EventMeta::labels)
        .returns("why", dev.procman.event.EventMeta::cause);
    assertThat(seen.getLast().generation()).isZero();
  }

  @Test
  void anExtensionEventThatCannotBeMadeLeavesNoGap() {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(seen::add);
    state("web", 1);
    assertThatThrownBy(() -> bus.publish("web", "why", _ -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("event");
    assertThatThrownBy(() ->
            bus.publish(
                "web",
                "why",
                _ -> {
                  throw new IllegalArgumentException("no");
                }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            bus.publish(
                "web",
                "why",
                meta -> {
                  state("inner", 1);
                  return new Note(meta, "n");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("while another is being made");
    state("web", 2);
    bus.close();
    assertThat(sequences(seen)).containsExactly(1, 2);
    assertThat(IntStream.range(0, 2).mapToObj(seen::get).map(BusFixture::word))
        .containsExactly("web1", "web2");
  }
}
