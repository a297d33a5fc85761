package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.spi.HealthResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreakTest {
  private static final Probe PROBE = Probe.of(_ -> HealthResult.healthy());

  private static Streak after(Probe probe, String verdicts) {
    var streak = new Streak(probe, false, 0);
    for (char verdict : verdicts.toCharArray()) {
      streak.add(result(verdict), false, 0);
    }
    return streak;
  }

  private static HealthResult result(char verdict) {
    return switch (verdict) {
      case '+' -> HealthResult.healthy();
      case 'w' -> HealthResult.warning("warning");
      case 'c' -> HealthResult.critical("critical");
      case '?' -> HealthResult.unknown("unknown");
      default -> HealthResult.failing("no");
    };
  }

  @ParameterizedTest
  @CsvSource({
    "'',     UNKNOWN,  false, false",
    "+,      HEALTHY,  true,  false",
    "-,      WARNING,  false, false",
    "--,     CRITICAL, false, false",
    "---,    FAILED,   false, true",
    "-----,  FAILED,   false, true",
    "--+,    HEALTHY,  true,  false",
    "--+--,  CRITICAL, false, false",
    "---+,   HEALTHY,  true,  false",
    "+-+-+-, WARNING,  false, false",
    "wwwww,  WARNING,  true,  false",
    "ccccc,  CRITICAL, false, false",
    "c-,     CRITICAL, false, false",
    "cc-,    CRITICAL, false, false",
    "?????,  UNKNOWN,  false, false",
    "-?-?-,  FAILED,   false, true",
  })
  void aFailingStreakClimbsAndASuccessEndsIt(
      String verdicts, HealthStatus status, boolean good, boolean givenUp) {
    var streak = after(PROBE, verdicts);
    assertThat(streak.standing().status()).isEqualTo(status);
    assertThat(streak.isGood()).isEqualTo(good);
    assertThat(streak.hasGivenUp()).isEqualTo(givenUp);
  }

  @ParameterizedTest
  @CsvSource({
    "+,     UNKNOWN",
    "++,    UNKNOWN",
    "+++,   HEALTHY",
    "++-,   UNKNOWN",
    "++-++, UNKNOWN",
    "+++-,  HEALTHY",
    "+++--, WARNING",
    "+++--+, WARNING",
    "+++--+++, HEALTHY",
    "----,  CRITICAL",
    "------, FAILED",
  })
  void severalSuccessesAndLateCountsAreWaitedFor(String verdicts, HealthStatus status) {
    assertThat(after(PROBE.successes(3).failures(2, 4, 6), verdicts).standing().status())
        .isEqualTo(status);
  }

  @Test
  void aLastingVerdictIsAsGoodAsManyInARowHoweverManyAreNeeded() {
    var never = PROBE.successes(Integer.MAX_VALUE).failures(1, 2, Integer.MAX_VALUE);
    var streak = new Streak(never, false, 0);
    for (int i = 0; i < 3; i++) {
      streak.add(HealthResult.failing("down"), true, i);
      assertThat(streak.standing().status()).isEqualTo(HealthStatus.FAILED);
    }
    for (int i = 0; i < 3; i++) {
      streak.add(HealthResult.healthy(), true, i);
      assertThat(streak.standing().status()).isEqualTo(HealthStatus.HEALTHY);
      assertThat(streak.isGood()).isTrue();
    }
  }

  @Test
  void untilTheFirstSuccessFailuresCountOncePerInterval() {
    var streak = new Streak(PROBE.failures(1, 1, 2), true, 0);
    long interval = PROBE.interval().toNanos();
    for (long now = 0; now < interval; now += interval / 50) {
      streak.add(HealthResult.failing("not yet"), false, now);
    }
    assertThat(streak.standing().status()).isEqualTo(HealthStatus.UNKNOWN);
    streak.add(HealthResult.failing("not yet"), false, interval);
    assertThat(streak.standing().status()).isEqualTo(HealthStatus.CRITICAL);
    streak.add(HealthResult.failing("not yet"), false, 2 * interval);
    assertThat(streak.hasGivenUp()).isTrue();
  }

  @Test
  void itKnowsWhatTheLatestSaidAndHowManyThereWereInARow() {
    var streak = new Streak(PROBE, false, 0);
    assertThat(streak.standing())
        .isEqualTo(new Streak.Standing(HealthStatus.UNKNOWN, 0, 0, "not checked yet"));
    streak.add(HealthResult.failing("refused"), false, 1);
    streak.add(HealthResult.failing("refused again"), false, 2);
    assertThat(streak.standing())
        .isEqualTo(new Streak.Standing(HealthStatus.CRITICAL, 2, -2, "refused again"));
    streak.add(HealthResult.healthy("200 OK"), false, 3);
    assertThat(streak.standing())
        .isEqualTo(new Streak.Standing(HealthStatus.HEALTHY, 3, 1, "200 OK"));
  }
}
