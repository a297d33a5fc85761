package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.core.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureReporterTest {
  private final FakeClock clock = new FakeClock();
  private final List<String> reports = new ArrayList<>();
  private int wakeUps;
  private final FailureReporter reporter =
      new FailureReporter(
          clock, () -> wakeUps++, (count, cause) -> reports.add(count + " " + cause.getMessage()));

  private void fail(long count, String words) {
    reporter.failed(count, new IllegalStateException(words));
  }

  @Test
  void theFirstFailureIsReportedAtOnceTheNextAreGatheredForASecond() {
    fail(1, "a");
    fail(2, "b");
    fail(3, "c");
    assertThat(reports).containsExactly("1 a");
    clock.advance(Duration.ofMillis(999));
    reporter.idle();
    assertThat(reports).hasSize(1);
    assertThat(wakeUps).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(wakeUps).isEqualTo(1);
    reporter.idle();
    assertThat(reports).containsExactly("1 a", "5 c");
  }

  @Test
  void aFailureAfterASecondOfQuietIsReportedAtOnce() {
    fail(1, "a");
    clock.advance(Duration.ofSeconds(1));
    fail(1, "b");
    assertThat(reports).containsExactly("1 a", "1 b");
    assertThat(clock.timers()).isZero();
  }

  @Test
  void theEndReportsWhatIsHeldBackAndLeavesNoTimer() {
    fail(1, "a");
    fail(1, "b");
    assertThat(clock.timers()).isEqualTo(1);
    reporter.end();
    reporter.end();
    assertThat(reports).containsExactly("1 a", "1 b");
    assertThat(clock.timers()).isZero();
  }

  @Test
  void tenThousandFailuresInTenSecondsAreElevenReports() {
    for (int i = 0; i < 10_000; i++) {
      fail(1, "x");
      clock.advance(Duration.ofMillis(1));
      reporter.idle();
    }
    reporter.end();
    assertThat(reports).hasSize(11);
    assertThat(reports.stream().mapToLong(text -> Long.parseLong(text.split(" ")[0])).sum())
        .isEqualTo(10_000);
  }
}
