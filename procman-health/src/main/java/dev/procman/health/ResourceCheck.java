package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceValue;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ResourceSampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Compares what a process and its tree use with thresholds: WARNING or CRITICAL when one has been
/// passed for a time, HEALTHY again when the value has fallen clearly below. It never says FAILED:
/// using much is no reason for a restart by itself; limits with actions are another thing.
///
/// Works with whatever sampler the manager has. Without one, or when it cannot measure what is
/// asked for, the verdict is UNKNOWN and says so.
///
/// @param thresholds what is compared
/// @param sustained how long a threshold must be passed without a break; default 0
/// @param hysteresis the share of a threshold that the value must fall below it before the
///   threshold counts as left, 0 to 1; default 0.1
public record ResourceCheck(
    List<ResourceThreshold> thresholds, Duration sustained, double hysteresis)
    implements HealthCheck {

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a part is out of range
  public ResourceCheck {
    if (sustained.isNegative()) {
      throw new InvalidSpecException("health.resource.sustained", sustained, "use zero or more");
    }
    if (!(hysteresis >= 0 && hysteresis < 1)) {
      throw new InvalidSpecException(
          "health.resource.hysteresis", hysteresis, "use 0 to less than 1");
    }
    thresholds =
        thresholds.stream()
            .map(threshold -> threshold.sustainedFor(sustained).hysteresis(hysteresis))
            .toList();
  }

  static ResourceCheck of() {
    return new ResourceCheck(List.of(), Duration.ZERO, 0.1);
  }

  private ResourceCheck with(ResourceValue value, double warning, double critical) {
    var more = new ArrayList<>(thresholds);
    more.removeIf(present -> present.value().equals(value));
    more.add(ResourceThreshold.of(value, warning, critical));
    return new ResourceCheck(more, sustained, hysteresis);
  }

  /// CPU use in cores: 1 is one core kept busy.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck cpu(double warning, double critical) {
    return with(ResourceValue.cpu(), warning, critical);
  }

  /// Memory in RAM, in bytes.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck memory(long warning, long critical) {
    return metric(ResourceMetric.RESIDENT_MEMORY, (double) warning, (double) critical);
  }

  /// Open descriptors.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck descriptors(int warning, int critical) {
    return metric(ResourceMetric.DESCRIPTORS, warning, critical);
  }

  /// Threads.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck threads(int warning, int critical) {
    return metric(ResourceMetric.THREADS, warning, critical);
  }

  /// Any metric in its unit; one that counts is compared by its growth per second.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck metric(ResourceMetric metric, double warning, double critical) {
    return with(ResourceValue.of(metric), warning, critical);
  }

  /// With another time for which a threshold must be passed.
  public ResourceCheck sustainedFor(Duration time) {
    return new ResourceCheck(thresholds, time, hysteresis);
  }

  /// With another hysteresis, as a share of the threshold.
  public ResourceCheck hysteresis(double share) {
    return new ResourceCheck(thresholds, sustained, share);
  }

  @Override
  public HealthResult check(HealthContext context) {
    var sampler = context.sampler();
    if (sampler.isEmpty()) {
      return HealthResult.unknown(
          "there is no resource sampler: put one on the class path, or give the manager's builder"
              + " one");
    }
    var identity = context.identity();
    if (identity.isEmpty()) {
      return HealthResult.unknown(
          "it is not known which process of this machine it is, if any: its launcher does not tell,"
              + " or it has ended");
    }
    var target =
        new ResourceSampler.Target(context.id(), identity.get().pid(), identity.get().startTime());
    var sample = sampler.get().sample(List.of(target)).get(target);
    return sample == null
        ? HealthResult.unknown(sampler.get().name() + " does not see pid " + context.pid())
        : context.memory(this, () -> new ResourceLevels(this)).judge(sample);
  }

  @Override
  public void validate(ProcessSpec spec) {
    if (thresholds.isEmpty()) {
      throw new InvalidSpecException(
          "health.resource.thresholds", "(none)", "call memory(...), cpu(...) or another");
    }
  }

  /// A status reached by a value.
  static HealthStatus worse(HealthStatus one, HealthStatus other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  @Override
  public String describe() {
    return "resources "
        + String.join(", ", thresholds.stream().map(each -> each.value().name()).toList());
  }
}
