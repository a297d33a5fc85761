package dev.procman.config;

import static dev.procman.config.Defaults.unless;

import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.StandardRestartPolicy;
import dev.procman.spi.StandardRestartPolicy.OnLimit;
import dev.procman.spi.StandardRestartPolicy.When;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Whether and when a process is started again.
final class RestartKeys {
  private static final StandardRestartPolicy USUAL = RestartPolicy.onFailure();

  private static final Key<Backoff.Kind> KIND =
      Key.of(
          "kind",
          Scalars.word(Backoff.Kind.class),
          "`fixed`, `linear` or `exponential`; default `exponential`");
  private static final Key<Duration> FIRST =
      Key.of("first", Scalars.DURATION, "the first delay; default `200ms`");
  private static final Key<Duration> MAX =
      Key.of(
          "max",
          Scalars.DURATION,
          "the longest delay; default `30s`, or the first delay if that is longer or `fixed`");
  private static final Key<Double> FACTOR =
      Key.of(
          "factor",
          Scalars.decimal(1, false, 1000),
          "what each delay is multiplied by, with `exponential`; default 2");
  private static final Key<Double> JITTER =
      Key.of(
          "jitter",
          Scalars.decimal(0, false, 1),
          "the share of a delay that is random, 0 to 1; default 0");

  private static final Rule<Backoff> BACKOFF =
      ShortRule.of(
          ObjectRule.<Backoff>of("backoff")
              .key(KIND, it -> unless(it.kind(), Backoff.Kind.EXPONENTIAL))
              .key(FIRST, it -> unless(it.first(), USUAL.backoff().first()))
              .key(MAX, it -> unless(it.max(), longest(it.kind(), it.first())))
              .key(FACTOR, it -> unless(it.factor(), factor(it.kind())))
              .key(JITTER, it -> unless(it.jitter(), 0.0))
              .make(RestartKeys::backoff),
          Scalars.DURATION,
          delay ->
              Node.Mapping.single(
                      "kind", Node.Scalar.of("fixed", Node.Kind.TEXT, delay.place()), delay.place())
                  .with("first", delay));

  private static final Key<When> POLICY =
      Key.of(
              "policy",
              Scalars.word(
                  Ordered.<When>pairs(
                      "on_failure",
                      When.ON_FAILURE,
                      "always",
                      When.ALWAYS,
                      "never",
                      When.NEVER,
                      "on_codes",
                      When.ON_CODES,
                      "on-failure",
                      When.ON_FAILURE,
                      "no",
                      When.NEVER)),
              "`on_failure`, `always`, `never`, or `on_codes` for those in `codes`; default"
                  + " `on_failure`, or `on_codes` where there are `codes`")
          .calledElsewhere("restart", "condition", "when");
  private static final Key<List<Integer>> CODES =
      Key.of(
          "codes",
          ListRule.some(Scalars.integer(0, 255)),
          "exit codes that are answered by a restart");
  private static final Key<Backoff> BACKOFF_KEY =
      Key.of("backoff", BACKOFF, "how long to wait: a fixed delay, or keys")
          .calledElsewhere("backoff_seconds", "delay", "restart_sec");
  private static final Key<Integer> LIMIT =
      Key.of("limit", Scalars.integer(0, 1000), "restarts allowed within `window`; default 5")
          .calledElsewhere("max_restarts", "max_attempts", "intensity", "retries");
  private static final Key<Duration> WINDOW =
      Key.of(
              "window",
              Scalars.DURATION,
              "the time in which restarts are counted; `0s` means no limit; default `1m`")
          .calledElsewhere("period");
  private static final Key<Duration> RESET_AFTER =
      Key.of(
          "reset_after",
          Scalars.DURATION,
          "uptime after which the back-off starts over; default `10s`");
  private static final Key<Duration> COOL_DOWN =
      Key.of("cool_down", Scalars.SPAN, "how long a crash loop lasts; default until a person acts");
  private static final Key<Integer> ATTEMPTS =
      Key.of(
              "attempts",
              Scalars.integer(0, 1000),
              "restarts in a row allowed, each after less uptime than `reset_after`; default any number")
          .calledElsewhere("startretries");
  private static final Key<OnLimit> ON_LIMIT =
      Key.of(
          "on_limit",
          Scalars.word(OnLimit.class),
          "what becomes of it when a limit is reached: `crash_loop`, or `leave` so that it is"
              + " completed or failed as it ended last; default `crash_loop`");

  static final Rule<StandardRestartPolicy> RESTART =
      ShortRule.of(
              ObjectRule.<StandardRestartPolicy>of("restart")
                  .key(POLICY, it -> Optional.of(it.when()))
                  .key(
                      CODES,
                      it -> unless(List.copyOf(new TreeSet<>(it.codes())), List.<Integer>of()))
                  .key(BACKOFF_KEY, it -> unless(it.backoff(), USUAL.backoff()))
                  .key(LIMIT, it -> unless(it.limit(), USUAL.limit()))
                  .key(WINDOW, it -> unless(it.window(), USUAL.window()))
                  .key(RESET_AFTER, it -> unless(it.resetAfter(), USUAL.resetAfter()))
                  .key(COOL_DOWN, StandardRestartPolicy::coolDown)
                  .key(ATTEMPTS, StandardRestartPolicy::attempts)
                  .key(ON_LIMIT, it -> unless(it.onLimit(), OnLimit.CRASH_LOOP))
                  .make(RestartKeys::policy),
              POLICY.rule(),
              Expand.under("policy"))
          .writtenAs("policy");

  private RestartKeys() {}

  private static Duration longest(Backoff.Kind kind, Duration first) {
    var usual = USUAL.backoff().max();
    return kind == Backoff.Kind.FIXED || first.compareTo(usual) > 0 ? first : usual;
  }

  private static double factor(Backoff.Kind kind) {
    return kind == Backoff.Kind.EXPONENTIAL ? 2 : 1;
  }

  private static Backoff backoff(Values it) {
    var kind = it.or(KIND, Backoff.Kind.EXPONENTIAL);
    var first = it.or(FIRST, USUAL.backoff().first());
    return new Backoff(
        kind,
        first,
        it.or(MAX, longest(kind, first)),
        it.or(FACTOR, factor(kind)),
        it.or(JITTER, 0.0));
  }

  private static StandardRestartPolicy policy(Values it) {
    var codes = it.or(CODES, List.of());
    var policy =
        new StandardRestartPolicy(
            it.or(POLICY, codes.isEmpty() ? When.ON_FAILURE : When.ON_CODES),
            Ordered.set(codes),
            it.or(BACKOFF_KEY, USUAL.backoff()),
            it.or(LIMIT, USUAL.limit()),
            it.or(WINDOW, USUAL.window()),
            it.or(RESET_AFTER, USUAL.resetAfter()),
            it.find(COOL_DOWN),
            it.find(ATTEMPTS),
            it.or(ON_LIMIT, OnLimit.CRASH_LOOP));
    policy.requireSound();
    return policy;
  }
}
