package dev.procman.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Measures what processes use, all in one call. Found through [java.util.ServiceLoader].
public interface ResourceSampler {

  /// A process, identified beyond reuse of its pid.
  ///
  /// @param pid the process id
  /// @param startMillis when it started, milliseconds since the epoch
  record Target(long pid, long startMillis) {}

  /// What one process uses. What a platform cannot tell is empty, never zero.
  ///
  /// @param residentBytes memory in RAM
  /// @param cpuTime user and system time since its start
  /// @param descriptors open descriptors
  /// @param threads threads
  record Sample(
      OptionalLong residentBytes, Duration cpuTime, OptionalInt descriptors, OptionalInt threads) {}

  /// Measures; a target that has ended is missing from the answer.
  Map<Target, Sample> sample(Collection<Target> targets);
}
