package dev.procman.core.simulation;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Virtual time that passes when a test says so, from timer to timer. Thread-safe.
public final class SimulatedClock implements ProcmanClock {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::order));
  private long now;
  private long orders;

  private record Task(long due, long order, Runnable work) {}

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public synchronized Timer schedule(Duration delay, Runnable work) {
    var task = new Task(now + Math.max(0, delay.toNanos()), orders++, work);
    tasks.add(task);
    return () -> {
      synchronized (this) {
        tasks.remove(task);
      }
    };
  }

  /// How many timers are armed.
  public synchronized int armed() {
    return tasks.size();
  }

  /// Goes to the next timer and lets it fire.
  ///
  /// @return whether there was one
  public boolean fireNext() {
    Task next;
    synchronized (this) {
      next = tasks.poll();
      if (next == null) {
        return false;
      }
      now = Math.max(now, next.due);
    }
    next.work.run();
    return true;
  }
}
