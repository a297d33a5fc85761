package dev.procman;

import dev.procman.spi.HealthCheck;
import java.time.Duration;

/// When and how often a [HealthCheck] runs, and what its verdicts add up to. Immutable.
///
/// One check is in flight at a time. Until the first success the probe runs at the shorter of
/// `interval` and 50 ms growing to `interval`, so that readiness is seen early.
///
/// @param check what to ask
/// @param initialDelay wait after the spawn; default 0
/// @param interval between the end of one check and the start of the next; default 1 s
/// @param timeout a check that takes longer counts as failed; default 1 s
/// @param successes successes in a row that make it good; default 1
/// @param warningAfter failures in a row that make WARNING; default 1
/// @param criticalAfter failures in a row that make CRITICAL; default 2
/// @param failedAfter failures in a row that make FAILED; default 3
public record Probe(
    HealthCheck check,
    Duration initialDelay,
    Duration interval,
    Duration timeout,
    int successes,
    int warningAfter,
    int criticalAfter,
    int failedAfter) {

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when a duration or count makes no sense; the message names it
  public Probe {
    InvalidSpecException.requireNotNegative("probe.initialDelay", initialDelay);
    InvalidSpecException.requirePositive("probe.interval", interval);
    InvalidSpecException.requirePositive("probe.timeout", timeout);
    if (successes < 1) {
      throw new InvalidSpecException("probe.successes", successes, "use 1 or more");
    }
    if (warningAfter < 1 || criticalAfter < warningAfter || failedAfter < criticalAfter) {
      throw new InvalidSpecException(
          "probe.failures",
          warningAfter + "/" + criticalAfter + "/" + failedAfter,
          "use rising counts: 1 <= warning <= critical <= failed");
    }
  }

  /// A probe of `check` with the defaults above.
  public static Probe of(HealthCheck check) {
    var second = Duration.ofSeconds(1);
    return new Probe(check, Duration.ZERO, second, second, 1, 1, 2, 3);
  }

  /// With this wait after the spawn.
  public Probe initialDelay(Duration delay) {
    return new Probe(
        check, delay, interval, timeout, successes, warningAfter, criticalAfter, failedAfter);
  }

  /// With this pause between checks.
  public Probe interval(Duration pause) {
    return new Probe(
        check, initialDelay, pause, timeout, successes, warningAfter, criticalAfter, failedAfter);
  }

  /// With this limit on one check.
  public Probe timeout(Duration limit) {
    return new Probe(
        check, initialDelay, interval, limit, successes, warningAfter, criticalAfter, failedAfter);
  }

  /// With this many successes in a row needed.
  public Probe successes(int count) {
    return new Probe(
        check, initialDelay, interval, timeout, count, warningAfter, criticalAfter, failedAfter);
  }

  /// With these counts of failures in a row for WARNING, CRITICAL and FAILED.
  public Probe failures(int warning, int critical, int failed) {
    return new Probe(check, initialDelay, interval, timeout, successes, warning, critical, failed);
  }
}
