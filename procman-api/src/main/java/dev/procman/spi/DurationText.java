package dev.procman.spi;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/// Durations in the words of people, for messages, reports and the log: `86.9 ms`, `1 min 30 s`.
/// Configuration files have a notation of their own, which is exact.
public final class DurationText {
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final long MINUTE = 60;
  private static final Duration LONGEST = Duration.ofDays(100L * 365);

  private DurationText() {}

  /// The duration with its unit: three digits below a minute, two units above, `0 s` for none, and
  /// `more than 100 years` for what means no limit.
  public static String of(Duration duration) {
    if (duration.isNegative()) {
      return duration.toSeconds() == Long.MIN_VALUE ? "-(no limit)" : "-" + of(duration.negated());
    }
    if (duration.isZero()) {
      return "0 s";
    }
    if (duration.compareTo(LONGEST) > 0) {
      return "more than 100 years";
    }
    if (duration.toSeconds() < MINUTE) {
      return small(duration.toNanos());
    }
    long seconds = duration.plusMillis(500).toSeconds();
    long minutes = seconds / MINUTE;
    long hours = minutes / MINUTE;
    if (hours == 0) {
      return two(minutes, "min", seconds % MINUTE, "s");
    }
    return hours < 24
        ? two(hours, "h", minutes % MINUTE, "min")
        : two(hours / 24, "d", hours % 24, "h");
  }

  private static String small(long nanos) {
    if (nanos < 1_000) {
      return nanos + " ns";
    }
    if (nanos < 1_000_000) {
      return digits(nanos, 3) + " µs";
    }
    return nanos < 1_000_000_000 ? digits(nanos, 6) + " ms" : digits(nanos, 9) + " s";
  }

  private static String digits(long nanos, int shift) {
    return BigDecimal.valueOf(nanos, shift)
        .round(THREE_DIGITS)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String two(long most, String unit, long rest, String smaller) {
    return rest == 0
        ? most + " " + unit
        : String.format(Locale.ROOT, "%d %s %d %s", most, unit, rest, smaller);
  }
}
