package dev.procman.benchmarks;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What procman wants to reach.
///
/// @param words what, for people
/// @param value the figure, from medians
/// @param limit at most this, or at least if more is better
/// @param moreIsBetter which
record Target(String words, ToDoubleFunction<Samples> value, double limit, boolean moreIsBetter) {

  static Target atMost(double limit, String caseName, String contestant) {
    return new Target(
        "%s, %s: at most %s".formatted(caseName, contestant, number(limit)),
        samples -> samples.median(caseName, contestant),
        limit,
        false);
  }

  static Target atLeast(double limit, String caseName, String contestant) {
    return new Target(
        "%s, %s: at least %s".formatted(caseName, contestant, number(limit)),
        samples -> samples.median(caseName, contestant),
        limit,
        true);
  }

  static Target quantileAtMost(double limit, double share, String caseName, String contestant) {
    return new Target(
        "%s, %s: at most %s for %s %% of all"
            .formatted(caseName, contestant, number(limit), number(share * 100)),
        samples -> samples.quantile(share, caseName, contestant),
        limit,
        false);
  }

  static Target atLeastTimes(double limit, String caseName, String contestant, String peer) {
    return times("%s, %s: at least %s × %s", limit, caseName, contestant, peer, true);
  }

  static Target atMostTimes(double limit, String caseName, String contestant, String peer) {
    return times("%s, %s: at most %s × %s", limit, caseName, contestant, peer, false);
  }

  private static Target times(
      String words,
      double limit,
      String caseName,
      String contestant,
      String peer,
      boolean moreIsBetter) {
    return new Target(
        words.formatted(caseName, contestant, number(limit), peer),
        samples -> samples.median(caseName, contestant) / samples.median(caseName, peer),
        limit,
        moreIsBetter);
  }

  String verdict(Samples samples) {
    double reached = value.applyAsDouble(samples);
    if (Double.isNaN(reached)) {
      return words + " — not measured, somebody did not take part";
    }
    boolean met = moreIsBetter ? reached >= limit : reached <= limit;
    return "%s — %s, %s".formatted(words, number(reached), met ? "met" : "missed");
  }

  /// Three digits that matter.
  static String number(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ');
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }
}
