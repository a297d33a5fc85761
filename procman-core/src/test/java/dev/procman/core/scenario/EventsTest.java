package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.InvalidSpecException;
import dev.procman.OutputSettings;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.event.SubscribeOptions;
import dev.procman.event.SubscribeOptions.Overflow;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the events of real processes tell, and to whom.
class EventsTest extends EngineTest {

  private ProcessSpec.Builder flapping(String name) {
    return sh(name, "exit 1")
        .readyAfter(Duration.ZERO)
        .restart(RestartPolicy.always().unlimited().backoff(Backoff.fixed(Duration.ofMillis(1))));
  }

  @Test
  void aWholeLifeIsToldInOrder() throws Exception {
    var process =
        manager.start(
            sh("life", "read line; exit 1")
                .label("tier", "web")
                .restart(RestartPolicy.onFailure().backoff(Backoff.fixed(Duration.ofMillis(1))))
                .build());
    process.awaitReady(LIMIT);
    process.input().write("end\n");
    awaitEvents(ProcessEvent.ProcessReady.class, "life", 2);
    process.remove();
    awaitEvent(ProcessEvent.ProcessRemoved.class, "life");
    assertThat(story("life"))
        .containsExactly(
            "Registered",
            "Starting",
            "Started",
            "Ready",
            "Exited",
            "RestartScheduled",
            "Starting",
            "Started",
            "Ready",
            "Stopping",
            "Exited",
            "Stopped",
            "Removed");
    assertThat(events)
        .extracting(ProcessEvent::generation)
        .containsExactly(0L, 1L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L, 2L, 2L, 2L);
    assertThat(events)
        .extracting(ProcessEvent::meta)
        .allSatisfy(meta -> {
          assertThat(meta.labels()).containsEntry("tier", "web");
          assertThat(meta.cause()).isNotBlank();
        });
    assertThat(events).extracting(event -> event.meta().nanoTime()).isSorted();
  }

  @Tag("long")
  @Test
  void sequencesHaveNoGapWhenManyProcessesFlapAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      manager.start(flapping("p" + i).build());
    }
    // How long that takes is the machine's affair.
    await().atMost(LIMIT.multipliedBy(6)).until(() -> events.size() > 2000);
    manager.stopAll();
    long last = manager.events().recent(1).getFirst().meta().sequence();
    await().atMost(LIMIT).until(() -> events.size() == last);
    var sequences = events.stream().map(ProcessEvent::meta).map(EventMeta::sequence).toList();
    for (int i = 0; i < sequences.size(); i++) {
      assertThat(sequences.get(i)).isEqualTo(i + 1);
    }
  }

  @Test
  void aSubscriberMayFilterByProcessLabelAndType() throws Exception {
    List<ProcessEvent> byProcess = new CopyOnWriteArrayList<>();
    List<ProcessEvent> byLabel = new CopyOnWriteArrayList<>();
    List<ProcessEvent.ProcessExited> byType = new CopyOnWriteArrayList<>();
    List<ProcessEvent> byAll = new CopyOnWriteArrayList<>();
    var options = SubscribeOptions.ofDefaults();
    manager.events().subscribe(options.processes("a", "b"), byProcess::add);
    manager.events().subscribe(options.label("tier", "web"), byLabel::add);
    manager.events().on(ProcessEvent.ProcessExited.class, byType::add);
    manager
        .events()
        .subscribe(
            options
                .processes("a", "c")
                .label("tier", "web")
                .types(ProcessEvent.ProcessStarted.class, ProcessEvent.ProcessCompleted.class),
            byAll::add);
    for (String name : List.of("a", "b", "c", "d")) {
      manager
          .start(
              ProcessSpecs.echo(name, "x").toBuilder()
                  .label("tier", name.equals("a") || name.equals("d") ? "web" : "db")
                  .build())
          .awaitState(LIMIT, ProcessState.COMPLETED);
    }
    manager.start(ProcessSpecs.echo("last", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    await().atMost(LIMIT).until(() -> byType.size() == 5);
    assertThat(byType)
        .extracting(ProcessEvent::process)
        .containsExactly("a", "b", "c", "d", "last");
    await().atMost(LIMIT).until(() -> byProcess.size() == 12 && byLabel.size() == 12);
    assertThat(byProcess).extracting(ProcessEvent::process).containsOnly("a", "b");
    assertThat(byLabel).extracting(ProcessEvent::process).containsOnly("a", "d");
    await().atMost(LIMIT).until(() -> byAll.size() == 2);
    assertThat(byAll).extracting(ProcessEvent::process).containsOnly("a");
  }

  @Test
  void aSnapshotIsFollowedByExactlyWhatIsNotPartOfIt() throws Exception {
    var process = manager.start(flapping("p").build());
    for (int run = 0; run < 100; run++) {
      var first = new AtomicReference<ProcessSnapshot>();
      List<ProcessEvent> then = new CopyOnWriteArrayList<>();
      try (var _ =
          manager
              .events()
              .subscribe(
                  SubscribeOptions.ofDefaults().processes("p"),
                  snapshots -> first.set(snapshots.getFirst()),
                  then::add)) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> then.size() >= 8);
      }
      requireContinuation(first.get(), then);
    }
    process.stop();
  }

  /// The events after a snapshot go on from its state: no step twice, none left out.
  private static void requireContinuation(ProcessSnapshot snapshot, List<ProcessEvent> events) {
    var cycle =
        List.of(
            ProcessEvent.ProcessStarting.class,
            ProcessEvent.ProcessStarted.class,
            ProcessEvent.ProcessReady.class,
            ProcessEvent.ProcessExited.class,
            ProcessEvent.ProcessRestartScheduled.class);
    var next = events.getFirst();
    long generation = snapshot.generation();
    boolean reported =
        snapshot.lastExit().filter(last -> last.id().generation() == generation).isPresent();
    switch (snapshot.state()) {
      case STARTING ->
          assertThat(next)
              .isInstanceOfAny(
                  ProcessEvent.ProcessStarted.class,
                  ProcessEvent.ProcessReady.class,
                  ProcessEvent.ProcessStarting.class);
      case RUNNING ->
          assertThat(next)
              .isInstanceOfAny(ProcessEvent.ProcessReady.class, ProcessEvent.ProcessExited.class);
      case STOPPING ->
          assertThat(next)
              .isInstanceOf(
                  reported
                      ? ProcessEvent.ProcessRestartScheduled.class
                      : ProcessEvent.ProcessExited.class);
      case BACKOFF -> assertThat(next).isInstanceOf(ProcessEvent.ProcessStarting.class);
      default -> throw new AssertionError("a flapping process is not " + snapshot.state());
    }
    assertThat(next.generation())
        .isEqualTo(
            next instanceof ProcessEvent.ProcessStarting && snapshot.state() == ProcessState.BACKOFF
                ? generation + 1
                : generation);
    int at = cycle.indexOf(next.getClass());
    for (var event : events) {
      assertThat(event).isInstanceOf(cycle.get(at++ % cycle.size()));
    }
  }

  @Test
  void everySnapshotOfASubscriptionIsCompleteWhileProcessesComeAndGo() throws Exception {
    var stop = new CountDownLatch(1);
    var churn =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; stop.getCount() > 0; i++) {
                manager.register(ProcessSpecs.sleeper("p" + i).build()).remove();
                // Without a pause this and its supervisors hand one carrier to each other, and who
                // fills the list of all events, which is copied for each, soon needs the other one
                // all the time: then no other virtual thread runs.
                LockSupport.parkNanos(100_000);
              }
            });
    for (int run = 0; run < 200; run++) {
      List<String> present = new CopyOnWriteArrayList<>();
      List<String> wrong = new CopyOnWriteArrayList<>();
      var seen = new CountDownLatch(4);
      try (var _ =
          manager
              .events()
              .subscribe(
                  SubscribeOptions.ofDefaults(),
                  snapshots -> snapshots.forEach(snapshot -> present.add(snapshot.name())),
                  event -> {
                    if (event instanceof ProcessEvent.ProcessRegistered) {
                      if (present.contains(event.process())) {
                        wrong.add("twice " + event.process());
                      }
                      present.add(event.process());
                    } else if (event instanceof ProcessEvent.ProcessRemoved
                        && !present.remove(event.process())) {
                      wrong.add("never " + event.process());
                    }
                    seen.countDown();
                  })) {
        assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(wrong).isEmpty();
    }
    stop.countDown();
    assertThat(churn.join(LIMIT)).isTrue();
  }

  @Test
  void aReplayComesBeforeTheLiveEvents() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("old").build());
    process.awaitReady(LIMIT);
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    manager.events().subscribe(SubscribeOptions.ofDefaults().replay(3), seen::add);
    process.stop();
    await().atMost(LIMIT).until(() -> seen.size() == 6);
    assertThat(seen)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly(
            "ProcessStarting",
            "ProcessStarted",
            "ProcessReady",
            "ProcessStopping",
            "ProcessExited",
            "ProcessStopped");
    assertThat(manager.events().recent(2)).isEqualTo(seen.subList(4, 6));
    assertThat(manager.events().recent(1000)).isEqualTo(events);
  }

  @Test
  void aReplayWithAFilterReplaysWhatPassesIt() throws Exception {
    for (int i = 0; i < 5; i++) {
      manager.start(ProcessSpecs.echo("p" + i, "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    }
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    manager
        .events()
        .subscribe(
            SubscribeOptions.ofDefaults()
                .replay(1000)
                .types(ProcessEvent.ProcessExited.class)
                .processes("p1", "p3"),
            seen::add);
    await().atMost(LIMIT).until(() -> seen.size() == 2);
    assertThat(seen).extracting(ProcessEvent::process).containsExactly("p1", "p3");
  }

  @Test
  void optionsThatMakeNoSenseAreRejected() {
    assertThatThrownBy(() -> SubscribeOptions.ofDefaults().replay(1001))
        .isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> SubscribeOptions.ofDefaults().buffer(0, Overflow.DROP_NEWEST))
        .isInstanceOf(InvalidSpecException.class);
  }

  @Test
  void aSlowOrThrowingSubscriberHarmsNobody() throws Exception {
    var blocked = new CountDownLatch(1);
    List<ProcessEvent> late = new CopyOnWriteArrayList<>();
    manager
        .events()
        .subscribe(event -> {
          try {
            blocked.await();
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
          late.add(event);
        });
    manager
        .events()
        .subscribe(_ -> {
          throw new IllegalStateException("subscriber");
        });
    for (int i = 0; i < 20; i++) {
      manager.start(ProcessSpecs.echo("p" + i, "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    }
    await().atMost(LIMIT).until(() -> events.size() == 120);
    assertThat(late).isEmpty();
    blocked.countDown();
    await().atMost(LIMIT).until(() -> late.size() == 120);
    assertThat(late).isEqualTo(events);
  }

  @Test
  void outputThatASlowSubscriberLosesIsCountedAndItsStatesAreKept() throws Exception {
    var blocked = new CountDownLatch(1);
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    try (var subscription =
        manager
            .events()
            .subscribe(
                SubscribeOptions.ofDefaults().buffer(16, Overflow.DROP_OLDEST),
                event -> {
                  try {
                    blocked.await();
                  } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                  }
                  seen.add(event);
                })) {
      var process =
          manager.start(
              sh("chatty", "seq 1 500").output(OutputSettings.ofDefaults().toEvents()).build());
      process.awaitState(LIMIT, ProcessState.COMPLETED);
      await()
          .atMost(LIMIT)
          .until(() -> of(ProcessEvent.ProcessOutputLine.class, "chatty").size() >= 1);
      await().atMost(LIMIT).until(() -> subscription.dropped() >= 484);
      blocked.countDown();
      await()
          .atMost(LIMIT)
          .until(() -> seen.stream().anyMatch(ProcessEvent.ProcessCompleted.class::isInstance));
      await()
          .atMost(LIMIT)
          .until(() ->
              seen.stream().filter(ProcessEvent.ProcessOutputLine.class::isInstance).count()
                      + subscription.dropped()
                  == 500);
    }
    assertThat(
            seen.stream()
                .filter(ProcessEvent.EventsDropped.class::isInstance)
                .map(ProcessEvent.EventsDropped.class::cast)
                .mapToLong(ProcessEvent.EventsDropped::count)
                .sum())
        .isEqualTo(
            500 - seen.stream().filter(ProcessEvent.ProcessOutputLine.class::isInstance).count());
    assertThat(seen.stream().filter(event -> !event.isDroppable()).map(ProcessEvent::getClass))
        .contains(
            ProcessEvent.ProcessStarted.class,
            ProcessEvent.ProcessExited.class,
            ProcessEvent.ProcessCompleted.class);
  }

  @Test
  void aClosedSubscriptionHearsNoMore() throws Exception {
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    var subscription = manager.events().subscribe(seen::add);
    manager.start(ProcessSpecs.echo("one", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    await().atMost(LIMIT).until(() -> seen.size() == 6);
    subscription.close();
    subscription.close();
    manager.start(ProcessSpecs.echo("two", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    awaitEvent(ProcessEvent.ProcessCompleted.class, "two");
    assertThat(seen).hasSize(6);
  }

  @Test
  void aPublisherDeliversWhatIsAskedForAndCompletesAtTheEnd() throws Exception {
    var subscription = new AtomicReference<Flow.Subscription>();
    List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
    var subscribed = new CountDownLatch(1);
    var complete = new CountDownLatch(1);
    manager
        .events()
        .publisher(SubscribeOptions.ofDefaults().processes("one", "two"))
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription given) {
                subscription.set(given);
                subscribed.countDown();
              }

              @Override
              public void onNext(ProcessEvent event) {
                seen.add(event);
              }

              @Override
              public void onError(Throwable failure) {
                throw new AssertionError(failure);
              }

              @Override
              public void onComplete() {
                complete.countDown();
              }
            });
    assertThat(subscribed.await(20, TimeUnit.SECONDS)).isTrue();
    manager.start(ProcessSpecs.echo("one", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    awaitEvent(ProcessEvent.ProcessCompleted.class, "one");
    assertThat(seen).isEmpty();
    subscription.get().request(2);
    await().atMost(LIMIT).until(() -> seen.size() == 2);
    manager.start(ProcessSpecs.echo("other", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    awaitEvent(ProcessEvent.ProcessCompleted.class, "other");
    assertThat(seen).hasSize(2);
    subscription.get().request(Long.MAX_VALUE);
    manager.start(ProcessSpecs.echo("two", "x")).awaitState(LIMIT, ProcessState.COMPLETED);
    await().atMost(LIMIT).until(() -> seen.size() == 12);
    assertThat(seen).extracting(event -> event.meta().sequence()).isSorted();
    manager.close();
    assertThat(complete.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theLastEventsOfAClosingManagerAreDelivered() throws Exception {
    for (int run = 0; run < 50; run++) {
      List<ProcessEvent> seen = new CopyOnWriteArrayList<>();
      try (var other = builder().orphanGuard(false).build()) {
        other.events().subscribe(seen::add);
        other.start(ProcessSpecs.sleeper("p").build());
      }
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> seen.stream().anyMatch(ProcessEvent.ProcessStopped.class::isInstance));
    }
  }
}
