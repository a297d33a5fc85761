package dev.procman.spi;

import dev.procman.ProcessManagerBuilder;
import dev.procman.ResourceBudget;
import dev.procman.StopSequence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What a [ProcessManagerBuilder] collected; see there for meanings and defaults.
///
/// @param name the manager's name
/// @param launcher the launcher to use
/// @param sampler the sampler to use
/// @param clock the clock to use
/// @param restartPolicy the policy of specifications without one
/// @param stopSequence the stop sequence of specifications without one
/// @param shutdownTimeout how long closing may take before it kills
/// @param stateDirectory where ledgers and leases live
/// @param orphanGuard whether the guard process runs
/// @param nativeAccessWarning whether a warning of the JVM about native access is accepted
/// @param measuring how often processes are measured, and what they may reserve
public record ManagerSettings(
    String name,
    Optional<ProcessLauncher> launcher,
    Optional<ResourceSampler> sampler,
    ProcmanClock clock,
    Optional<RestartPolicy> restartPolicy,
    Optional<StopSequence> stopSequence,
    Duration shutdownTimeout,
    Optional<Path> stateDirectory,
    boolean orphanGuard,
    boolean nativeAccessWarning,
    Measuring measuring) {

  /// How often processes are measured, and what they may reserve.
  ///
  /// @param interval how often watched ones are
  /// @param share of one core that it may take
  /// @param budget what they may reserve together
  public record Measuring(Duration interval, double share, Optional<ResourceBudget> budget) {}
}
