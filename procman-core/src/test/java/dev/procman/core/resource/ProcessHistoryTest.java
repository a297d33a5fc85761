package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.procman.InvalidSpecException;
import dev.procman.ResourceHistory;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.ResourceValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessHistoryTest {
  private static final ResourceValue THREADS = ResourceValue.of(ResourceMetric.THREADS);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
  private final ProcessHistory history = new ProcessHistory(now::get);

  private void add(double secondsLater, long threads) {
    now.addAndGet((long) (secondsLater * 1e9));
    var sample = ResourceSample.at(now.get()).set(ResourceMetric.THREADS, threads).build();
    history.add(Optional.of(sample), sample);
  }

  @Test
  void whatIsNotMeasuredHasNoHistory() {
    add(1, 3);
    assertThat(history.values()).containsExactly(THREADS);
    assertThat(history.points(ResourceValue.cpu(), Duration.ofMinutes(1))).isEmpty();
    assertThat(history.window(ResourceValue.cpu(), Duration.ofMinutes(1))).isEmpty();
    assertThat(history.percentile(ResourceValue.cpu(), 50, Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void fiveMinutesAreKeptBySeconds() {
    for (int second = 0; second < 1000; second++) {
      add(1, second);
    }

    var points = history.points(THREADS, Duration.ofMinutes(5));

    assertThat(points).hasSizeBetween(299, 300);
    assertThat(points.getLast().mean()).isEqualTo(999);
    assertThat(points).isSortedAccordingTo((one, other) -> other.age().compareTo(one.age()));
    assertThat(history.points(THREADS, Duration.ofSeconds(10))).hasSizeBetween(10, 11);
  }

  @Test
  void anHourIsKeptByTenSecondsAndADayByMinutesEachWithItsExtremes() {
    for (int second = 0; second < 86_400 + 7200; second++) {
      add(1, second % 60);
    }

    assertThat(history.points(THREADS, Duration.ofHours(1))).hasSizeBetween(359, 361);
    var day = history.points(THREADS, Duration.ofDays(1));
    assertThat(day).hasSizeBetween(1439, 1440);
    assertThat(day.get(700))
        .returns(0.0, ResourceHistory.Point::min)
        .returns(59.0, ResourceHistory.Point::max)
        .satisfies(point -> assertThat(point.mean()).isCloseTo(29.5, within(0.01)));
    assertThat(history.points(THREADS, Duration.ofDays(999))).hasSameSizeAs(day);
  }

  @Test
  void windowHasExtremesMeanAndPercentiles() {
    for (int second = 1; second <= 100; second++) {
      add(1, second);
    }

    var window = history.window(THREADS, Duration.ofMinutes(5)).orElseThrow();

    assertThat(window)
        .returns(1.0, ResourceHistory.Window::min)
        .returns(100.0, ResourceHistory.Window::max)
        .returns(100, ResourceHistory.Window::points);
    assertThat(window.mean()).isCloseTo(50.5, within(0.001));
    assertThat(history.percentile(THREADS, 50, Duration.ofMinutes(5))).hasValue(50);
    assertThat(history.percentile(THREADS, 99, Duration.ofMinutes(5))).hasValue(99);
    assertThatThrownBy(() -> history.percentile(THREADS, 0, Duration.ofMinutes(5)))
        .isInstanceOf(InvalidSpecException.class);
  }

  @Test
  void timeWithoutSamplesIsAGapAlsoAfterTheRingWentAround() {
    for (int second = 0; second < 400; second++) {
      add(1, 7);
    }
    add(200, 9);

    var points = history.points(THREADS, Duration.ofMinutes(5));

    assertThat(points).hasSizeBetween(100, 102);
    assertThat(points.getLast().mean()).isEqualTo(9);
    add(3600, 1);
    assertThat(history.points(THREADS, Duration.ofMinutes(5))).hasSize(1);
  }
}
