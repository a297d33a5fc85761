package dev.procman.core.resource;

import dev.procman.InvalidSpecException;
import dev.procman.ResourceHistory;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.ResourceTrend;
import dev.procman.ResourceValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// The history of one process over its generations: for each value three [tiers][Tier].
/// Thread-safe.
final class ProcessHistory implements ResourceHistory {
  /// A program that has just started grows, whatever it does.
  static final long WARM_UP = TimeUnit.MINUTES.toNanos(1);

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private static final List<ResourceValue> KEPT =
      List.of(
          ResourceValue.cpu(),
          ResourceValue.of(ResourceMetric.RESIDENT_MEMORY),
          ResourceValue.of(ResourceMetric.PROPORTIONAL_MEMORY),
          ResourceValue.of(ResourceMetric.SWAPPED_MEMORY),
          ResourceValue.of(ResourceMetric.STORAGE_READ),
          ResourceValue.of(ResourceMetric.STORAGE_WRITTEN),
          ResourceValue.of(ResourceMetric.NETWORK_RECEIVED),
          ResourceValue.of(ResourceMetric.NETWORK_SENT),
          ResourceValue.of(ResourceMetric.DESCRIPTORS),
          ResourceValue.of(ResourceMetric.THREADS),
          ResourceValue.of(ResourceMetric.PROCESSES));

  private final LongSupplier clock;
  private final long origin;
  private final Map<ResourceValue, List<Tier>> series = new LinkedHashMap<>();
  private final Map<ResourceValue, Double> ceilings = new LinkedHashMap<>();
  private long generationBegan;

  ProcessHistory(LongSupplier clock) {
    this.clock = clock;
    this.origin = clock.getAsLong();
  }

  /// What follows belongs to another generation.
  synchronized void beginGeneration() {
    generationBegan = now();
    ceilings.clear();
  }

  /// The level that a value must not reach.
  synchronized void ceiling(ResourceValue value, double level) {
    ceilings.put(value, level);
  }

  /// Keeps what a sample says.
  ///
  /// @param before an earlier one of the same generation, for rates
  synchronized void add(Optional<ResourceSample> before, ResourceSample sample) {
    long time = now();
    for (var value : KEPT) {
      var read = value.read(before, sample);
      if (read.isPresent()) {
        for (var tier : series.computeIfAbsent(value, _ -> tiers())) {
          tier.add(time, read.getAsDouble());
        }
      }
    }
  }

  private static List<Tier> tiers() {
    return List.of(
        new Tier(TimeUnit.SECONDS.toNanos(1), 300),
        new Tier(TimeUnit.SECONDS.toNanos(10), 360),
        new Tier(TimeUnit.SECONDS.toNanos(60), 1440));
  }

  private long now() {
    return clock.getAsLong() - origin;
  }

  @Override
  public synchronized Set<ResourceValue> values() {
    return Set.copyOf(series.keySet());
  }

  @Override
  public synchronized List<Point> points(ResourceValue value, Duration length) {
    var tiers = series.get(value);
    if (tiers == null) {
      return List.of();
    }
    long nanos = nanos(length);
    long now = now();
    var points = new ArrayList<Point>();
    tiers.stream()
        .filter(tier -> tier.span() >= nanos)
        .findFirst()
        .orElse(tiers.getLast())
        .visit(
            now - nanos,
            (end, min, mean, max) ->
                points.add(new Point(Duration.ofNanos(Math.max(0, now - end)), min, mean, max)));
    return points;
  }

  private static long nanos(Duration length) {
    return length.compareTo(Duration.ofDays(366)) > 0
        ? TimeUnit.DAYS.toNanos(366)
        : length.toNanos();
  }

  @Override
  public Optional<Window> window(ResourceValue value, Duration length) {
    var points = points(value, length);
    return points.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Window(
                points.size(),
                points.stream().mapToDouble(Point::min).min().orElse(0),
                points.stream().mapToDouble(Point::mean).average().orElse(0),
                points.stream().mapToDouble(Point::max).max().orElse(0)));
  }

  @Override
  public OptionalDouble percentile(ResourceValue value, double percent, Duration length) {
    if (!(percent > 0 && percent <= 100)) {
      throw new InvalidSpecException("percent", percent, "use more than 0 and at most 100");
    }
    var means = points(value, length).stream().mapToDouble(Point::mean).sorted().toArray();
    return means.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(means[(int) Math.ceil(percent / 100 * means.length) - 1]);
  }

  @Override
  public synchronized Optional<ResourceTrend> trend(ResourceValue value, Duration length) {
    long now = now();
    var alive = Duration.ofNanos(Math.max(0, now - generationBegan - WARM_UP));
    var span = length.compareTo(alive) < 0 ? length : alive;
    var points = points(value, span);
    double end = now / 1e9;
    return TrendFit.of(
        value,
        figures(points, point -> end - point.age().toNanos() / 1e9),
        figures(points, Point::min),
        highestBefore(value, now - nanos(span), now),
        ceilings.containsKey(value)
            ? OptionalDouble.of(ceilings.get(value))
            : OptionalDouble.empty());
  }

  private OptionalDouble highestBefore(ResourceValue value, long until, long now) {
    var highest = new double[] {Double.NEGATIVE_INFINITY};
    var tiers = series.get(value);
    if (tiers != null) {
      tiers
          .get(1)
          .visit(
              Math.max(now - HOUR, generationBegan + WARM_UP),
              (end, _, mean, _) -> {
                if (end <= until) {
                  highest[0] = Math.max(highest[0], mean);
                }
              });
    }
    return highest[0] > Double.NEGATIVE_INFINITY
        ? OptionalDouble.of(highest[0])
        : OptionalDouble.empty();
  }

  private static double[] figures(List<Point> points, ToDoubleFunction<Point> figure) {
    return points.stream().mapToDouble(figure).toArray();
  }
}
