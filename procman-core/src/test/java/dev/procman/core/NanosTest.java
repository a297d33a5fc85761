package dev.procman.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class NanosTest {
  @Test
  void aDurationThatFitsIsExact() {
    assertThat(Nanos.of(Duration.ofSeconds(3, 7))).isEqualTo(3_000_000_007L);
    assertThat(Nanos.of(Duration.ofNanos(-1))).isEqualTo(-1);
    assertThat(Nanos.of(Duration.ofDays(36_500))).isEqualTo(Duration.ofDays(36_500).toNanos());
  }

  @Test
  void whatIsLongerCanStillBeAddedToATime() {
    long half = Long.MAX_VALUE / 2;
    assertThat(Nanos.of(Duration.ofNanos(Long.MAX_VALUE))).isEqualTo(half);
    assertThat(Nanos.of(ChronoUnit.FOREVER.getDuration())).isEqualTo(half);
    assertThat(Nanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-half);
    assertThat(System.nanoTime() + Nanos.of(ChronoUnit.FOREVER.getDuration()) - System.nanoTime())
        .isPositive();
  }
}
