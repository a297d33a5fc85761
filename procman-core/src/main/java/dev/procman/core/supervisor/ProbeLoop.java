package dev.procman.core.supervisor;

import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs one probe again and again: one check in flight at most, each on a virtual thread of its
/// own, cut at its timeout. A check that ignores the interrupt goes on counting as failed at each
/// interval until it returns; no second one is started beside it. Thread-safe.
final class ProbeLoop implements AutoCloseable {
  private static final Duration EAGER = Duration.ofMillis(50);

  private final Probe probe;
  private final ManagedProcess process;
  private final ProcmanClock clock;
  private final Consumer<HealthResult> verdicts;
  private final Object lock = new Object();

  private Duration eagerPause = EAGER;
  private boolean closed;
  private boolean succeeded;
  private long turn;
  private @Nullable Thread checking;
  private ProcmanClock.Timer timer = () -> {};

  /// @param verdicts gets each verdict, one at a time
  ProbeLoop(
      Probe probe, ManagedProcess process, ProcmanClock clock, Consumer<HealthResult> verdicts) {
    this.probe = probe;
    this.process = process;
    this.clock = clock;
    this.verdicts = verdicts;
  }

  ProbeLoop start() {
    synchronized (lock) {
      if (probe.initialDelay().isZero()) {
        begin();
      } else {
        timer = clock.schedule(probe.initialDelay(), this::begin);
      }
    }
    return this;
  }

  private void begin() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      long mine = ++turn;
      if (checking == null) {
        checking =
            Thread.ofVirtual().name("procman-probe-" + process.name()).start(() -> check(mine));
      }
      timer = clock.schedule(probe.timeout(), () -> expire(mine));
    }
  }

  private void check(long mine) {
    HealthResult result;
    try {
      result = probe.check().check(process);
    } catch (InterruptedException cut) {
      result = HealthResult.failing("interrupted");
    } catch (Throwable thrown) {
      result = HealthResult.failing(describe(thrown));
    }
    synchronized (lock) {
      checking = null;
    }
    conclude(mine, result);
  }

  private static String describe(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
  }

  private void expire(long mine) {
    synchronized (lock) {
      if (mine != turn) {
        return;
      }
      var hanging = checking;
      if (hanging != null) {
        hanging.interrupt();
      }
    }
    conclude(
        mine,
        HealthResult.failing(
            probe.check().describe() + ": no answer within " + probe.timeout().toMillis() + " ms"));
  }

  private void conclude(long mine, HealthResult result) {
    synchronized (lock) {
      if (closed || mine != turn) {
        return;
      }
      turn++;
      timer.cancel();
      verdicts.accept(result);
      succeeded |= result.good();
      if (!closed) {
        timer = clock.schedule(pause(), this::begin);
      }
    }
  }

  private Duration pause() {
    var interval = probe.interval();
    if (succeeded || eagerPause.compareTo(interval) >= 0) {
      return interval;
    }
    var pause = eagerPause;
    eagerPause = eagerPause.multipliedBy(3).dividedBy(2);
    return pause;
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      timer.cancel();
      if (checking != null) {
        checking.interrupt();
      }
    }
  }
}
