package dev.procman.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import dev.procman.spi.Backoff.Kind;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  @ParameterizedTest
  @CsvSource({
    "FIXED,       1, PT1S",
    "FIXED,      99, PT1S",
    "LINEAR,      1, PT1S",
    "LINEAR,      2, PT2S",
    "LINEAR,      9, PT9S",
    "LINEAR,     10, PT10S",
    "LINEAR,     11, PT10S",
    "EXPONENTIAL, 1, PT1S",
    "EXPONENTIAL, 2, PT2S",
    "EXPONENTIAL, 4, PT8S",
    "EXPONENTIAL, 5, PT10S",
    "EXPONENTIAL, 0, PT1S",
    "LINEAR,     -5, PT1S",
  })
  void theDelayGrowsToItsCap(Kind kind, int attempt, Duration expected) {
    var max = kind == Kind.FIXED ? SECOND : Duration.ofSeconds(10);
    assertThat(new Backoff(kind, SECOND, max, 2, 0).delay(attempt, 0.5)).isEqualTo(expected);
  }

  @Test
  void jitterTakesItsShareAway() {
    var jittered = Backoff.fixed(SECOND).jitter(0.5);
    assertThat(jittered.delay(1, 0)).isEqualTo(SECOND);
    assertThat(jittered.delay(1, 0.5)).isEqualTo(Duration.ofMillis(750));
    assertThat(jittered.delay(1, 1)).isEqualTo(Duration.ofMillis(500));
    assertThat(Backoff.fixed(SECOND).jitter(1).delay(1, 1)).isZero();
  }

  @Test
  void noDelayIsNoneHoweverOftenItIsMultiplied() {
    var none = Backoff.exponential(Duration.ZERO, SECOND).factor(1000);
    assertThat(none.delay(Integer.MAX_VALUE, 0.3)).isZero();
    assertThat(Backoff.none().delay(7, 0)).isZero();
  }

  @Test
  void hugeDurationsAndAttemptsAreCutAndNeverOverflow() {
    assertThat(Backoff.fixed(FOR_EVER).delay(1, 0)).isEqualTo(LONGEST);
    assertThat(Backoff.linear(SECOND, FOR_EVER).delay(Integer.MAX_VALUE, 0))
        .isEqualTo(Duration.ofSeconds(Integer.MAX_VALUE));
    assertThat(Backoff.linear(FOR_EVER, FOR_EVER).delay(Integer.MAX_VALUE, 1)).isEqualTo(LONGEST);
    assertThat(Backoff.exponential(SECOND, FOR_EVER).delay(Integer.MAX_VALUE, 0))
        .isEqualTo(LONGEST);
    assertThat(Backoff.exponential(SECOND, FOR_EVER).factor(1000).jitter(1).delay(500, 0))
        .isEqualTo(LONGEST);
  }

  @Test
  void aLongFixedDelayIsExact() {
    var odd = Duration.ofDays(10_000).plusNanos(1);
    assertThat(Backoff.fixed(odd).delay(3, 0)).isEqualTo(odd);
  }

  @Tag("long")
  @Test
  void everyDelayIsWithinItsBoundsAndNoneIsShorterThanTheOneBefore() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int run = 0; run < 5000; run++) {
      var backoff = anyBackoff(random);
      double luck = random.nextDouble();
      Duration before = Duration.ZERO;
      int attempt = 1;
      while (attempt > 0) {
        var delay = backoff.delay(attempt, luck);
        var full =
            new Backoff(backoff.kind(), backoff.first(), backoff.max(), backoff.factor(), 0)
                .delay(attempt, luck);
        var words = "seed %d, %s, attempt %d".formatted(seed, backoff, attempt);
        assertThat(delay).as(words).isBetween(Duration.ZERO, backoff.max());
        assertThat(delay).as(words).isGreaterThanOrEqualTo(before);
        assertThat(delay).as(words).isLessThanOrEqualTo(full);
        assertThat((double) delay.toNanos())
            .as(words)
            .isGreaterThanOrEqualTo((double) full.toNanos() * (1 - backoff.jitter()) - 1025);
        before = delay;
        attempt += Math.max(1, (int) (attempt * random.nextDouble() * 3)); // ends by overflow
      }
    }
  }

  private static Backoff anyBackoff(RandomGenerator random) {
    var kind = Kind.values()[random.nextInt(Kind.values().length)];
    var first = anyDuration(random);
    var more = anyDuration(random);
    var max = first.compareTo(more) > 0 ? first : more;
    double jitter = random.nextInt(3) == 0 ? 0 : random.nextDouble();
    return new Backoff(kind, first, max, 1 + random.nextDouble() * random.nextInt(1, 999), jitter);
  }

  /// Of all magnitudes, up to the longest.
  private static Duration anyDuration(RandomGenerator random) {
    long some = random.nextLong() >>> random.nextInt(1, 64);
    return random.nextBoolean() ? Duration.ofNanos(some) : Duration.ofSeconds(some, some % 1000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whatIsOutOfRangeIsRejectedWithFieldAndRemedy(
      String field, String remedy, ThrowingCallable mistake) {
    assertThatThrownBy(mistake)
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll(field, remedy);
  }

  static Stream<Arguments> whatIsOutOfRangeIsRejectedWithFieldAndRemedy() {
    var fine = Backoff.fixed(SECOND);
    return Stream.of(
        mistake("backoff.first", "zero or more", () -> Backoff.fixed(SECOND.negated())),
        mistake("backoff.max", "1 s", () -> Backoff.linear(SECOND, Duration.ZERO)),
        mistake("backoff.factor", "1 to 1000", () -> fine.factor(0.99)),
        mistake("backoff.factor", "1 to 1000", () -> fine.factor(1001)),
        mistake("backoff.factor", "1 to 1000", () -> fine.factor(Double.NaN)),
        mistake("backoff.jitter", "0 to 1", () -> fine.jitter(-0.1)),
        mistake("backoff.jitter", "0 to 1", () -> fine.jitter(1.1)),
        mistake("backoff.jitter", "0 to 1", () -> fine.jitter(Double.NaN)));
  }

  private static Arguments mistake(String field, String remedy, ThrowingCallable mistake) {
    return Arguments.of(field, remedy, mistake);
  }
}
