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
/// @param when which ends are answered by a restart
/// @param codes the exit codes for [When#ON_CODES]
/// @param backoff the delay; default exponential from 200 ms to 30 s
/// @param limit restarts allowed within `window`; default 5
/// @param window the period looked at; default 1 min; zero means that there is no limit
/// @param resetAfter uptime after which the back-off starts over; default 10 s
/// @param coolDown how long a crash loop lasts; empty, the default, means until a person acts
public record StandardRestartPolicy(
    When when,
    Set<Integer> codes,
    Backoff backoff,
    int limit,
    Duration window,
    Duration resetAfter,
    Optional<Duration> coolDown)
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
  }

  @Override
  public void requireSound() {
    if (when == When.NEVER || window.isZero()) {
      return;
    }
    Duration least = leastSpan(backoff, limit, window, resetAfter);
    if (least.compareTo(window) >= 0) {
      throw new InvalidSpecException(
          "restart.limit",
          limit + " within " + window,
          "it can never be reached, since so many restarts take "
              + least
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
        Optional.empty());
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
    return new StandardRestartPolicy(when, codes, other, limit, window, resetAfter, coolDown);
  }

  /// With another limit: at most `restarts` within `period`.
  public StandardRestartPolicy limit(int restarts, Duration period) {
    return new StandardRestartPolicy(when, codes, backoff, restarts, period, resetAfter, coolDown);
  }

  /// Without a limit.
  public StandardRestartPolicy unlimited() {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, Duration.ZERO, resetAfter, coolDown);
  }

  /// With another uptime after which the back-off starts over.
  public StandardRestartPolicy resetAfter(Duration uptime) {
    return new StandardRestartPolicy(when, codes, backoff, limit, window, uptime, coolDown);
  }

  /// With a crash loop that ends by itself.
  public StandardRestartPolicy coolDown(Duration time) {
    return new StandardRestartPolicy(
        when, codes, backoff, limit, window, resetAfter, Optional.of(time));
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
      return new Decision.Leave("policy " + describe() + " does not restart after this end");
    }
    if (!window.isZero()) {
      long recent = context.restartAges().stream().filter(age -> age.compareTo(window) < 0).count();
      if (recent >= limit) {
        return new Decision.CrashLoop(
            coolDown, "%d restarts within %s, the limit is %d".formatted(recent, window, limit));
      }
    }
    Duration delay = backoff.delay(context.attempt(), context.random());
    return new Decision.Restart(
        delay,
        "policy %s, attempt %d, back-off %s".formatted(describe(), context.attempt(), delay));
  }

  private String describe() {
    return switch (when) {
      case NEVER -> "never";
      case ALWAYS -> "always";
      case ON_FAILURE -> "on-failure";
      case ON_CODES -> "on-codes " + new java.util.TreeSet<>(codes);
    };
  }
}
