package dev.procman.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcmanClockTest {
  private final ProcmanClock clock = ProcmanClock.system();

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void timersFireInTheOrderOfTheirDelaysAndNotBefore() throws Exception {
    List<String> fired = new CopyOnWriteArrayList<>();
    var both = new CountDownLatch(2);
    long began = clock.nanoTime();
    clock.schedule(
        Duration.ofMillis(300),
        () -> {
          fired.add("late");
          both.countDown();
        });
    clock.schedule(
        Duration.ofMillis(20),
        () -> {
          fired.add("early");
          both.countDown();
        });
    await(both);
    assertThat(fired).containsExactly("early", "late");
    assertThat(clock.nanoTime() - began).isGreaterThanOrEqualTo(300_000_000);
  }

  @Test
  void aCancelledTimerDoesNotFire() throws Exception {
    List<String> fired = new CopyOnWriteArrayList<>();
    var cancelled = new CountDownLatch(1);
    var held = new CountDownLatch(1);
    // Holds up the thread of timers, so that the other cannot fire before it is cancelled.
    clock.schedule(
        Duration.ZERO,
        () -> {
          held.countDown();
          try {
            await(cancelled);
          } catch (InterruptedException never) {
            fired.add("interrupted");
          }
        });
    await(held);
    var timer = clock.schedule(Duration.ofNanos(1), () -> fired.add("cancelled"));
    timer.cancel();
    timer.cancel();
    cancelled.countDown();
    var later = new CountDownLatch(1);
    clock.schedule(Duration.ofMillis(5), later::countDown);
    await(later);
    assertThat(fired).isEmpty();
  }

  @Test
  void zeroAndNegativeDelaysFireAtOnce() throws Exception {
    var all = new CountDownLatch(3);
    clock.schedule(Duration.ZERO, all::countDown);
    clock.schedule(Duration.ofSeconds(-5), all::countDown);
    clock.schedule(Duration.ofSeconds(Long.MIN_VALUE), all::countDown);
    await(all);
  }

  @Test
  void aTimerForEverNeitherFailsNorDisturbsTheOthers() throws Exception {
    List<String> fired = new CopyOnWriteArrayList<>();
    var forEver = clock.schedule(ChronoUnit.FOREVER.getDuration(), () -> fired.add("for ever"));
    var longest = clock.schedule(Duration.ofNanos(Long.MAX_VALUE), () -> fired.add("longest"));
    var soon = new CountDownLatch(1);
    clock.schedule(Duration.ofMillis(1), soon::countDown);
    await(soon);
    assertThat(fired).isEmpty();
    forEver.cancel();
    longest.cancel();
  }

  @Test
  void aTaskThatThrowsDoesNotDisturbTheOthers() throws Exception {
    clock.schedule(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("task");
        });
    var next = new CountDownLatch(1);
    clock.schedule(Duration.ofMillis(5), next::countDown);
    await(next);
  }

  @Test
  void wallTimeIsThatOfTheMachine() {
    assertThat(clock.instant())
        .isCloseTo(Instant.now(), org.assertj.core.api.Assertions.within(5, ChronoUnit.SECONDS));
  }
}
