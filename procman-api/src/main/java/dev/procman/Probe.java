package dev.procman;

import dev.procman.spi.HealthCheck;
import java.time.Duration;
import java.util.function.Consumer;

/// When and how often a [HealthCheck] runs, and what its verdicts add up to. Immutable.
///
/// One check is in flight at a time. Until its first success the probe runs at the fast interval,
/// or at twice the time that the latest check took if that is longer, so that readiness is seen
/// early and an expensive check cannot keep a core busy. In that time failures are counted once per
/// `interval`, so `interval * failedAfter` stays the time that a slow start has.
///
/// A status is reached after so many verdicts in a row that are that bad or worse.
///
/// @param check what to ask
/// @param initialDelay wait after the spawn; default 0
/// @param interval between the end of one check and the start of the next; default 1 s
/// @param fastInterval the same until the first success, if shorter than `interval`; default 20 ms
/// @param jitter the share of `interval` that is random, 0 to 1: a pause d becomes a value evenly
///   spread over `d * (1 - jitter)` to `d`, so that many probes do not beat in step; default 0.1
/// @param timeout a check that takes longer counts as failed; default 1 s
/// @param successes verdicts in a row that must pass to make it good; default 1
/// @param warningAfter verdicts in a row that make WARNING; default 1
/// @param criticalAfter verdicts in a row that make CRITICAL; default 2
/// @param failedAfter verdicts in a row that make FAILED; default 3
public record Probe(
    HealthCheck check,
    Duration initialDelay,
    Duration interval,
    Duration fastInterval,
    double jitter,
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
    InvalidSpecException.requirePositive("probe.fastInterval", fastInterval);
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new InvalidSpecException("probe.jitter", jitter, "use 0 to 1");
    }
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
    return new Probe(check, Duration.ZERO, second, Duration.ofMillis(20), 0.1, second, 1, 1, 2, 3);
  }

  /// With this wait after the spawn.
  public Probe initialDelay(Duration delay) {
    return with(draft -> draft.initialDelay = delay);
  }

  /// With this pause between checks.
  public Probe interval(Duration pause) {
    return with(draft -> draft.interval = pause);
  }

  /// With this pause between checks until the first success.
  public Probe fastInterval(Duration pause) {
    return with(draft -> draft.fastInterval = pause);
  }

  /// With this random share of the interval.
  public Probe jitter(double share) {
    return with(draft -> draft.jitter = share);
  }

  /// With this limit on one check.
  public Probe timeout(Duration limit) {
    return with(draft -> draft.timeout = limit);
  }

  /// With this many successes in a row needed.
  public Probe successes(int count) {
    return with(draft -> draft.successes = count);
  }

  /// With these counts of verdicts in a row for WARNING, CRITICAL and FAILED.
  public Probe failures(int warning, int critical, int failed) {
    return with(draft -> {
      draft.warningAfter = warning;
      draft.criticalAfter = critical;
      draft.failedAfter = failed;
    });
  }

  private Probe with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new Probe(
        check,
        draft.initialDelay,
        draft.interval,
        draft.fastInterval,
        draft.jitter,
        draft.timeout,
        draft.successes,
        draft.warningAfter,
        draft.criticalAfter,
        draft.failedAfter);
  }

  private static final class Draft {
    private Duration initialDelay;
    private Duration interval;
    private Duration fastInterval;
    private double jitter;
    private Duration timeout;
    private int successes;
    private int warningAfter;
    private int criticalAfter;
    private int failedAfter;

    private Draft(Probe probe) {
      initialDelay = probe.initialDelay;
      interval = probe.interval;
      fastInterval = probe.fastInterval;
      jitter = probe.jitter;
      timeout = probe.timeout;
      successes = probe.successes;
      warningAfter = probe.warningAfter;
      criticalAfter = probe.criticalAfter;
      failedAfter = probe.failedAfter;
    }
  }
}
