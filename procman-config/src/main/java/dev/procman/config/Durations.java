package dev.procman.config;

import java.time.Duration;
import java.util.regex.Pattern;

/// Durations as texts: `250ms`, `1m30s`, `0s`.
final class Durations {
  static final String PATTERN =
      "(?=.)(?:[0-9]{1,9}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?"
          + "(?:[0-9]{1,9}us)?(?:[0-9]{1,9}ns)?";
  private static final Pattern PARTS = Pattern.compile("([0-9]+)(ms|us|ns|[dhms])");
  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  static final String WORDS = "a duration such as 250ms, 10s or 1m30s";

  private Durations() {}

  static Duration parse(String text) throws Unfit {
    if (!WHOLE.matcher(text).matches()) {
      var plain = text.strip().replace(" ", "");
      throw new Unfit(
          "'" + Problems.cut(text) + "' is no duration",
          WORDS,
          NUMBER.matcher(plain).matches() ? plain + "s" : near(plain));
    }
    var sum = Duration.ZERO;
    var parts = PARTS.matcher(text);
    while (parts.find()) {
      long amount = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "d" -> Duration.ofDays(amount);
                case "h" -> Duration.ofHours(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "ms" -> Duration.ofMillis(amount);
                case "us" -> Duration.ofNanos(amount * 1000);
                default -> Duration.ofNanos(amount);
              });
    }
    return sum;
  }

  /// Units in words, and ISO 8601.
  private static String near(String text) {
    if (text.length() > 40) {
      return "";
    }
    var lower = text.toLowerCase(java.util.Locale.ROOT);
    var meant =
        (lower.startsWith("pt") ? lower.substring(2) : lower)
            .replaceAll("milli(second)?s?|msecs?", "ms")
            .replaceAll("(?<![a-z])(seconds?|secs?)", "s")
            .replaceAll("(?<![a-z])(minutes?|mins?)", "m")
            .replaceAll("(?<![a-z])(hours?|hrs?)", "h")
            .replaceAll("(?<![a-z])days?", "d");
    return WHOLE.matcher(meant).matches() ? meant : "";
  }

  /// The shortest text that is read as this.
  static String write(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    var text = new StringBuilder();
    put(text, duration.toDays(), "d");
    put(text, duration.toHoursPart(), "h");
    put(text, duration.toMinutesPart(), "m");
    put(text, duration.toSecondsPart(), "s");
    put(text, duration.toMillisPart(), "ms");
    put(text, duration.toNanosPart() / 1000 % 1000, "us");
    put(text, duration.toNanosPart() % 1000, "ns");
    return text.toString();
  }

  private static void put(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
