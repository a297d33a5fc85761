package dev.procman.core;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A clock that stands still until a test moves it; timers that come due run on the thread that
/// moves it, in order of their time.
public final class FakeClock implements ProcmanClock {
  private record Planned(long at, Runnable task) {}

  private final List<Planned> planned = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000_000_000; // wraps around soon, as a real one may

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now - (Long.MAX_VALUE - 1_000_000_000));
  }

  @Override
  public synchronized Timer schedule(Duration delay, Runnable task) {
    var timer = new Planned(now + delay.toNanos(), task);
    planned.add(timer);
    return () -> cancel(timer);
  }

  private synchronized void cancel(Planned timer) {
    planned.removeIf(other -> other == timer);
  }

  /// How many timers are armed.
  public synchronized int timers() {
    return planned.size();
  }

  /// Time passes in which no timer fires; those that are due do when it is moved next.
  public synchronized void pass(Duration by) {
    now += by.toNanos();
  }

  /// Time passes.
  public void advance(Duration by) {
    long until = nanoTime() + by.toNanos();
    for (Optional<Planned> due; (due = nextBefore(until)).isPresent(); ) {
      due.get().task().run();
    }
    synchronized (this) {
      now = until;
    }
  }

  private synchronized Optional<Planned> nextBefore(long until) {
    var due =
        planned.stream()
            .filter(timer -> timer.at() - until <= 0)
            .min(Comparator.comparingLong(timer -> timer.at() - now));
    due.ifPresent(timer -> {
      planned.remove(timer);
      now = timer.at() - now > 0 ? timer.at() : now;
    });
    return due;
  }
}
