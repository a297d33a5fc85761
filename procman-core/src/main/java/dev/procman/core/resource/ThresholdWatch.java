package dev.procman.core.resource;

import dev.procman.HealthStatus;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceThreshold.Standing;
import dev.procman.event.ProcessEvent;

/// Where one value of a generation stands between its levels, told at most every ten seconds.
final class ThresholdWatch {
  final ResourceThreshold threshold;
  private Standing standing;
  private HealthStatus told = HealthStatus.HEALTHY;
  private boolean everTold;
  private long toldAt;

  ThresholdWatch(ResourceThreshold threshold) {
    this.threshold = threshold;
    this.standing = threshold.begin();
  }

  HealthStatus see(double seen, long now, Watching watching) {
    standing = threshold.next(standing, seen, now);
    var status = standing.status();
    if (status != told && (!everTold || now - toldAt >= Watching.RATE.toNanos())) {
      var from = told;
      told = status;
      everTold = true;
      toldAt = now;
      watching.tell(
          status.compareTo(from) < 0,
          words(seen) + ": " + from + " -> " + status,
          meta -> new ProcessEvent.ResourceThresholdCrossed(meta, threshold, from, status, seen));
    }
    return status;
  }

  String words(double seen) {
    var value = threshold.value();
    return "%s is %s, the levels are %s and %s"
        .formatted(
            value.name(),
            value.show(seen),
            value.show(threshold.warning()),
            value.show(threshold.critical()));
  }
}
