package dev.procman;

import dev.procman.spi.HealthResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// The latest verdicts of one probe on one generation. Immutable.
///
/// @param entries the verdicts, oldest first, at most 128
public record HealthHistory(List<Entry> entries) {

  /// One verdict.
  ///
  /// @param time wall time at which it was given
  /// @param result the verdict
  /// @param latency how long the check took
  public record Entry(Instant time, HealthResult result, Duration latency) {}

  /// Copies the list.
  public HealthHistory {
    entries = List.copyOf(entries);
  }

  /// The latest verdict.
  public Optional<Entry> latest() {
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast());
  }

  /// The share of verdicts that passed, 0 to 1, among those of the last `window` before the latest;
  /// verdicts that could not tell do not count. Empty when none counts.
  public OptionalDouble successRate(Duration window) {
    return within(window).stream()
        .filter(entry -> entry.result.status() != HealthStatus.UNKNOWN)
        .mapToInt(entry -> entry.result.isGood() ? 1 : 0)
        .average();
  }

  /// The latency that `percent` of the checks did not exceed (nearest rank), among those of the
  /// last `window` before the latest. Empty when there is none.
  ///
  /// @param percent above 0, at most 100
  /// @throws InvalidSpecException when `percent` is out of range
  public Optional<Duration> latency(double percent, Duration window) {
    if (!(percent > 0 && percent <= 100)) {
      throw new InvalidSpecException("percent", percent, "use more than 0 and at most 100");
    }
    var sorted = within(window).stream().map(Entry::latency).sorted().toList();
    if (sorted.isEmpty()) {
      return Optional.empty();
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return Optional.of(sorted.get(rank - 1));
  }

  private List<Entry> within(Duration window) {
    if (entries.isEmpty()) {
      return entries;
    }
    var newest = entries.getLast().time;
    return entries.stream()
        .filter(entry -> Duration.between(entry.time, newest).compareTo(window) <= 0)
        .toList();
  }
}
