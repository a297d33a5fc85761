package dev.procman.core.resource;

import dev.procman.ResourceTrend;
import dev.procman.ResourceValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/// Finds out how a value has developed, and whether that is worth an alarm. Pure.
///
/// **Problem.** A leak is a line that rises. So is, for a while, a program that warms up, the tooth
/// of a garbage collector's saw, and one table that was loaded. An alarm at each of these would
/// soon be switched off.
///
/// **Choice.** The slope is Theil and Sen's, the confidence Kendall's, both blind to outliers and
/// to the shape of noise. They alone say *steady* of a ramp and of a step too. So the growth must
/// also go on alike in each third of the time, which a ramp that flattens and a step do not; must
/// not have come by one leap; must be clear of the scatter; and must have led to a level that was
/// not there before within the last hour, which a saw's tooth does not. The false alarms that are
/// left are counted in `docs/resources.md`.
final class TrendFit {
  static final int FEWEST = 12;

  /// The lows of longer stretches show what lies under a slower saw.
  private static final int[] PARTS = {60, 30, 15};

  private static final double CONFIDENT = 0.999;
  private static final double ALIKE = 0.6;
  private static final double NOT_SLOWER = 0.7;
  private static final double LEAP = 0.25;
  private static final double SCATTER = 0.07;
  private static final double WORTH_SAYING = 0.03;
  private static final double CLEARLY_NEW = 1.02;

  private final double[] times;
  private final double[] lows;

  private TrendFit(double[] times, double[] lows) {
    this.times = times;
    this.lows = lows;
  }

  /// @param seconds when each point was, rising
  /// @param lows the points
  /// @param earlier the highest level in the hour before the first point
  static Optional<ResourceTrend> of(
      ResourceValue value,
      double[] seconds,
      double[] lows,
      OptionalDouble earlier,
      OptionalDouble ceiling) {
    ResourceTrend finest = null;
    for (int parts : PARTS) {
      var fit = reduced(seconds, lows, parts);
      if (fit.times.length >= FEWEST) {
        var trend = fit.trend(value, earlier, ceiling);
        if (trend.steady()) {
          return Optional.of(trend);
        }
        finest = finest == null ? trend : finest;
      }
    }
    return Optional.ofNullable(finest);
  }

  private ResourceTrend trend(ResourceValue value, OptionalDouble earlier, OptionalDouble ceiling) {
    int count = times.length;
    double slope = slope(0, count);
    double confidence = confidence();
    double span = times[count - 1] - times[0];
    double latest = median(Arrays.copyOfRange(lows, count - 3, count));
    boolean steady =
        slope > 0
            && confidence >= CONFIDENT
            && slope * span >= WORTH_SAYING * latest
            && growsAlike(slope)
            && largestLeap() <= LEAP * slope * span
            && scatter(slope) <= SCATTER * slope * span
            && latest >= earlier.orElse(0) * CLEARLY_NEW;
    return new ResourceTrend(
        value,
        Duration.ofMillis((long) (span * 1e3)),
        count,
        latest,
        slope,
        confidence,
        steady,
        ceiling);
  }

  /// At most so many points: the lows of as many equal stretches.
  private static TrendFit reduced(double[] seconds, double[] lows, int parts) {
    int count = seconds.length;
    if (count <= parts) {
      return new TrendFit(seconds, lows);
    }
    double stretch = (seconds[count - 1] - seconds[0]) / parts;
    var times = new double[parts];
    var least = new double[parts];
    int filled = 0;
    int last = -1;
    for (int at = 0; at < count; at++) {
      int slot = (int) Math.min(parts - 1, (seconds[at] - seconds[0]) / stretch);
      if (slot != last) {
        times[filled] = seconds[0] + (slot + 0.5) * stretch;
        least[filled++] = lows[at];
        last = slot;
      } else {
        least[filled - 1] = Math.min(least[filled - 1], lows[at]);
      }
    }
    return new TrendFit(Arrays.copyOf(times, filled), Arrays.copyOf(least, filled));
  }

  /// The median of the slopes between all pairs of points.
  private double slope(int from, int to) {
    int count = to - from;
    var slopes = new double[count * (count - 1) / 2];
    int at = 0;
    for (int one = from; one < to; one++) {
      for (int other = one + 1; other < to; other++) {
        slopes[at++] = (lows[other] - lows[one]) / (times[other] - times[one]);
      }
    }
    return median(slopes);
  }

  private boolean growsAlike(double slope) {
    int third = times.length / 3;
    double first = slope(0, third);
    double last = slope(2 * third, times.length);
    return first >= ALIKE * slope
        && slope(third, 2 * third) >= ALIKE * slope
        && last >= ALIKE * slope
        && last >= NOT_SLOWER * first;
  }

  private double largestLeap() {
    double largest = 0;
    for (int at = 1; at < lows.length; at++) {
      largest = Math.max(largest, lows[at] - lows[at - 1]);
    }
    return largest;
  }

  /// How far the points lie from the line, as the deviation that two of three do not exceed.
  private double scatter(double slope) {
    var rests = new double[lows.length];
    Arrays.setAll(rests, at -> lows[at] - slope * times[at]);
    double middle = median(rests.clone());
    Arrays.setAll(rests, at -> Math.abs(rests[at] - middle));
    return 1.4826 * median(rests);
  }

  /// How sure it is that the values rise or fall: the probability, if their order were chance, of
  /// pairs in less accord (Mann and Kendall, with the correction for ties).
  private double confidence() {
    int count = lows.length;
    double accord = 0;
    for (int one = 0; one < count; one++) {
      for (int other = one + 1; other < count; other++) {
        accord += Math.signum(lows[other] - lows[one]);
      }
    }
    double variance = pairs(count) - ties();
    if (variance <= 0) {
      return 0;
    }
    double deviations = Math.max(0, Math.abs(accord) - 1) / Math.sqrt(variance / 18);
    return errorFunction(deviations / Math.sqrt(2));
  }

  private double ties() {
    var sorted = lows.clone();
    Arrays.sort(sorted);
    double ties = 0;
    int run = 1;
    for (int at = 1; at <= sorted.length; at++) {
      if (at < sorted.length && sorted[at] == sorted[at - 1]) {
        run++;
      } else {
        ties += run > 1 ? pairs(run) : 0;
        run = 1;
      }
    }
    return ties;
  }

  private static double pairs(double count) {
    return count * (count - 1) * (2 * count + 5);
  }

  /// Abramowitz and Stegun 7.1.26, right to seven digits.
  private static double errorFunction(double x) {
    double t = 1 / (1 + 0.3275911 * x);
    double sum =
        ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592)
            * t;
    return 1 - sum * Math.exp(-x * x);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}
