package dev.procman.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final StoppableClock clock = new StoppableClock();
  private final Stalls stalls = new Stalls(clock);
  private final List<Duration> fired = new ArrayList<>();

  /// A clock whose timers do not fire while it is stopped, as those of a stopped JVM.
  private static final class StoppableClock implements ProcmanClock {
    private final FakeClock running = new FakeClock();
    private final long origin = running.nanoTime();
    private long stopped;

    @Override
    public long nanoTime() {
      return running.nanoTime() + stopped;
    }

    @Override
    public Instant instant() {
      return running.instant();
    }

    /// The timers know the time only when they are looked at again.
    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return new Late(delay, task);
    }

    private final class Late implements Timer {
      private final long due;
      private final Runnable task;
      private Timer timer = () -> {};

      Late(Duration delay, Runnable task) {
        this.due = nanoTime() + delay.toNanos();
        this.task = task;
        wait(delay);
      }

      private void wait(Duration delay) {
        // In small steps, so that a stop in between makes it fire as soon as time goes on.
        var step = delay.compareTo(Duration.ofMillis(1)) < 0 ? delay : Duration.ofMillis(1);
        timer =
            running.schedule(
                step,
                () -> {
                  long left = due - nanoTime();
                  if (left <= 0) {
                    task.run();
                  } else {
                    wait(Duration.ofNanos(left));
                  }
                });
      }

      @Override
      public void cancel() {
        timer.cancel();
      }
    }

    void run(Duration time) {
      running.advance(time);
    }

    void stop(Duration time) {
      stopped += time.toNanos();
    }

    Duration now() {
      return Duration.ofNanos(nanoTime() - origin);
    }
  }

  private Deadline in(Duration delay) {
    return Deadline.in(clock, stalls, delay, () -> fired.add(clock.now()));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void whileTheJvmRunsItIsAnOrdinaryTimer() {
    in(millis(3000));
    clock.run(millis(2999));
    assertThat(fired).isEmpty();
    clock.run(millis(1));
    assertThat(fired).containsExactly(millis(3000));
  }

  @Test
  void aStallDoesNotCount() {
    in(millis(3000));
    clock.run(millis(1000));
    clock.stop(millis(8000));
    clock.run(millis(1700));
    assertThat(fired).isEmpty();
    clock.run(millis(600));
    assertThat(fired)
        .singleElement()
        .satisfies(at -> assertThat(at.toMillis()).isBetween(10_750L, 11_001L));
  }

  @Test
  void aStallThatIsOverLongBeforeDoesNotCountEither() {
    in(millis(20_000));
    clock.run(millis(1000));
    clock.stop(millis(8000));
    clock.run(millis(18_700));
    assertThat(fired).isEmpty();
    clock.run(millis(500));
    assertThat(fired).hasSize(1);
  }

  @Test
  void aStallBeforeItIsArmedDoesNotCountEither() {
    var deadline = Deadline.unarmed(clock, stalls, millis(3000), () -> fired.add(clock.now()));
    clock.stop(millis(8000));
    deadline.arm();
    clock.run(millis(2700));
    assertThat(fired).isEmpty();
    clock.run(millis(600));
    assertThat(fired).hasSize(1);
  }

  @Test
  void whoseTimeWasNearlyOverGetsASecondToBeLookedAt() {
    in(millis(3000));
    clock.run(millis(2990));
    clock.stop(millis(8000));
    clock.run(millis(990));
    assertThat(fired).isEmpty();
    clock.run(millis(20));
    assertThat(fired).hasSize(1);
  }

  @Test
  void stallAfterStallComesToAnEnd() {
    in(millis(3000));
    for (int stall = 0; stall < 40; stall++) {
      clock.run(millis(100));
      clock.stop(millis(2000));
    }
    assertThat(fired).hasSize(1);
  }

  @Test
  void whatIsShorterThanASecondIsABusyMachine() {
    in(millis(3000));
    clock.run(millis(1000));
    clock.stop(millis(700));
    clock.run(millis(1300));
    assertThat(fired).hasSize(1);
  }

  @Test
  void onceCancelledNothingIsLeft() {
    var deadline = in(millis(3000));
    clock.run(millis(10));
    deadline.cancel();
    deadline.cancel();
    clock.stop(millis(8000));
    clock.run(millis(10_000));
    assertThat(fired).isEmpty();
    assertThat(clock.running.timers()).as("nobody watches any more").isZero();
    in(millis(500));
    clock.run(millis(500));
    assertThat(fired).as("what was before it counts for nothing").hasSize(1);
  }
}
