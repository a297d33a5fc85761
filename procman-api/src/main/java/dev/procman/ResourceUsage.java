package dev.procman;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a process and its tree use and have used. Immutable.
///
/// @param id the generation measured last
/// @param time wall time of the sample
/// @param now the latest sample
/// @param rates growth per second between the latest two samples, of the metrics that count
/// @param cpu CPU use in cores between the latest two samples; empty before the second
/// @param peak the highest levels of this generation
/// @param peakEver the highest levels over all generations
/// @param total the counts of all generations together
/// @param samples how many samples of this generation were taken
public record ResourceUsage(
    ProcessId id,
    Instant time,
    ResourceSample now,
    Map<ResourceMetric, Double> rates,
    OptionalDouble cpu,
    ResourceSample peak,
    ResourceSample peakEver,
    ResourceSample total,
    long samples) {
  /// Copies the rates.
  public ResourceUsage {
    rates = Map.copyOf(rates);
  }

  /// The latest value; empty when it could not be measured.
  public OptionalLong value(ResourceMetric metric) {
    return now.value(metric);
  }

  /// Memory in RAM, bytes; 0 when it could not be measured.
  public long memory() {
    return now.value(ResourceMetric.RESIDENT_MEMORY).orElse(0);
  }
}
