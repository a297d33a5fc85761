package dev.procman.core.supervisor;

import java.time.Duration;

/// Durations as nanoseconds, where more than a `long` holds means for ever.
final class Nanos {
  private Nanos() {}

  static long of(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE / 2;
    }
  }
}
