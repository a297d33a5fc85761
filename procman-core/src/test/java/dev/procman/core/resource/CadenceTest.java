package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceTest {
  private final Cadence cadence = new Cadence(Duration.ofSeconds(1), 0.01);

  @Test
  void pauseIsSuchThatMeasuringTakesItsShare() {
    assertThat(cadence.affordable()).isZero();
    cadence.passed(30_000_000);
    assertThat(cadence.affordable()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void passThatHadToWaitForACoreDoesNotCount() {
    for (int pass = 0; pass < 5; pass++) {
      cadence.passed(1_000_000);
    }
    for (int pass = 0; pass < 4; pass++) {
      cadence.passed(900_000_000);
    }
    assertThat(cadence.cost()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void whatNobodyWatchesIsMeasuredMoreRarely() {
    assertThat(cadence.wanted(true, true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(cadence.wanted(false, false)).isEqualTo(Duration.ofSeconds(5));
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void whatDoesNothingTakesATenthOfTheShareAtMost() {
    cadence.passed(200_000_000);
    assertThat(cadence.wanted(true, true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(cadence.wanted(false, false)).isEqualTo(Duration.ofSeconds(5));
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofSeconds(200));
    cadence.passed(900_000_000);
    cadence.passed(900_000_000);
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofMinutes(5));
  }
}
