package dev.procman.core.lifecycle;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.procman.StopSequence;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.Set;

/// Rules that differ in what matters to the state machine.
public enum RulesUnderTest {
  /// Ready as soon as it is spawned, never restarted.
  LEFT_AS_IT_ENDS(false, RestartPolicy.never(), Duration.ZERO),
  /// Ready after a time, restarted after failures, without delay, three times.
  RESTARTED_AT_ONCE(
      false, RestartPolicy.onFailure().backoff(Backoff.none()).limit(3, ofHours(1)), ofSeconds(2)),
  /// Probed, restarted after failures with growing delays, twice.
  PROBED(
      true,
      RestartPolicy.onFailure()
          .backoff(Backoff.exponential(ofSeconds(1), ofSeconds(8)).jitter(0.5))
          .limit(2, ofHours(1))
          .resetAfter(ofSeconds(20)),
      ofSeconds(2)),
  /// Always restarted, once within the window; tries again after a cool-down.
  COOLING_DOWN(
      false,
      RestartPolicy.always()
          .backoff(Backoff.fixed(ofSeconds(1)))
          .limit(1, ofHours(1))
          .coolDown(ofSeconds(60)),
      Duration.ZERO),
  /// Probed and cooling down, with a limit of none: the first failure is a crash loop.
  NO_RESTART_ALLOWED(
      true,
      RestartPolicy.always().backoff(Backoff.none()).limit(0, ofHours(1)).coolDown(ofSeconds(5)),
      Duration.ZERO);

  private final Rules rules;

  RulesUnderTest(boolean probed, RestartPolicy policy, Duration minimumUptime) {
    rules =
        new Rules(
            probed,
            minimumUptime,
            policy,
            Set.of(0),
            ofSeconds(30),
            minimumUptime,
            StopSequence.ofDefaults().write("quit\n", ofSeconds(3)));
  }

  /// The rules.
  public Rules rules() {
    return rules;
  }
}
