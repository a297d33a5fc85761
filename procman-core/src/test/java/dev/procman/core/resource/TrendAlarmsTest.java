package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.ResourceValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How often a trend is told of series that a person would, or would not, call a leak. Each is
/// looked at as the tracker does: a sample a second, every half minute a look back of ten minutes,
/// an hour long, with many seeds. Prints what it counted.
class TrendAlarmsTest {
  private static final double MIB = 1 << 20;
  private static final int RUNS = 20;
  private static final ResourceValue MEMORY = ResourceValue.of(ResourceMetric.RESIDENT_MEMORY);

  /// A series: level in MiB by seconds since the start.
  private interface Series {
    DoubleUnaryOperator begin(Random random);
  }

  /// When the first alarm came in each run, in seconds.
  private static List<Optional<Integer>> alarms(Series series) {
    return new Random(20261124)
        .longs(RUNS)
        .mapToObj(seed -> firstAlarm(series.begin(new Random(seed))))
        .toList();
  }

  private static Optional<Integer> firstAlarm(DoubleUnaryOperator level) {
    var now = new AtomicLong();
    var history = new ProcessHistory(now::get);
    for (int second = 1; second <= 3600; second++) {
      now.set(second * 1_000_000_000L);
      long bytes = (long) (Math.max(1, level.applyAsDouble(second)) * MIB);
      var sample = ResourceSample.at(now.get()).set(ResourceMetric.RESIDENT_MEMORY, bytes).build();
      history.add(Optional.of(sample), sample);
      if (second % 30 == 0
          && history
              .trend(MEMORY, TrendWatch.LOOK_BACK)
              .filter(TrendWatch::isAlarming)
              .isPresent()) {
        return Optional.of(second);
      }
    }
    return Optional.empty();
  }

  private static int count(String name, Series series) {
    var alarms = alarms(series);
    int count = (int) alarms.stream().filter(Optional::isPresent).count();
    var first = alarms.stream().flatMap(Optional::stream).sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%-48s %d of %d runs%s%n",
        name,
        count,
        RUNS,
        first.isEmpty() ? "" : ", median after " + first.get(first.size() / 2) + " s");
    return count;
  }

  private static DoubleUnaryOperator noisy(
      Random random, double deviation, DoubleUnaryOperator of) {
    return second -> of.applyAsDouble(second) + random.nextGaussian() * deviation;
  }

  private static DoubleUnaryOperator saw(double low, double high, double period) {
    return second -> low + (high - low) * (second % period) / period;
  }

  @Test
  void leaksAreFound() {
    assertThat(
            count("leak, 1 MiB a minute from 100", random -> noisy(random, 0.5, s -> 100 + s / 60)))
        .isEqualTo(RUNS);
    assertThat(
            count(
                "leak, 6 MiB a minute, noise of 5", random -> noisy(random, 5, s -> 100 + s / 10)))
        .isEqualTo(RUNS);
    assertThat(
            count(
                "leak, 6 MiB a minute, under a saw of 50 in 20 s",
                random -> noisy(random, 1, s -> saw(100, 150, 20).applyAsDouble(s) + s / 10)))
        .isEqualTo(RUNS);
    assertThat(
            count(
                "leak, 6 MiB a minute, after half an hour of rest",
                random -> noisy(random, 1, s -> 100 + Math.max(0, s - 1800) / 10)))
        .isEqualTo(RUNS);
  }

  @Tag("long")
  @Test
  void whatOnlyLooksLikeALeakIsSeldomTakenForOne() {
    assertThat(count("noise", random -> noisy(random, 5, _ -> 100))).isZero();
    assertThat(count("a step of 100", random -> noisy(random, 1, s -> s < 900 ? 100 : 200)))
        .isZero();
    assertThat(
            count(
                "three steps of 50 in ten minutes",
                random -> noisy(random, 0.5, s -> 100 + 50 * Math.min(3, Math.floor(s / 200)))))
        .isZero();
    for (double settling : new double[] {20, 60, 180, 900}) {
      assertThat(
              count(
                  "warm-up to 500, settling in " + settling + " s",
                  random -> noisy(random, 1, s -> 500 * (1 - Math.exp(-s / settling)))))
          .isLessThanOrEqualTo(settling < 200 ? 0 : RUNS);
    }
    for (double period : new double[] {10, 60, 240, 600}) {
      assertThat(
              count(
                  "saw from 100 to 300 in " + period + " s",
                  random -> noisy(random, 1, saw(100, 300, period))))
          .isLessThanOrEqualTo(period < 500 ? 0 : RUNS);
    }
    assertThat(
            count(
                "random walk",
                random -> {
                  var at = new double[] {300};
                  return _ -> at[0] += random.nextGaussian();
                }))
        .isLessThanOrEqualTo(RUNS / 3);
  }

  @Test
  void projectionSaysWhenTheLimitIsReached() {
    var now = new AtomicLong();
    var history = new ProcessHistory(now::get);
    history.ceiling(MEMORY, 200 * MIB);
    for (int second = 1; second <= 600; second++) {
      now.set(second * 1_000_000_000L);
      var sample =
          ResourceSample.at(now.get())
              .set(ResourceMetric.RESIDENT_MEMORY, (long) ((100 + second / 10.0) * MIB))
              .build();
      history.add(Optional.of(sample), sample);
    }

    var trend = history.trend(MEMORY, Duration.ofMinutes(10)).orElseThrow();

    assertThat(trend.steady()).isTrue();
    assertThat(trend.confidence()).isGreaterThan(0.999);
    assertThat(trend.perSecond()).isBetween(0.099 * MIB, 0.101 * MIB);
    assertThat(trend.projectedExhaustion().orElseThrow())
        .isBetween(Duration.ofSeconds(390), Duration.ofSeconds(430));
    assertThat(trend.describe())
        .startsWith("RESIDENT_MEMORY grows by 6.0 MiB a minute, seen for 8 min")
        .contains("reaches its limit of 200.0 MiB in about 6 min");
  }

  @Test
  void tooShortATimeTellsNothing() {
    var now = new AtomicLong();
    var history = new ProcessHistory(now::get);
    for (int second = 1; second <= 65; second++) {
      now.set(second * 1_000_000_000L);
      var sample = ResourceSample.at(now.get()).set(ResourceMetric.RESIDENT_MEMORY, second).build();
      history.add(Optional.of(sample), sample);
    }

    assertThat(history.trend(MEMORY, Duration.ofMinutes(10))).isEmpty();
  }
}
