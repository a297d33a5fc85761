package dev.procman.core.resource;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;

/// Samples put together.
final class SampleMath {
  private SampleMath() {}

  static ResourceSample none() {
    return ResourceSample.at(0).build();
  }

  /// The higher level of each gauge that one of them has.
  static ResourceSample highest(ResourceSample one, ResourceSample other) {
    return merge(one, other, ResourceMetric.Kind.GAUGE);
  }

  /// The sum of each count that one of them has.
  static ResourceSample sum(ResourceSample one, ResourceSample other) {
    return merge(one, other, ResourceMetric.Kind.COUNTER);
  }

  private static ResourceSample merge(
      ResourceSample one, ResourceSample other, ResourceMetric.Kind kind) {
    var merged = ResourceSample.at(Math.max(one.nanoTime(), other.nanoTime()));
    for (var metric : METRICS) {
      if (metric.kind() != kind) {
        continue;
      }
      var left = one.value(metric);
      var right = other.value(metric);
      if (left.isPresent() && right.isPresent()) {
        merged.set(
            metric,
            kind == ResourceMetric.Kind.GAUGE
                ? Math.max(left.getAsLong(), right.getAsLong())
                : left.getAsLong() + right.getAsLong());
      } else if (left.isPresent() || right.isPresent()) {
        merged.set(metric, left.isPresent() ? left.getAsLong() : right.getAsLong());
      }
    }
    return merged.build();
  }

  private static final ResourceMetric[] METRICS = ResourceMetric.values();
}
