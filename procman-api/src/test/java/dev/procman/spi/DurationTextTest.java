package dev.procman.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.000000007S, 7 ns",
    "PT0.0000425S, 42.5 µs",
    "PT0.086893816S, 86.9 ms",
    "PT0.2S, 200 ms",
    "PT1.5S, 1.5 s",
    "PT10S, 10 s",
    "PT59.96S, 60 s",
    "PT1M, 1 min",
    "PT1M30.4S, 1 min 30 s",
    "PT59M59.9S, 1 h",
    "PT2H5M, 2 h 5 min",
    "PT49H, 2 d 1 h",
    "PT-2S, -2 s",
  })
  void durationsAreWrittenAsPeopleDo(Duration duration, String text) {
    assertThat(DurationText.of(duration)).isEqualTo(text);
  }

  @Test
  void whatMeansNoLimitSaysSo() {
    assertThat(DurationText.of(Duration.ofSeconds(Long.MAX_VALUE)))
        .isEqualTo("more than 100 years");
    assertThat(DurationText.of(Duration.ofSeconds(Long.MIN_VALUE))).startsWith("-");
  }
}
