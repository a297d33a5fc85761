package dev.procman.health;

import dev.procman.spi.DurationText;
import dev.procman.ServiceState;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Watches the time since the last sign of life of one generation, and has a [WatchdogCheck] asked
/// again when it is over, and when a sign came after all.
final class WatchdogClock implements AutoCloseable {
  /// When this JVM was stopped for a while, the signs that came meanwhile are still to be read:
  /// what is late is believed to be late when it is so for this long.
  private static final long DOUBT = TimeUnit.MILLISECONDS.toNanos(200);

  /// A sign that comes late is noticed after this time.
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

  private final WatchdogCheck check;
  private final HealthContext context;
  private final long begun = System.nanoTime();
  private final Thread thread;
  private volatile boolean late;
  private volatile boolean closed;

  private WatchdogClock(WatchdogCheck check, HealthContext context) {
    this.check = check;
    this.context = context;
    this.thread =
        Thread.ofVirtual().name("procman-watchdog-" + context.id().name()).unstarted(this::run);
  }

  static WatchdogClock begin(WatchdogCheck check, HealthContext context) {
    var clock = new WatchdogClock(check, context);
    clock.thread.start();
    return clock;
  }

  private void run() {
    long doubted = 0;
    while (!closed) {
      long left = left();
      if (left > 0) {
        doubted = 0;
        change(false);
        LockSupport.parkNanos(late ? Math.min(left, LOOK) : left);
      } else if (late || doubted >= DOUBT) {
        change(true);
        LockSupport.parkNanos(LOOK);
      } else {
        long before = System.nanoTime();
        LockSupport.parkNanos(DOUBT / 10);
        // A stop of this JVM in between is no time in which it could have read anything.
        doubted += Math.min(System.nanoTime() - before, DOUBT / 5);
      }
    }
  }

  private void change(boolean now) {
    if (late != now) {
      late = now;
      context.checkAgain();
    }
  }

  /// Nanoseconds until it is late.
  private long left() {
    return context
        .serviceState()
        .map(state -> interval(state).minus(age(state)).toNanos())
        .orElse(Long.MAX_VALUE);
  }

  private Duration interval(ServiceState state) {
    return state.watchdogInterval().orElse(check.limit());
  }

  /// What is older than the first question is no sign for it.
  private Duration age(ServiceState state) {
    var watched = Duration.ofNanos(System.nanoTime() - begun);
    return state.watchdogAge().filter(age -> age.compareTo(watched) < 0).orElse(watched);
  }

  HealthResult verdict() {
    // It may be asked since the process asked for another time.
    LockSupport.unpark(thread);
    var told = context.serviceState();
    if (told.isEmpty()) {
      return HealthResult.unknown("its launcher does not tell");
    }
    var state = told.get();
    if (state.watchdogTriggered()) {
      return HealthResult.failing(
          "it asked to be taken for dead (WATCHDOG=trigger)" + NotifiedCheck.words(state));
    }
    var interval = interval(state);
    if (late) {
      return HealthResult.failing(
              "no sign of life (WATCHDOG=1) for "
                  + DurationText.of(interval)
                  + NotifiedCheck.words(state))
          .with("interval", interval);
    }
    return HealthResult.healthy("it gives signs of life").with("interval", interval);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
