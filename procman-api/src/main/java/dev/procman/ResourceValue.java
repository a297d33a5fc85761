package dev.procman;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A number that is read from samples and compared, kept and judged: a level, or growth per second.
public sealed interface ResourceValue {

  /// A metric's level, or its growth per second when it counts.
  ///
  /// @param metric which
  record Of(ResourceMetric metric) implements ResourceValue {
    @Override
    public String name() {
      return metric.name();
    }

    @Override
    public OptionalDouble read(Optional<ResourceSample> before, ResourceSample now) {
      var value = now.value(metric);
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      if (metric.kind() == ResourceMetric.Kind.GAUGE) {
        return OptionalDouble.of((double) value.getAsLong());
      }
      var then = before.map(sample -> sample.value(metric)).orElse(OptionalLong.empty());
      return then.isEmpty()
          ? OptionalDouble.empty()
          : perSecond(before, now, then.getAsLong(), value.getAsLong());
    }

    @Override
    public String show(double value) {
      boolean bytes =
          switch (metric) {
            case RESIDENT_MEMORY,
                PROPORTIONAL_MEMORY,
                UNIQUE_MEMORY,
                SWAPPED_MEMORY,
                STORAGE_READ,
                STORAGE_WRITTEN,
                NETWORK_RECEIVED,
                NETWORK_SENT,
                CHARGED_MEMORY,
                CHARGED_MEMORY_PEAK ->
                true;
            default -> false;
          };
      return (bytes ? bytes(value) : plain(value))
          + (metric.kind() == ResourceMetric.Kind.COUNTER ? "/s" : "");
    }
  }

  /// CPU use in cores: 1 is one core kept busy.
  record Cpu() implements ResourceValue {
    @Override
    public String name() {
      return "CPU";
    }

    @Override
    public OptionalDouble read(Optional<ResourceSample> before, ResourceSample now) {
      var used = now.cpuTime();
      var then = before.flatMap(ResourceSample::cpuTime);
      if (used.isEmpty() || then.isEmpty()) {
        return OptionalDouble.empty();
      }
      var perSecond = perSecond(before, now, then.get().toNanos(), used.get().toNanos());
      return perSecond.isEmpty()
          ? perSecond
          : OptionalDouble.of(perSecond.getAsDouble() / Duration.ofSeconds(1).toNanos());
    }

    @Override
    public String show(double value) {
      return String.format(Locale.ROOT, "%.2f cores", value);
    }
  }

  /// CPU use in cores.
  static ResourceValue cpu() {
    return new Cpu();
  }

  /// A metric's level, or its growth per second when it counts.
  static ResourceValue of(ResourceMetric metric) {
    return new Of(metric);
  }

  /// Its name, for messages.
  String name();

  /// Reads it; empty when it could not be measured, or when it needs an earlier sample and there is
  /// none.
  ///
  /// @param before an earlier sample of the same generation
  /// @param now the sample
  OptionalDouble read(Optional<ResourceSample> before, ResourceSample now);

  /// A value with its unit, for people: `12.5 MiB`, `0.30 cores`, `17`.
  String show(double value);

  private static OptionalDouble perSecond(
      Optional<ResourceSample> before, ResourceSample now, long then, long value) {
    long time = before.map(sample -> now.nanoTime() - sample.nanoTime()).orElse(0L);
    // A member of the tree that ended may have taken its share of a total with it.
    return time <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Math.max(0, value - then) * (double) Duration.ofSeconds(1).toNanos() / time);
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String bytes(double value) {
    var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
    double shown = value;
    int unit = 0;
    while (Math.abs(shown) >= 1024 && unit < units.length - 1) {
      shown /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", shown, units[unit]);
  }
}
