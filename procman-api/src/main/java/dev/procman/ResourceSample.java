package dev.procman;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/// What a process and its tree used at one moment. What could not be measured is absent, never
/// zero. Immutable.
@SuppressWarnings("EnumOrdinal") // an array by ordinal keeps a sample to one small object
public final class ResourceSample {
  private static final long ABSENT = Long.MIN_VALUE;
  private static final int METRICS = ResourceMetric.values().length;

  private final long nanoTime;
  private final long[] values;

  private ResourceSample(long nanoTime, long[] values) {
    this.nanoTime = nanoTime;
    this.values = values;
  }

  /// Begins a sample.
  ///
  /// @param nanoTime when it is taken, monotonic
  public static Builder at(long nanoTime) {
    return new Builder(nanoTime);
  }

  /// Begins another of the same moment with the same values.
  public Builder toBuilder() {
    var builder = new Builder(nanoTime);
    System.arraycopy(values, 0, builder.values, 0, METRICS);
    return builder;
  }

  /// When it was taken, monotonic nanoseconds of the sampler's clock.
  public long nanoTime() {
    return nanoTime;
  }

  /// A value in the metric's unit; empty when it could not be measured.
  public OptionalLong value(ResourceMetric metric) {
    long value = values[metric.ordinal()];
    return value == ABSENT ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /// User and system time; empty when neither could be measured.
  public Optional<Duration> cpuTime() {
    var user = value(ResourceMetric.CPU_USER_TIME);
    var system = value(ResourceMetric.CPU_SYSTEM_TIME);
    return user.isEmpty() && system.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(user.orElse(0) + system.orElse(0)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResourceSample sample
        && sample.nanoTime == nanoTime
        && Arrays.equals(sample.values, values);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanoTime) * 31 + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("ResourceSample[");
    for (var metric : ResourceMetric.values()) {
      value(metric).ifPresent(value -> text.append(metric).append('=').append(value).append(' '));
    }
    return text.toString().strip() + "]";
  }

  /// Collects a sample. Not thread-safe.
  public static final class Builder {
    private final long nanoTime;
    private final long[] values = new long[METRICS];

    private Builder(long nanoTime) {
      this.nanoTime = nanoTime;
      Arrays.fill(values, ABSENT);
    }

    /// Sets a value, in the metric's unit.
    public Builder set(ResourceMetric metric, long value) {
      values[metric.ordinal()] = value;
      return this;
    }

    /// Adds to a value that was set or is absent.
    public Builder add(ResourceMetric metric, long value) {
      int index = metric.ordinal();
      values[index] = values[index] == ABSENT ? value : values[index] + value;
      return this;
    }

    /// The sample.
    public ResourceSample build() {
      return new ResourceSample(nanoTime, values.clone());
    }
  }
}
