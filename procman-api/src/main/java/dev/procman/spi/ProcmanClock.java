package dev.procman.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Time and timers. Decisions rest on [#nanoTime()] alone; wall time is only shown to people, so a
/// jump of the wall clock changes nothing.
public interface ProcmanClock {

  /// Monotonic nanoseconds with an arbitrary origin.
  long nanoTime();

  /// Wall time.
  Instant instant();

  /// Runs a short, non-blocking task after a delay.
  Timer schedule(Duration delay, Runnable task);

  /// A planned task.
  @FunctionalInterface
  interface Timer {
    /// Takes the task back if it has not begun. Idempotent.
    void cancel();
  }

  /// The system's clock, with timers on one daemon thread shared by the whole JVM; it ends when no
  /// timer was set for 5 s.
  static ProcmanClock system() {
    return SystemClock.INSTANCE;
  }

  /// The system's clock.
  final class SystemClock implements ProcmanClock {
    private static final long KEEP_SECONDS = 5;
    private static final SystemClock INSTANCE = new SystemClock();

    private final ScheduledThreadPoolExecutor timers;

    private SystemClock() {
      timers = new ScheduledThreadPoolExecutor(1, SystemClock::thread);
      timers.setRemoveOnCancelPolicy(true);
      // Else it would keep the class loader of a host alive that uses procman no more.
      timers.setKeepAliveTime(KEEP_SECONDS, TimeUnit.SECONDS);
      timers.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
      var thread =
          Thread.ofPlatform()
              .daemon()
              .name("procman-timer")
              .inheritInheritableThreadLocals(false)
              .unstarted(task);
      // Not that of whoever happens to set the first timer.
      thread.setContextClassLoader(SystemClock.class.getClassLoader());
      return thread;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Instant instant() {
      return Instant.now();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      var future = timers.schedule(task, saturatedNanos(delay), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    }

    private static long saturatedNanos(Duration delay) {
      try {
        return delay.toNanos();
      } catch (ArithmeticException tooLong) {
        return delay.isNegative() ? 0 : Long.MAX_VALUE / 4;
      }
    }
  }
}
