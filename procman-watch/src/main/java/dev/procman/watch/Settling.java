package dev.procman.watch;

import java.time.Duration;

/// How long half written archives hold back all other changes, and when to look at them again.
final class Settling {
  private static final long FIRST_RETRY = Duration.ofMillis(20).toNanos();
  private static final long LAST_RETRY = Duration.ofSeconds(1).toNanos();

  private final long limit;
  private long since = -1;
  private long retry;
  private long retryAt;

  Settling(Duration limit) {
    this.limit = limit.toNanos();
  }

  /// When to look at them again, in nanoseconds of the system's clock.
  long retryAt() {
    return retryAt;
  }

  /// All archives are whole.
  void over() {
    since = -1;
    retry = 0;
    retryAt = System.nanoTime();
  }

  /// Some are not, again or still.
  ///
  /// @return whether they have held back the rest for long enough
  boolean isOverdue() {
    long now = System.nanoTime();
    if (since < 0) {
      since = now;
    }
    retry = Math.clamp(retry * 2, FIRST_RETRY, LAST_RETRY);
    retryAt = now + retry;
    return now - since >= limit;
  }
}
