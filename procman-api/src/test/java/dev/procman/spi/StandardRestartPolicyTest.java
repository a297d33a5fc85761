package dev.procman.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ExitStatus;
import dev.procman.InvalidSpecException;
import dev.procman.spi.RestartPolicy.Context;
import dev.procman.spi.RestartPolicy.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StandardRestartPolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static Context ended(
      Optional<ExitStatus> status, boolean success, int attempt, List<Duration> ages) {
    return new Context(status, success, SECOND, attempt, ages, 0);
  }

  private static Context crashed(int attempt, List<Duration> ages) {
    return ended(Optional.of(new ExitStatus.Exited(1)), false, attempt, ages);
  }

  private static RestartPolicy policy(String name) {
    return switch (name) {
      case "never" -> RestartPolicy.never();
      case "always" -> RestartPolicy.always();
      case "onFailure" -> RestartPolicy.onFailure();
      case "onExitCodes" -> RestartPolicy.onExitCodes(3, 4, 4);
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "never,       code 0,       false",
    "never,       code 1,       false",
    "never,       signal 9,     false",
    "never,       not launched, false",
    "always,      code 0,       true",
    "always,      code 1,       true",
    "always,      signal 9,     true",
    "always,      not launched, true",
    "onFailure,   code 0,       false",
    "onFailure,   code 1,       true",
    "onFailure,   signal 9,     true",
    "onFailure,   not launched, true",
    "onExitCodes, code 0,       false",
    "onExitCodes, code 3,       true",
    "onExitCodes, code 4,       true",
    "onExitCodes, signal 9,     false",
    "onExitCodes, signal 3,     false",
    "onExitCodes, not launched, false",
  })
  void aPolicyAnswersTheseEnds(String policy, String end, boolean restarts) {
    int number = end.equals("not launched") ? 0 : Integer.parseInt(end.replaceAll("\\D", ""));
    Optional<ExitStatus> status =
        end.startsWith("code")
            ? Optional.of(new ExitStatus.Exited(number))
            : end.startsWith("signal")
                ? Optional.of(new ExitStatus.Signaled(number))
                : Optional.empty();
    var decision = policy(policy).decide(ended(status, end.equals("code 0"), 1, List.of()));
    assertThat(decision).isInstanceOf(restarts ? Decision.Restart.class : Decision.Leave.class);
  }

  @Test
  void aSuccessCodeBeforeTheMinimumUptimeIsAFailure() {
    var early = ended(Optional.of(new ExitStatus.Exited(0)), false, 1, List.of());
    assertThat(RestartPolicy.onFailure().decide(early)).isInstanceOf(Decision.Restart.class);
  }

  @Test
  void theDelayIsThatOfTheBackoffForTheAttempt() {
    var policy = RestartPolicy.always().backoff(Backoff.linear(SECOND, MINUTE)).unlimited();
    for (int attempt = 1; attempt < 100; attempt++) {
      assertThat(policy.decide(crashed(attempt, List.of())))
          .isInstanceOfSatisfying(
              Decision.Restart.class, restart -> assertThat(restart.delay()).isPositive());
    }
    assertThat(policy.decide(crashed(3, List.of())))
        .isEqualTo(
            new Decision.Restart(
                Duration.ofSeconds(3), "restart policy: always; attempt 3, back-off 3 s"));
  }

  @Test
  void theLimitCountsRestartsWithinTheWindowAndThoseOnly() {
    var policy = RestartPolicy.always().backoff(Backoff.none()).limit(3, MINUTE);
    var justInside = MINUTE.minusNanos(1);
    assertThat(policy.decide(crashed(4, List.of(SECOND, SECOND, justInside))))
        .isInstanceOf(Decision.CrashLoop.class);
    assertThat(policy.decide(crashed(4, List.of(SECOND, SECOND, MINUTE))))
        .isInstanceOf(Decision.Restart.class);
    assertThat(policy.decide(crashed(4, List.of(SECOND, SECOND))))
        .isInstanceOf(Decision.Restart.class);
  }

  @Test
  void aLimitOfNoneIsACrashLoopAtTheFirstFailure() {
    var policy = RestartPolicy.onFailure().limit(0, SECOND).coolDown(MINUTE);
    assertThat(policy.decide(crashed(1, List.of())))
        .isInstanceOfSatisfying(
            Decision.CrashLoop.class, loop -> assertThat(loop.coolDown()).contains(MINUTE));
    assertThat(policy.decide(ended(Optional.of(new ExitStatus.Exited(0)), true, 1, List.of())))
        .isInstanceOf(Decision.Leave.class);
  }

  @Test
  void withoutALimitThereIsNoCrashLoop() {
    var ages = Collections.nCopies(1000, Duration.ZERO);
    assertThat(RestartPolicy.always().unlimited().decide(crashed(1001, ages)))
        .isInstanceOf(Decision.Restart.class);
  }

  /// A process that always crashes at once comes to its crash loop after exactly `limit` restarts,
  /// for every policy that was accepted; one that was rejected would never have come there.
  @Test
  void aLimitIsRejectedExactlyWhenNoCrashesCanReachIt() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    int rejected = 0;
    int accepted = 0;
    for (int run = 0; run < 3000; run++) {
      int limit = random.nextInt(0, 12);
      var window = Duration.ofMillis(random.nextInt(1, 20_000));
      var resetAfter = Duration.ofMillis(random.nextInt(0, 5000));
      var first = Duration.ofMillis(random.nextInt(0, 2000));
      var backoff = Backoff.exponential(first, first.plusMillis(random.nextInt(0, 10_000)));
      boolean reachable = canBeReached(backoff, limit, window, resetAfter);
      var words =
          "seed %d: %s, %d in %s, reset after %s"
              .formatted(seed, backoff, limit, window, resetAfter);
      try {
        RestartPolicy.always()
            .backoff(backoff)
            .limit(limit, window)
            .resetAfter(resetAfter)
            .requireSound();
        accepted++;
        assertThat(reachable).as(words).isTrue();
      } catch (InvalidSpecException unreachable) {
        rejected++;
        assertThat(reachable).as(words).isFalse();
        assertThat(unreachable).hasMessageContainingAll("restart.limit", "longer window");
      }
    }
    assertThat(accepted).isPositive();
    assertThat(rejected).isPositive();
  }

  /// Tries every way to crash `limit` times: at once, or after an uptime that resets the back-off.
  private static boolean canBeReached(
      Backoff backoff, int limit, Duration window, Duration resetAfter) {
    return limit == 0
        || IntStream.range(0, 1 << (limit - 1))
            .mapToObj(ways -> span(backoff, limit, resetAfter, ways))
            .anyMatch(span -> span.compareTo(window) < 0);
  }

  private static Duration span(Backoff backoff, int limit, Duration resetAfter, int ways) {
    var span = Duration.ZERO;
    int inRow = 0;
    for (int restart = 0; restart < limit; restart++) {
      if (restart > 0 && (ways >> (restart - 1) & 1) == 1) {
        span = span.plus(resetAfter);
        inRow = 0;
      }
      span = span.plus(backoff.delay(++inRow, 1));
    }
    return span;
  }

  @Test
  void theOrderInWhichAPolicyIsPutTogetherDoesNotMatter() {
    var slow = Backoff.fixed(Duration.ofSeconds(15));
    var minutes = Duration.ofMinutes(10);
    var one = RestartPolicy.always().limit(30, minutes).backoff(slow);
    var other = RestartPolicy.always().backoff(slow).limit(30, minutes);
    assertThat(one).isEqualTo(other);
    one.requireSound();
  }

  @Test
  void jitterCountsAtItsShortestWhenALimitIsChecked() {
    var tenSeconds = Backoff.fixed(Duration.ofSeconds(10));
    assertThatThrownBy(
            () -> RestartPolicy.always().backoff(tenSeconds).limit(6, MINUTE).requireSound())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("within 1 min");
    RestartPolicy.always().backoff(tenSeconds.jitter(0.5)).limit(6, MINUTE).requireSound();
  }

  @Test
  void hugeDurationsDoNotOverflow() {
    var slow = Backoff.fixed(FOR_EVER);
    assertThatThrownBy(() -> RestartPolicy.always().backoff(slow).requireSound())
        .isInstanceOf(InvalidSpecException.class);
    var policy =
        RestartPolicy.always().unlimited().backoff(slow).coolDown(FOR_EVER).resetAfter(FOR_EVER);
    assertThat(policy.decide(crashed(Integer.MAX_VALUE, List.of(FOR_EVER))))
        .isInstanceOf(Decision.Restart.class);
    assertThat(RestartPolicy.always().limit(1000, FOR_EVER).window()).isEqualTo(FOR_EVER);
  }

  @Test
  void thePolicyThatNeverRestartsTakesAnyLimit() {
    RestartPolicy.never().backoff(Backoff.fixed(MINUTE)).limit(1000, SECOND).requireSound();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource
  void whatIsOutOfRangeIsRejectedWithFieldValueAndRemedy(
      String field, String value, String remedy, ThrowingCallable mistake) {
    assertThatThrownBy(mistake)
        .isInstanceOfSatisfying(
            InvalidSpecException.class, invalid -> assertThat(invalid.field()).isEqualTo(field))
        .hasMessageContainingAll(field, value, remedy);
  }

  static Stream<Arguments> whatIsOutOfRangeIsRejectedWithFieldValueAndRemedy() {
    var fine = RestartPolicy.always();
    var negative = SECOND.negated();
    return Stream.of(
        mistake("restart.limit", "-1", "0 to 1000", () -> fine.limit(-1, MINUTE)),
        mistake("restart.limit", "1001", "0 to 1000", () -> fine.limit(1001, MINUTE)),
        mistake("restart.window", "-1 s", "zero", () -> fine.limit(1, negative)),
        mistake("restart.resetAfter", "-1 s", "zero or more", () -> fine.resetAfter(negative)),
        mistake("restart.coolDown", "0 s", "above zero", () -> fine.coolDown(Duration.ZERO)),
        mistake("restart.coolDown", "-1 s", "above zero", () -> fine.coolDown(negative)),
        mistake("restart.codes", "[]", "at least one", () -> RestartPolicy.onExitCodes()),
        mistake("restart.codes", "256", "0 to 255", () -> RestartPolicy.onExitCodes(1, 256)),
        mistake("restart.codes", "-1", "0 to 255", () -> RestartPolicy.onExitCodes(-1)));
  }

  private static Arguments mistake(
      String field, String value, String remedy, ThrowingCallable mistake) {
    return Arguments.of(field, value, remedy, mistake);
  }

  @Test
  void aContextDoesNotChangeWithTheListItWasMadeOf() {
    var ages = new ArrayList<>(List.of(SECOND));
    var context = crashed(1, ages);
    ages.clear();
    assertThat(context.restartAges()).containsExactly(SECOND);
  }

  @Test
  void aDecisionWithoutItsPartsFailsInThePolicyThatMadeIt() {
    assertThatNullPointerException()
        .isThrownBy(() -> new Decision.Restart(null, "why"))
        .withMessage("delay");
    assertThatNullPointerException()
        .isThrownBy(() -> new Decision.CrashLoop(null, "why"))
        .withMessage("coolDown");
    assertThatNullPointerException()
        .isThrownBy(() -> new Decision.Leave(null))
        .withMessage("reason");
  }

  @Test
  void attemptsInARowAreLimitedAndAGoodRunStartsOver() {
    var policy = RestartPolicy.always().unlimited().resetAfter(MINUTE).attempts(3);
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(policy.decide(crashed(attempt, List.of()))).isInstanceOf(Decision.Restart.class);
    }
    assertThat(policy.decide(crashed(4, List.of()))).isInstanceOf(Decision.CrashLoop.class);
    var patient = RestartPolicy.always().unlimited().resetAfter(SECOND).attempts(0);
    assertThat(patient.decide(crashed(1, List.of()))).isInstanceOf(Decision.Restart.class);
    assertThat(patient.resetAfter(MINUTE).decide(crashed(1, List.of())))
        .isInstanceOf(Decision.CrashLoop.class);
  }

  @Test
  void aLimitMayLeaveAProcessEndedAsItEnded() {
    var policy =
        RestartPolicy.always().limit(1, MINUTE).onLimit(StandardRestartPolicy.OnLimit.LEAVE);
    assertThat(policy.decide(crashed(1, List.of()))).isInstanceOf(Decision.Restart.class);
    assertThat(policy.decide(crashed(2, List.of(SECOND))))
        .isInstanceOfSatisfying(
            Decision.Leave.class,
            leave -> assertThat(leave.reason()).contains("restarted once within 1 min"));
  }

  @Test
  void whatContradictsItselfIsRefused() {
    var always = RestartPolicy.always();
    assertThatThrownBy(() -> always.attempts(-1)).isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> always.attempts(1001)).isInstanceOf(InvalidSpecException.class);
    assertThatThrownBy(() -> always.attempts(3).resetAfter(Duration.ZERO).requireSound())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("restart.attempts");
    assertThatThrownBy(() -> always.coolDown(MINUTE).onLimit(StandardRestartPolicy.OnLimit.LEAVE))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("restart.coolDown");
  }
}
