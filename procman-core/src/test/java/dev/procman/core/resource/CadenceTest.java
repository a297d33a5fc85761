package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceTest {
  private final Cadence cadence = new Cadence(Duration.ofSeconds(1), 0.01);

  @Test
  void pauseIsSuchThatMeasuringTakesItsShare() {
    assertThat(cadence.affordable()).isZero();
    passes(5, 30_000_000);
    assertThat(cadence.affordable()).isEqualTo(Duration.ofSeconds(3));
  }

  private void passes(int count, long nanos) {
    for (int pass = 0; pass < count; pass++) {
      cadence.passed(nanos);
    }
  }

  @Test
  void whatFewPassesTookIsNotBelieved() {
    passes(4, 900_000_000_000L);
    assertThat(cadence.cost()).isZero();
    assertThat(cadence.affordable()).isZero();
    assertThat(cadence.sure()).isEqualTo(Duration.ofSeconds(1));
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofSeconds(15));
    passes(5, 1_000_000);
    assertThat(cadence.cost()).as("the median of nine").isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void whatSomebodyReliesOnIsMeasuredAfterFiveIntervalsAtTheLatest() {
    assertThat(cadence.sure()).isEqualTo(Duration.ofSeconds(1));
    passes(9, 1_000_000);
    assertThat(cadence.sure()).isEqualTo(Duration.ofSeconds(1));
    passes(9, 30_000_000);
    assertThat(cadence.sure()).isEqualTo(Duration.ofSeconds(3));
    passes(9, 9_000_000_000L);
    assertThat(cadence.sure()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void fewDearPassesDoNotCount() {
    passes(5, 1_000_000);
    passes(4, 900_000_000);
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
    passes(9, 200_000_000);
    assertThat(cadence.wanted(true, true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(cadence.wanted(false, false)).isEqualTo(Duration.ofSeconds(5));
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofSeconds(200));
    passes(9, 900_000_000);
    assertThat(cadence.wanted(false, true)).isEqualTo(Duration.ofMinutes(5));
  }
}
