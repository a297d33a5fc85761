package dev.procman.spi;

import dev.procman.InvalidSpecException;
import java.time.Duration;

/// How long to wait before the n-th restart in a row. Immutable, pure.
///
/// @param kind how the delay grows
/// @param first the first delay
/// @param max the longest delay
/// @param factor for exponential growth
/// @param jitter the share of the delay that is random, 0 to 1: a delay d becomes a value evenly
///   spread over `d * (1 - jitter)` to `d`
public record Backoff(Kind kind, Duration first, Duration max, double factor, double jitter) {

  /// How a delay grows.
  public enum Kind {
    /// Always the first delay.
    FIXED,
    /// n times the first delay.
    LINEAR,
    /// The first delay times the factor to the power n-1.
    EXPONENTIAL
  }

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when a part is out of range; the message names it
  public Backoff {
    if (first.isNegative()) {
      throw new InvalidSpecException("backoff.first", first, "use zero or more");
    }
    if (max.compareTo(first) < 0) {
      throw new InvalidSpecException(
          "backoff.max", max, "use at least the first delay, " + DurationText.of(first));
    }
    if (!(factor >= 1 && factor <= 1000)) {
      throw new InvalidSpecException("backoff.factor", factor, "use 1 to 1000");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new InvalidSpecException("backoff.jitter", jitter, "use 0 to 1");
    }
  }

  /// No delay.
  public static Backoff none() {
    return fixed(Duration.ZERO);
  }

  /// Always the same delay, no jitter.
  public static Backoff fixed(Duration delay) {
    return new Backoff(Kind.FIXED, delay, delay, 1, 0);
  }

  /// `first`, `2 * first`, `3 * first`, … up to `max`, no jitter.
  public static Backoff linear(Duration first, Duration max) {
    return new Backoff(Kind.LINEAR, first, max, 1, 0);
  }

  /// `first`, doubled each time, up to `max`, no jitter.
  public static Backoff exponential(Duration first, Duration max) {
    return new Backoff(Kind.EXPONENTIAL, first, max, 2, 0);
  }

  /// With another factor for exponential growth.
  public Backoff factor(double factor) {
    return new Backoff(kind, first, max, factor, jitter);
  }

  /// With a random share, 0 to 1.
  public Backoff jitter(double share) {
    return new Backoff(kind, first, max, factor, share);
  }

  /// The delay before the n-th restart in a row. Longer than the 292 years that a `long` holds in
  /// nanoseconds is cut to that.
  ///
  /// @param attempt n, from 1
  /// @param random an evenly distributed number, 0 to 1
  public Duration delay(int attempt, double random) {
    double base = (double) nanos(first);
    int n = Math.max(attempt, 1);
    double grown =
        switch (kind) {
          case FIXED -> base;
          case LINEAR -> base * n;
          case EXPONENTIAL -> base == 0 ? 0 : base * Math.pow(factor, n - 1.0);
        };
    long cap = nanos(max);
    // As integers where that can be: a double would round a long delay, and may exceed the cap.
    long delay = grown >= (double) cap ? cap : (long) grown;
    long jittered = jitter == 0 ? delay : (long) ((double) delay * (1 - jitter * random));
    return Duration.ofNanos(Math.clamp(jittered, 0, delay));
  }

  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }
}
