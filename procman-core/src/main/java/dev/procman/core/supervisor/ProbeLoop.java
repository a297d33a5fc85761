package dev.procman.core.supervisor;

import dev.procman.Probe;
import dev.procman.core.Deadline;
import dev.procman.core.Nanos;
import dev.procman.core.Stalls;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Runs one probe again and again: one check in flight at most, each on a virtual thread of its
/// own, cut at its timeout. A check that ignores the interrupt goes on counting as failed at each
/// interval until it returns; no second one is started beside it.
///
/// A check that did not pass while this JVM was stopped for a while says nothing, since its own
/// patience may have run out in that time: it does not count, and is made again. Thread-safe.
final class ProbeLoop implements AutoCloseable {
  /// A check that asks for another while it runs gets it after this time, so that one which always
  /// asks does not spin.
  private static final Duration AGAIN = Duration.ofMillis(1);

  /// Takes verdicts, one at a time.
  @FunctionalInterface
  interface Verdicts {
    /// Takes one.
    ///
    /// @param lasting whether the verdict is a state that holds until the next one
    void take(HealthResult result, boolean lasting, Duration latency);
  }

  private final Probe probe;
  private final ProbeContext context;
  private final ProcmanClock clock;
  private final Stalls stalls;
  private final Verdicts verdicts;
  private final Object lock = new Object();

  /// What the check says of itself; asked on its own thread, since it is the host's code.
  private volatile String words = "check";

  private volatile boolean polled = true;
  private final double growth;
  private Duration fast;
  private boolean eager;
  private boolean closed;
  private boolean waitsForWake;
  private boolean again;
  private long turn;
  private long begun;
  private @Nullable Thread checking;
  private Stalls.@Nullable Watch inFlight;
  private ProcmanClock.Timer timer = () -> {};

  /// @param eager whether it runs at the fast interval until the first success
  /// @param growth what the fast interval is multiplied with after each check
  ProbeLoop(
      Probe probe,
      boolean eager,
      double growth,
      ProbeContext.Subject subject,
      ProcmanClock clock,
      Verdicts verdicts) {
    this(probe, eager, growth, subject, clock, Stalls.of(clock), verdicts);
  }

  ProbeLoop(
      Probe probe,
      boolean eager,
      double growth,
      ProbeContext.Subject subject,
      ProcmanClock clock,
      Stalls stalls,
      Verdicts verdicts) {
    this.probe = probe;
    this.eager = eager;
    this.growth = growth;
    this.fast = probe.fastInterval();
    this.context = new ProbeContext(subject, probe, this::checkAgain);
    this.clock = clock;
    this.stalls = stalls;
    this.verdicts = verdicts;
  }

  void start() {
    synchronized (lock) {
      if (probe.initialDelay().isZero()) {
        begin();
      } else {
        timer = clock.schedule(probe.initialDelay(), this::begin);
      }
    }
  }

  /// The check as words.
  String words() {
    return words;
  }

  private void begin() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      waitsForWake = false;
      begun = clock.nanoTime();
      inFlight = stalls.watch();
      long mine = ++turn;
      if (checking == null) {
        checking =
            Thread.ofVirtual()
                .name("procman-probe-" + context.id().name())
                .start(() -> check(mine));
      }
      timer = Deadline.in(clock, stalls, probe.timeout(), () -> expire(mine));
    }
  }

  /// Checks at once, or once more when the check that is in flight has answered.
  void checkAgain() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (waitsForWake) {
        timer.cancel();
        begin();
      } else {
        again = true;
      }
    }
  }

  private void check(long mine) {
    HealthResult result;
    try {
      words = probe.check().describe();
      polled = probe.check().isPolled();
      var answer = probe.check().check(context);
      result = answer == null ? HealthResult.unknown("the check answered null") : answer;
    } catch (InterruptedException cut) {
      result = HealthResult.failing("interrupted");
    } catch (Throwable thrown) {
      result = HealthResult.ofThrown(thrown);
    }
    synchronized (lock) {
      checking = null;
    }
    conclude(mine, result);
  }

  private void expire(long mine) {
    synchronized (lock) {
      if (mine != turn) {
        return;
      }
      var hanging = checking;
      // Before the interrupt, which would else be what the check fails with.
      conclude(
          mine, HealthResult.failing("no answer within " + probe.timeout().toMillis() + " ms"));
      if (hanging != null) {
        hanging.interrupt();
      }
    }
  }

  private void conclude(long mine, HealthResult result) {
    synchronized (lock) {
      if (closed || mine != turn) {
        return;
      }
      turn++;
      timer.cancel();
      var latency = Duration.ofNanos(clock.nanoTime() - begun);
      var stalled = endFlight();
      if (stalled.isPositive() && !result.isGood()) {
        again = true;
        verdicts.take(excused(stalled, result), false, latency);
      } else {
        eager &= !result.isGood();
        verdicts.take(result, !polled, latency);
      }
      if (again) {
        again = false;
        timer = clock.schedule(AGAIN, this::begin);
      } else {
        waitsForWake = true;
        if (polled) {
          timer = clock.schedule(pause(latency), this::begin);
        }
      }
    }
  }

  /// For how long this JVM did not run while the check was in flight.
  private Duration endFlight() {
    var watch = inFlight;
    inFlight = null;
    if (watch == null) {
      return Duration.ZERO;
    }
    try (watch) {
      return Duration.ofNanos(watch.excused());
    }
  }

  private static HealthResult excused(Duration stalled, HealthResult result) {
    return HealthResult.unknown(
        "not counted, since this JVM did not run for %d ms meanwhile: %s"
            .formatted(stalled.toMillis(), result.message()));
  }

  private Duration pause(Duration latency) {
    var interval = probe.interval();
    if (eager) {
      var cost = latency.multipliedBy(2);
      var pause = cost.compareTo(fast) > 0 ? cost : fast;
      if (growth > 1 && fast.compareTo(interval) < 0) {
        fast = Duration.ofNanos((long) (Nanos.of(fast) * growth));
      }
      return pause.compareTo(interval) < 0 ? pause : interval;
    }
    double share = 1 - probe.jitter() * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (Nanos.of(interval) * share));
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      timer.cancel();
      var _ = endFlight();
      if (checking != null) {
        checking.interrupt();
      }
    }
    context.close();
  }
}
