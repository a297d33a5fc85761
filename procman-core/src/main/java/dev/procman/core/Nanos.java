package dev.procman.core;

import java.time.Duration;

/// Durations as nanoseconds, where more than half of what a `long` holds (146 years) means for
/// ever: it can be added to a [System#nanoTime()].
public final class Nanos {
  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  private Nanos() {}

  /// The nanoseconds of a duration, between minus and plus for ever.
  public static long of(Duration duration) {
    try {
      return Math.clamp(duration.toNanos(), -FOR_EVER, FOR_EVER);
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? -FOR_EVER : FOR_EVER;
    }
  }
}
