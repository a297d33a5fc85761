package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.health.ResourceCheck.Threshold;
import dev.procman.health.ResourceCheck.Value;
import dev.procman.spi.HealthResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Where the values of one generation stand between their thresholds, with what that needs of the
/// past: the sample before, since when a threshold is passed, which level was reached. Thread-safe.
final class ResourceLevels {
  private final ResourceCheck check;
  private final Map<Value, Level> levels = new HashMap<>();
  private @Nullable ResourceSample before;

  ResourceLevels(ResourceCheck check) {
    this.check = check;
    check.thresholds().forEach(threshold -> levels.put(threshold.value(), new Level(threshold)));
  }

  synchronized HealthResult judge(ResourceSample sample) {
    var worst = HealthStatus.UNKNOWN;
    var words = new ArrayList<String>();
    Map<String, String> evidence = new HashMap<>();
    for (var threshold : check.thresholds()) {
      var value = value(threshold.value(), sample);
      var name = threshold.value().name();
      if (value.isEmpty()) {
        words.add(name + " is not known" + (before == null ? " yet" : ""));
        continue;
      }
      var shown = shown(value.getAsDouble());
      evidence.put(name, shown);
      var level = levels.get(threshold.value());
      var status =
          level == null ? HealthStatus.UNKNOWN : level.at(value.getAsDouble(), sample.nanoTime());
      if (status.compareTo(HealthStatus.HEALTHY) > 0) {
        words.add(
            "%s is %s, the levels are %s and %s"
                .formatted(name, shown, shown(threshold.warning()), shown(threshold.critical())));
      }
      worst = ResourceCheck.worse(worst, status);
    }
    before = sample;
    return new HealthResult(
        worst, words.isEmpty() ? "within all levels" : String.join("; ", words), evidence);
  }

  private static String shown(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private OptionalDouble value(Value value, ResourceSample sample) {
    return switch (value) {
      case Value.Cpu _ -> {
        var now = sample.cpuTime();
        var then = before == null ? now : before.cpuTime();
        yield now.isEmpty() || then.isEmpty()
            ? OptionalDouble.empty()
            : perNano(then.get().toNanos(), now.get().toNanos(), sample);
      }
      case Value.Of of ->
          of.metric().kind() == ResourceMetric.Kind.GAUGE
              ? gauge(sample.value(of.metric()))
              : growth(of.metric(), sample);
    };
  }

  private static OptionalDouble gauge(OptionalLong value) {
    return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of((double) value.getAsLong());
  }

  private OptionalDouble growth(ResourceMetric metric, ResourceSample sample) {
    var now = sample.value(metric);
    var then = before == null ? OptionalLong.empty() : before.value(metric);
    if (now.isEmpty() || then.isEmpty()) {
      return OptionalDouble.empty();
    }
    var perNano = perNano(then.getAsLong(), now.getAsLong(), sample);
    return perNano.isEmpty()
        ? perNano
        : OptionalDouble.of(perNano.getAsDouble() * Duration.ofSeconds(1).toNanos());
  }

  private OptionalDouble perNano(long then, long now, ResourceSample sample) {
    long time = before == null ? 0 : sample.nanoTime() - before.nanoTime();
    // A member of the tree that ended took its share of a total with it.
    return time <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(0, now - then) / (double) time);
  }

  /// One value against its two levels.
  private final class Level {
    private final List<Step> steps;

    Level(Threshold threshold) {
      this.steps =
          List.of(
              new Step(threshold.warning(), HealthStatus.WARNING),
              new Step(threshold.critical(), HealthStatus.CRITICAL));
    }

    HealthStatus at(double value, long now) {
      var status = HealthStatus.HEALTHY;
      for (var step : steps) {
        if (step.isReached(value, now)) {
          status = step.status;
        }
      }
      return status;
    }
  }

  /// One threshold: reached when passed for long enough, left when the value is clearly below.
  private final class Step {
    private final double threshold;
    private final HealthStatus status;
    private boolean passed;
    private boolean reached;
    private long since;

    Step(double threshold, HealthStatus status) {
      this.threshold = threshold;
      this.status = status;
    }

    boolean isReached(double value, long now) {
      if (reached) {
        reached = value >= threshold * (1 - check.hysteresis());
        passed = reached;
      } else if (value < threshold) {
        passed = false;
      } else {
        if (!passed) {
          passed = true;
          since = now;
        }
        reached = now - since >= check.sustained().toNanos();
      }
      return reached;
    }
  }
}
