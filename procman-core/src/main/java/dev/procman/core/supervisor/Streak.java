package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.spi.HealthResult;

/// Verdicts of one probe in a row, and what they add up to. Used on the supervisor's thread only.
final class Streak {
  private final Probe probe;
  private int checks;
  private int successes;
  private int failures;
  private HealthStatus status = HealthStatus.UNKNOWN;
  private String message = "not checked yet";

  Streak(Probe probe) {
    this.probe = probe;
  }

  void add(HealthResult result) {
    checks++;
    message = result.message();
    if (result.good()) {
      failures = 0;
      successes++;
      if (successes >= probe.successes()) {
        status = HealthStatus.HEALTHY;
      }
    } else {
      successes = 0;
      failures++;
      status = failed();
    }
  }

  private HealthStatus failed() {
    if (failures >= probe.failedAfter()) {
      return HealthStatus.FAILED;
    }
    if (failures >= probe.criticalAfter()) {
      return HealthStatus.CRITICAL;
    }
    return failures >= probe.warningAfter() ? HealthStatus.WARNING : status;
  }

  boolean isGood() {
    return successes >= probe.successes();
  }

  boolean hasGivenUp() {
    return failures >= probe.failedAfter();
  }

  HealthStatus status() {
    return status;
  }

  String message() {
    return message;
  }

  /// For people.
  String describe(long millis) {
    return "%d %s in %d ms, the last said: %s"
        .formatted(checks, checks == 1 ? "check" : "checks", millis, message);
  }
}
