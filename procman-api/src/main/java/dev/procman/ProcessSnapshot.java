package dev.procman;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A managed process at one moment; all parts belong together.
///
/// @param name its name
/// @param state its state
/// @param desired what was last asked for
/// @param health its health
/// @param generation the current or latest generation, 0 before the first
/// @param pid the operating system's process id while one may be alive
/// @param restarts restarts by policy since registration
/// @param ports its ports by name; empty until the first start leased them
/// @param startedAt wall time of the current generation's spawn
/// @param nextStart wall time of the planned start, in BACKOFF
/// @param lastExit how the latest ended generation ended
/// @param reason why it is in this state
public record ProcessSnapshot(
    String name,
    ProcessState state,
    Desired desired,
    HealthStatus health,
    long generation,
    OptionalLong pid,
    int restarts,
    Map<String, Integer> ports,
    Optional<Instant> startedAt,
    Optional<Instant> nextStart,
    Optional<ExitReport> lastExit,
    String reason) {
  /// Copies the ports.
  public ProcessSnapshot {
    ports = Map.copyOf(ports);
  }
}
