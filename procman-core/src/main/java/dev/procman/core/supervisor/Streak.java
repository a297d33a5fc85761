package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.core.Nanos;
import dev.procman.spi.HealthResult;

/// Verdicts of one probe in a row, and what they add up to. Used on the supervisor's thread only.
///
/// For each of WARNING, CRITICAL and FAILED it counts the verdicts in a row that were so bad or
/// worse; the worst status whose count is reached holds. A status that is left holds until another
/// is reached.
final class Streak {
  private final Probe probe;
  private final long interval;
  private final boolean eager;
  private long countedAt;
  private boolean everGood;
  private int checks;
  private int passed;
  private int warnings;
  private int criticals;
  private int failures;
  private int notPassed;
  private HealthStatus status = HealthStatus.UNKNOWN;
  private String message = "not checked yet";

  /// @param eager whether it is asked at the fast interval until its first success, in which time
  ///   failures count once per interval
  Streak(Probe probe, boolean eager, long now) {
    this.probe = probe;
    this.interval = Nanos.of(probe.interval());
    this.eager = eager;
    this.countedAt = now;
  }

  /// @param lasting whether the verdict is a state that holds, as good as many in a row
  void add(HealthResult result, boolean lasting, long now) {
    checks++;
    message = result.message();
    switch (result.status()) {
      case UNKNOWN -> {}
      case HEALTHY, WARNING -> {
        everGood = true;
        count(result.status(), lasting ? probe.failedAfter() : 1, lasting ? probe.successes() : 1);
      }
      case CRITICAL, FAILED -> {
        if (eager && !everGood && !lasting) {
          if (now - countedAt < interval) {
            return;
          }
          countedAt = now;
        }
        count(result.status(), lasting ? probe.failedAfter() : 1, 1);
      }
    }
  }

  private void count(HealthStatus verdict, int bad, int good) {
    boolean passes = verdict.compareTo(HealthStatus.CRITICAL) < 0;
    passed = passes ? sum(passed, good) : 0;
    notPassed = passes ? 0 : notPassed + 1;
    warnings = inRow(warnings, verdict, HealthStatus.WARNING, bad);
    criticals = inRow(criticals, verdict, HealthStatus.CRITICAL, bad);
    failures = inRow(failures, verdict, HealthStatus.FAILED, bad);
    if (failures >= probe.failedAfter()) {
      status = HealthStatus.FAILED;
    } else if (criticals >= probe.criticalAfter()) {
      status = HealthStatus.CRITICAL;
    } else if (warnings >= probe.warningAfter()) {
      status = HealthStatus.WARNING;
    } else if (verdict == HealthStatus.HEALTHY && isGood()) {
      status = HealthStatus.HEALTHY;
    }
  }

  private static int inRow(int before, HealthStatus verdict, HealthStatus level, int more) {
    return verdict.compareTo(level) >= 0 ? sum(before, more) : 0;
  }

  /// Saturated: a lasting verdict counts as many, and "never" may be given as the highest count.
  private static int sum(int before, int more) {
    return before + more < 0 ? Integer.MAX_VALUE : before + more;
  }

  boolean isGood() {
    return passed >= probe.successes();
  }

  boolean hasGivenUp() {
    return status == HealthStatus.FAILED;
  }

  /// What others may see.
  Standing standing() {
    return new Standing(status, checks, passed > 0 ? passed : -notPassed, message);
  }

  /// What the verdicts add up to at one moment.
  ///
  /// @param status the status they have reached
  /// @param checks how many there were
  /// @param streak how many in a row passed, or, negative, did not
  /// @param message what the latest said
  record Standing(HealthStatus status, int checks, int streak, String message) {}
}
