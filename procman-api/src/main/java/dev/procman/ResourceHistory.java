package dev.procman;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// What one process and its tree used over time, over all its generations: the last five minutes by
/// the second, the last hour by ten seconds, the last day by the minute. A question is answered
/// from the finest of these that reaches as far back as asked for. Levels and rates are kept of
/// memory, CPU, storage, network, descriptors, threads and processes, in memory of bounded size.
/// Thread-safe; answers are of the moment.
public interface ResourceHistory {

  /// One stretch of time: a second, ten seconds or a minute, in which one or more samples were
  /// taken.
  ///
  /// @param age from its end until now
  /// @param min the lowest value
  /// @param mean the mean
  /// @param max the highest value
  record Point(Duration age, double min, double mean, double max) {}

  /// A stretch of time as a whole.
  ///
  /// @param points how many points it has
  /// @param min the lowest value
  /// @param mean the mean
  /// @param max the highest value
  record Window(int points, double min, double mean, double max) {}

  /// What there is a history of.
  Set<ResourceValue> values();

  /// The points of the last `length`, oldest first; stretches without a sample are left out.
  List<Point> points(ResourceValue value, Duration length);

  /// The last `length` as a whole; empty when nothing is known of it.
  Optional<Window> window(ResourceValue value, Duration length);

  /// The mean that `percent` of the points of the last `length` did not exceed (nearest rank);
  /// empty when nothing is known.
  ///
  /// @param percent above 0, at most 100
  /// @throws InvalidSpecException when `percent` is out of range
  OptionalDouble percentile(ResourceValue value, double percent, Duration length);

  /// How the value has developed in the current generation, looking back at most `length`; empty
  /// when that is too short to tell.
  Optional<ResourceTrend> trend(ResourceValue value, Duration length);
}
