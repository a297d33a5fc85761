package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.ResourceSample;
import dev.procman.ResourceThreshold;
import dev.procman.spi.HealthResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where the values of one generation stand between their thresholds, with what that needs of the
/// past: the sample before, since when a threshold is passed, which level was reached. Thread-safe.
final class ResourceLevels {
  private final ResourceCheck check;
  private final Map<ResourceThreshold, ResourceThreshold.Standing> standings = new HashMap<>();
  private Optional<ResourceSample> before = Optional.empty();

  ResourceLevels(ResourceCheck check) {
    this.check = check;
  }

  synchronized HealthResult judge(ResourceSample sample) {
    var worst = HealthStatus.UNKNOWN;
    var words = new ArrayList<String>();
    Map<String, String> evidence = new HashMap<>();
    for (var threshold : check.thresholds()) {
      var value = threshold.value().read(before, sample);
      var name = threshold.value().name();
      if (value.isEmpty()) {
        words.add(name + " is not known" + (before.isEmpty() ? " yet" : ""));
        continue;
      }
      var shown = shown(value.getAsDouble());
      evidence.put(name, shown);
      var standing =
          threshold.next(
              standings.getOrDefault(threshold, threshold.begin()),
              value.getAsDouble(),
              sample.nanoTime());
      standings.put(threshold, standing);
      var status = standing.status();
      if (status.compareTo(HealthStatus.HEALTHY) > 0) {
        words.add(
            "%s is %s, the levels are %s and %s"
                .formatted(name, shown, shown(threshold.warning()), shown(threshold.critical())));
      }
      worst = ResourceCheck.worse(worst, status);
    }
    before = Optional.of(sample);
    return new HealthResult(
        worst, words.isEmpty() ? "within all levels" : String.join("; ", words), evidence);
  }

  private static String shown(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
