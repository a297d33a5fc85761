package dev.procman.spi;

import dev.procman.ExitStatus;
import dev.procman.InvalidSpecException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The built-in [RestartPolicy]: when, after which back-off, and how often within which window.
/// Immutable.
///
/// The limit is OTP's intensity and period: when restart `limit + 1` would fall within `window`,
/// the process is in a crash loop. Back-off and limit are independent; a limit that the back-off
/// alone would keep from ever being reached is rejected when a specification is built with it.
///
/// Independent of that limit is one of attempts in a row: a process that runs for `resetAfter` now
/// and then is restarted for ever, one that cannot get so far is given up.
///
/// @param when which ends are answered by a restart
/// @param codes the exit codes for [When#ON_CODES]
/// @param backoff the delay; default exponential from 200 ms to 30 s
/// @param limit restarts allowed within `window`; default 5
/// @param window the period looked at; default 1 min; zero means that there is no limit
/// @param resetAfter uptime after which the back-off starts over; default 10 s
/// @param coolDown how long a crash loop lasts; empty, the default, means until a person acts
/// @param attempts restarts in a row, each after less uptime than `resetAfter`, that are allowed, 0
///   to 1000; empty, the default, means any number
/// @param onLimit what becomes of a process for which a limit allows no more restart; default
///   [OnLimit#CRASH_LOOP]
public record StandardRestartPolicy(
    When when,
    Set<Integer> codes,
    Backoff backoff,
    int limit,
    Duration window,
    Duration resetAfter,
    Optional<Duration> coolDown,
    Optional<Integer> attempts,
    OnLimit onLimit)
    implements RestartPolicy {

  /// Which ends are answered by a restart.
  public enum When {
    /// None.
    NEVER,
    /// All.
    ALWAYS,
    /// All but successful ones.
    ON_FAILURE,
    /// Those with certain exit codes.
    ON_CODES
  }

  /// What becomes of a process that a limit keeps from being restarted.
  public enum OnLimit {
    /// It is in a crash loop ([dev.procman.ProcessState#CRASH_LOOP]): an alarm.
    CRASH_LOOP,
    /// It is completed or failed, as its last end was with success or without.
    LEAVE
  }

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a part is out of range
  public StandardRestartPolicy {
    codes = Set.copyOf(codes);
    if (limit < 0 || limit > 1000) {
      throw new InvalidSpecException("restart.limit", limit, "use 0 to 1000");
    }
    if (window.isNegative()) {
      throw new InvalidSpecException("restart.window", window, "use zero (no limit) or more");
    }
    if (resetAfter.isNegative()) {
      throw new InvalidSpecException("restart.resetAfter", resetAfter, "use zero or more");
    }
    if (when == When.ON_CODES && codes.isEmpty()) {
      throw new InvalidSpecException("restart.codes", codes, "name at least one exit code");
    }
    for (int code : codes) {
      if (code < 0 || code > 255) {
        throw new InvalidSpecException("restart.codes", code, "use 0 to 255");
      }
    }
    if (coolDown.isPresent() && (coolDown.get().isNegative() || coolDown.get().isZero())) {
      throw new InvalidSpecException(
          "restart.coolDown", coolDown.get(), "use a duration above zero");
    }
    if (attempts.isPresent() && (attempts.get() < 0 || attempts.get() > 1000)) {
      throw new InvalidSpecException("restart.attempts", attempts.get(), "use 0 to 1000");
    }
    if (onLimit == OnLimit.LEAVE && coolDown.isPresent()) {
      throw new InvalidSpecException(
          "restart.coolDown",
          coolDown.get(),
          "leave it out: a limit that leaves the process ended has no crash loop to cool down from");
    }
  }

  @Override
  public void requireSound() {
    if (when != When.NEVER && attempts.isPresent() && resetAfter.isZero()) {
      throw new InvalidSpecException(
          "restart.attempts",
          attempts.get(),
          "it can never be reached, since each uptime starts over; use a reset after an uptime above"
              + " zero");
    }
    if (when == When.NEVER || window.isZero()) {
      return;
    }
    Duration least = leastSpan(backoff, limit, window, resetAfter);
    if (least.compareTo(window) >= 0) {
      throw new InvalidSpecException(
          "restart.limit",
          limit + " within " + DurationText.of(window),
          "it can never be reached, since so many restarts take "
              + DurationText.of(least)
              + " or more with this back-off; use a longer window, a lower limit or a shorter back-off");
    }
  }

  static StandardRestartPolicy of(When when, Set<Integer> codes) {
    return new StandardRestartPolicy(
        when,
        codes,
        Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(30)),
        5,
        Duration.ofMinutes(1),
        Duration.ofSeconds(10),
        Optional.empty(),
        Optional.empty(),
        OnLimit.CRASH_LOOP);
  }

  /// The shortest time in which `limit` restarts can be followed by one more decision: a crash at
  /// once after each delay, or an uptime now and then that is just long enough for the back-off to
  /// start over.
  private static Duration leastSpan(
      Backoff backoff, int limit, Duration window, Duration resetAfter) {
    // inRow[n]: n restarts without a reset; least[n]: n restarts in the best way.
    var inRow = new Duration[limit + 1];
    inRow[0] = Duration.ZERO;
    for (int n = 1; n <= limit; n++) {
      inRow[n] = plus(inRow[n - 1], backoff.delay(n, 1));
    }
    if (inRow[limit].compareTo(window) < 0) {
      return inRow[limit];
    }
    var least = inRow.clone();
    for (int n = 2; n <= limit; n++) {
      for (int last = 1; last < n; last++) {
        var span = plus(plus(least[n - last], resetAfter), inRow[last]);
        least[n] = span.compareTo(least[n]) < 0 ? span : least[n];
      }
    }
    return least[limit];
  }

  private static Duration plus(Duration one, Duration other) {
    try {
      return one.plus(other);
    } catch (ArithmeticException tooLong) {
      return Duration.ofSeconds(Long.MAX_VALUE);
    }
  }

  /// With another back-off.
  public StandardRestartPolicy backoff(Backoff other) {
    return new StandardRestartPolicy(
        when, codes, other, limit, window, resetAfter, coolDown, attempts, onLimit);
  }

  /// With another limit: at most `restarts` within `period`.
  public StandardRestartPolicy limit(int restarts, Duration period) {
    return new StandardRestartPolicy(
        when, codes, backoff, restarts, period, resetAfter, coolDown, attempts, onLimit);
  }

  /// Without a limit within a window.
  public StandardRestartPolicy unlimited() {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, Duration.ZERO, resetAfter, coolDown, attempts, onLimit);
  }

  /// With another uptime after which the back-off starts over.
  public StandardRestartPolicy resetAfter(Duration uptime) {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, window, uptime, coolDown, attempts, onLimit);
  }

  /// With a crash loop that ends by itself.
  public StandardRestartPolicy coolDown(Duration time) {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, window, resetAfter, Optional.of(time), attempts, onLimit);
  }

  /// With a limit of restarts in a row, each after less uptime than [#resetAfter()].
  public StandardRestartPolicy attempts(int restarts) {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, window, resetAfter, coolDown, Optional.of(restarts), onLimit);
  }

  /// With another outcome when a limit allows no more restart.
  public StandardRestartPolicy onLimit(OnLimit outcome) {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, window, resetAfter, coolDown, attempts, outcome);
  }

  @Override
  public Decision decide(Context context) {
    boolean wanted =
        switch (when) {
          case NEVER -> false;
          case ALWAYS -> true;
          case ON_FAILURE -> !context.success();
          case ON_CODES ->
              context.status().orElse(null) instanceof ExitStatus.Exited exited
                  && codes.contains(exited.code());
        };
    if (!wanted) {
      return new Decision.Leave(whyLeft(context));
    }
    if (!window.isZero()) {
      long recent = context.restartAges().stream().filter(age -> age.compareTo(window) < 0).count();
      if (recent >= limit) {
        return limited(
            "restarted %s within %s, which is its limit, and it has ended again"
                .formatted(times(limit), DurationText.of(window)));
      }
    }
    if (attempts.filter(most -> context.attempt() > most).isPresent()
        && context.uptime().compareTo(resetAfter) < 0) {
      return limited(
          "restarted %s in a row, which is its limit, and it has ended again within %s"
              .formatted(times(attempts.get()), DurationText.of(resetAfter)));
    }
    Duration delay = backoff.delay(context.attempt(), context.random());
    return new Decision.Restart(
        delay,
        "restart policy: %s; attempt %d, back-off %s"
            .formatted(describe(), context.attempt(), DurationText.of(delay)));
  }

  private static String times(int restarts) {
    return restarts == 1 ? "once" : restarts + " times";
  }

  private Decision limited(String reason) {
    return switch (onLimit) {
      case CRASH_LOOP -> new Decision.CrashLoop(coolDown, reason);
      case LEAVE -> new Decision.Leave(reason);
    };
  }

  private String whyLeft(Context context) {
    String ended =
        switch (when) {
          case NEVER, ALWAYS -> "";
          case ON_FAILURE -> ", and it ended with success";
          case ON_CODES ->
              context.status().map(status -> ", and it ended with " + status.describe()).orElse("");
        };
    return "restart policy: " + describe() + ended;
  }

  private String describe() {
    return switch (when) {
      case NEVER -> "never";
      case ALWAYS -> "always";
      case ON_FAILURE -> "on failure";
      case ON_CODES ->
          "on exit codes "
              + codes.stream()
                  .sorted()
                  .map(String::valueOf)
                  .collect(java.util.stream.Collectors.joining(", "));
    };
  }
}
