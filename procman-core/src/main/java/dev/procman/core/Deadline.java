package dev.procman.core;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;

/// A timer that condemns somebody when it fires: a check that has not answered, a process that is
/// not ready, one that has not ended. It counts only the time in which this JVM ran (see [Stalls]),
/// and after a stall leaves some for what happened meanwhile to be seen: an answer in a socket, a
/// line in a pipe, an exit that nobody has asked for. Thread-safe.
public final class Deadline implements ProcmanClock.Timer {
  private final ProcmanClock clock;
  private final Runnable task;
  private final long attention;
  private final Stalls.Watch watch;
  private boolean over;
  private boolean attended;
  private long due;
  private ProcmanClock.Timer timer = () -> {};

  private Deadline(ProcmanClock clock, Stalls stalls, Duration delay, Runnable task) {
    this.clock = clock;
    this.task = task;
    this.attention = Math.min(Nanos.of(delay), Stalls.ATTENTION.toNanos());
    this.watch = stalls.watch();
    this.due = clock.nanoTime() + Nanos.of(delay);
  }

  /// Arms one.
  ///
  /// @param task runs once, on the clock's thread
  public static Deadline in(ProcmanClock clock, Duration delay, Runnable task) {
    return in(clock, Stalls.of(clock), delay, task);
  }

  /// As [#in(ProcmanClock, Duration, Runnable)], by these stalls.
  public static Deadline in(ProcmanClock clock, Stalls stalls, Duration delay, Runnable task) {
    var deadline = new Deadline(clock, stalls, delay, task);
    deadline.arm();
    return deadline;
  }

  /// One whose time runs from now on, but that fires only once it is armed: most of those that are
  /// asked for are taken back at once, and then cost no timer.
  public static Deadline unarmed(ProcmanClock clock, Duration delay, Runnable task) {
    return unarmed(clock, Stalls.of(clock), delay, task);
  }

  static Deadline unarmed(ProcmanClock clock, Stalls stalls, Duration delay, Runnable task) {
    return new Deadline(clock, stalls, delay, task);
  }

  /// Has it fire; at once where its time has passed meanwhile. Once.
  public synchronized void arm() {
    if (!over) {
      long left = Math.max(0, due - clock.nanoTime());
      timer = clock.schedule(Duration.ofNanos(left), this::fire);
    }
  }

  private void fire() {
    synchronized (this) {
      if (over) {
        return;
      }
      long left = left();
      if (left > 0) {
        due = clock.nanoTime() + left;
        timer = clock.schedule(Duration.ofNanos(left), this::fire);
        return;
      }
      finish();
    }
    task.run();
  }

  /// What is still owed when its time has passed.
  private long left() {
    long excused = watch.excused();
    if (excused == 0) {
      return 0;
    }
    long late = clock.nanoTime() - due;
    // Once, or a JVM that stalls again and again would never come to an end.
    long least = attended ? 0 : attention;
    attended = true;
    return Math.max(excused - late, least);
  }

  private void finish() {
    over = true;
    watch.close();
  }

  @Override
  public synchronized void cancel() {
    timer.cancel();
    finish();
  }
}
