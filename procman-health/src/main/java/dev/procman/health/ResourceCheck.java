package dev.procman.health;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
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
public record ResourceCheck(List<Threshold> thresholds, Duration sustained, double hysteresis)
    implements HealthCheck {

  /// A pair of levels for one value.
  ///
  /// @param value which value
  /// @param warning from here it is a warning
  /// @param critical from here it is critical
  public record Threshold(Value value, double warning, double critical) {
    /// Checks the levels.
    ///
    /// @throws InvalidSpecException when they do not rise from above zero
    public Threshold {
      if (!(warning > 0 && critical >= warning && critical < Double.POSITIVE_INFINITY)) {
        throw new InvalidSpecException(
            "health.resource." + value.name(),
            warning + "/" + critical,
            "use 0 < warning <= critical");
      }
    }
  }

  /// A value that is compared.
  public sealed interface Value {
    /// Its name, for messages.
    String name();

    /// A metric's level, or its growth per second when it counts.
    ///
    /// @param metric which
    record Of(ResourceMetric metric) implements Value {
      @Override
      public String name() {
        return metric.name();
      }
    }

    /// CPU use in cores: 1 is one core kept busy.
    record Cpu() implements Value {
      @Override
      public String name() {
        return "CPU";
      }
    }
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a part is out of range
  public ResourceCheck {
    thresholds = List.copyOf(thresholds);
    if (sustained.isNegative()) {
      throw new InvalidSpecException("health.resource.sustained", sustained, "use zero or more");
    }
    if (!(hysteresis >= 0 && hysteresis < 1)) {
      throw new InvalidSpecException(
          "health.resource.hysteresis", hysteresis, "use 0 to less than 1");
    }
  }

  static ResourceCheck of() {
    return new ResourceCheck(List.of(), Duration.ZERO, 0.1);
  }

  private ResourceCheck with(Threshold threshold) {
    var more = new ArrayList<>(thresholds);
    more.removeIf(present -> present.value.equals(threshold.value));
    more.add(threshold);
    return new ResourceCheck(more, sustained, hysteresis);
  }

  /// CPU use in cores: 1 is one core kept busy.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public ResourceCheck cpu(double warning, double critical) {
    return with(new Threshold(new Value.Cpu(), warning, critical));
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
    return with(new Threshold(new Value.Of(metric), warning, critical));
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
    var target = new ResourceSampler.Target(context.id(), context.pid(), context.startedAt());
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
