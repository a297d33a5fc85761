package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import java.time.Duration;

/// When and how often a check runs, and what its verdicts add up to.
final class ProbeKeys {
  private static final int MANY = 1_000_000;
  private static final Key<Duration> INITIAL_DELAY =
      Key.of("initial_delay", Scalars.DURATION, "wait after the spawn; default `0s`")
          .calledElsewhere("initial_delay_seconds", "initialDelaySeconds", "start_period");
  private static final Key<Duration> PERIOD =
      Key.of(
              "period",
              Scalars.SPAN,
              "between the end of one check and the start of the next; default `1s`")
          .calledElsewhere("period_seconds", "periodSeconds", "interval");
  private static final Key<Duration> FAST_PERIOD =
      Key.of(
          "fast_period",
          Scalars.SPAN,
          "the same until the first success, if shorter; default `20ms`");
  private static final Key<Double> JITTER =
      Key.of(
          "jitter",
          Scalars.decimal(0, false, 1),
          "the share of `period` that is random, 0 to 1; default 0.1");
  private static final Key<Duration> TIMEOUT =
      Key.of("timeout", Scalars.SPAN, "a check that takes longer has failed; default `1s`")
          .calledElsewhere("timeout_seconds", "timeoutSeconds");
  private static final Key<Integer> SUCCESS =
      threshold("success", "make it good; default 1", "successes", "successThreshold");
  private static final Key<Integer> WARNING = threshold("warning", "make a warning; default 1");
  private static final Key<Integer> CRITICAL =
      threshold("critical", "are critical; default 2, or `failure_threshold` if that is less");
  private static final Key<Integer> FAILURE =
      threshold("failure", "make it failed; default 3", "retries", "failures", "failureThreshold");

  private static Key<Integer> threshold(String name, String about, String... elsewhere) {
    return Key.of(name + "_threshold", Scalars.integer(1, MANY), "verdicts in a row that " + about)
        .calledElsewhere(elsewhere);
  }

  static final ObjectRule<ProbeConfig> PROBE =
      CheckKeys.kinds(ObjectRule.<ProbeConfig>of("probe"), ProbeConfig::check)
          .exactlyOne(CheckKeys.KINDS)
          .key(INITIAL_DELAY, it -> unless(it.initialDelay(), Duration.ZERO))
          .key(PERIOD, it -> unless(it.period(), Duration.ofSeconds(1)))
          .key(FAST_PERIOD, it -> unless(it.fastPeriod(), Duration.ofMillis(20)))
          .key(JITTER, it -> unless(it.jitter(), 0.1))
          .key(TIMEOUT, it -> unless(it.timeout(), Duration.ofSeconds(1)))
          .key(SUCCESS, it -> unless(it.successThreshold(), 1))
          .key(WARNING, it -> unless(it.warningThreshold(), 1))
          .key(CRITICAL, it -> unless(it.criticalThreshold(), Math.min(2, it.failureThreshold())))
          .key(FAILURE, it -> unless(it.failureThreshold(), 3))
          .make(ProbeKeys::of);

  private ProbeKeys() {}

  private static ProbeConfig of(Values it) {
    int failure = it.or(FAILURE, Math.max(3, it.or(CRITICAL, it.or(WARNING, 1))));
    int critical = it.or(CRITICAL, Math.min(failure, Math.max(2, it.or(WARNING, 1))));
    var probe =
        new ProbeConfig(
            CheckKeys.of(it),
            it.or(INITIAL_DELAY, Duration.ZERO),
            it.or(PERIOD, Duration.ofSeconds(1)),
            it.or(FAST_PERIOD, Duration.ofMillis(20)),
            it.or(JITTER, 0.1),
            it.or(TIMEOUT, Duration.ofSeconds(1)),
            it.or(SUCCESS, 1),
            it.or(WARNING, 1),
            critical,
            failure);
    var _ = probe.toProbe();
    return probe;
  }
}
