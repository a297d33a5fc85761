package dev.procman.core.output;

import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reports failures at most once a second, with how many there were since the last report. What is
/// held back is reported when its second is over, also if nothing more happens: a timer wakes the
/// owner, who then calls [#idle()]; so reports always run on the owner's thread. Owned by one
/// thread.
final class FailureReporter {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  /// Takes a report.
  @FunctionalInterface
  interface Report {
    void failed(long count, Throwable cause);
  }

  private final ProcmanClock clock;
  private final Runnable wakeOwner;
  private final Report report;
  private long pending;
  private @Nullable Throwable latest;
  private boolean reportedBefore;
  private long reportedAt;
  private ProcmanClock.@Nullable Timer timer;

  FailureReporter(ProcmanClock clock, Runnable wakeOwner, Report report) {
    this.clock = clock;
    this.wakeOwner = wakeOwner;
    this.report = report;
  }

  void failed(long count, Throwable cause) {
    pending += count;
    latest = cause;
    idle();
  }

  /// Reports what is held back, if it is due.
  void idle() {
    if (latest == null) {
      return;
    }
    long left = reportedBefore ? INTERVAL_NANOS - (clock.nanoTime() - reportedAt) : 0;
    if (left <= 0) {
      end();
    } else if (timer == null) {
      timer = clock.schedule(Duration.ofNanos(left), wakeOwner);
    }
  }

  /// Reports what is held back, due or not.
  void end() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    long count = pending;
    var cause = latest;
    pending = 0;
    latest = null;
    if (cause != null) {
      reportedBefore = true;
      reportedAt = clock.nanoTime();
      report.failed(count, cause);
    }
  }
}
