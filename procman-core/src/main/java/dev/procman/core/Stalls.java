package dev.procman.core;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.time.Instant;

/// Knows for how long this JVM did not run: it was stopped by a signal, its container was frozen,
/// its machine suspended, or it collected garbage for seconds. What did not happen in such a time
/// says nothing about a child, which may have answered long ago.
///
/// While somebody watches, a timer fires every [#PERIOD]. A sign of life that comes [#STALL] or
/// more after the one before means that nothing ran in between, but for one period at most. Each
/// question is a sign of life, too, so that who is first to run after a stall learns of it.
/// Thread-safe.
public final class Stalls {
  /// How often there is a sign of life.
  static final Duration PERIOD = Duration.ofMillis(250);

  /// From which distance on it is a stall. A shorter one is not told from a busy machine.
  static final Duration STALL = Duration.ofSeconds(1);

  /// How long the threads of this JVM get to look at what has come meanwhile, when a deadline
  /// passed while it did not run.
  static final Duration ATTENTION = Duration.ofSeconds(1);

  private static final Stalls THIS_JVM = new Stalls(ProcmanClock.system());
  private static final Stalls NONE = new Stalls(new Standing());

  private final ProcmanClock clock;
  private int watches;
  private boolean beating;
  private long latest;
  private long stalled;

  /// @param clock where the signs of life come from
  public Stalls(ProcmanClock clock) {
    this.clock = clock;
  }

  /// Those of the JVM for the system's clock, none for another: its time passes as it likes.
  @SuppressWarnings("ReferenceEquality") // the system's clock is one object
  public static Stalls of(ProcmanClock clock) {
    return clock == ProcmanClock.system() ? THIS_JVM : NONE;
  }

  /// Begins to watch.
  public synchronized Watch watch() {
    if (watches++ == 0 && !beating) {
      latest = clock.nanoTime();
      beat();
    } else {
      look();
    }
    return new Watch(stalled);
  }

  private synchronized void beat() {
    look();
    beating = watches > 0;
    if (beating) {
      var _ = clock.schedule(PERIOD, this::beat);
    }
  }

  private long look() {
    long now = clock.nanoTime();
    long gap = now - latest;
    latest = now;
    if (gap >= STALL.toNanos()) {
      stalled += gap - PERIOD.toNanos();
    }
    return stalled;
  }

  private synchronized long excused(Watch watch) {
    if (watch.closed) {
      return 0;
    }
    long now = look();
    long since = now - watch.known;
    watch.known = now;
    return since;
  }

  private synchronized void close(Watch watch) {
    if (!watch.closed) {
      watch.closed = true;
      watches--;
    }
  }

  /// Somebody for whom stalls matter. Thread-safe.
  public final class Watch implements AutoCloseable {
    // Under the lock of the stalls.
    private long known;
    private boolean closed;

    private Watch(long known) {
      this.known = known;
    }

    /// For how many nanoseconds this JVM did not run since the watch began or was last asked; zero
    /// when it ran all the time.
    public long excused() {
      return Stalls.this.excused(this);
    }

    /// Idempotent.
    @Override
    public void close() {
      Stalls.this.close(this);
    }
  }

  /// A clock that stands still.
  private static final class Standing implements ProcmanClock {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return () -> {};
    }
  }
}
