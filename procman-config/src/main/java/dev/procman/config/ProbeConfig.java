package dev.procman.config;

import dev.procman.Probe;
import java.time.Duration;

/// A probe as configuration has it; its parts are those of [Probe], under the names that are common
/// in files.
///
/// @param check what to ask
/// @param initialDelay wait after the spawn; default 0
/// @param period between the end of one check and the start of the next; default 1 s
/// @param fastPeriod the same until the first success; default 20 ms
/// @param jitter the share of `period` that is random, 0 to 1; default 0.1
/// @param timeout a check that takes longer counts as failed; default 1 s
/// @param successThreshold verdicts in a row that make it good; default 1
/// @param warningThreshold verdicts in a row that make WARNING; default 1
/// @param criticalThreshold verdicts in a row that make CRITICAL; default 2, or the failure
///   threshold if that is less
/// @param failureThreshold verdicts in a row that make FAILED; default 3
public record ProbeConfig(
    CheckConfig check,
    Duration initialDelay,
    Duration period,
    Duration fastPeriod,
    double jitter,
    Duration timeout,
    int successThreshold,
    int warningThreshold,
    int criticalThreshold,
    int failureThreshold) {

  /// A probe of `check` with the defaults above.
  public static ProbeConfig of(CheckConfig check) {
    return new ProbeConfig(
        check,
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ofMillis(20),
        0.1,
        Duration.ofSeconds(1),
        1,
        1,
        2,
        3);
  }

  /// What a specification holds of it.
  ///
  /// @throws dev.procman.InvalidSpecException when a part makes no sense
  public Probe toProbe() {
    return new Probe(
        check.toCheck(),
        initialDelay,
        period,
        fastPeriod,
        jitter,
        timeout,
        successThreshold,
        warningThreshold,
        criticalThreshold,
        failureThreshold);
  }
}
