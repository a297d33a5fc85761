package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.ResourceTrend;
import dev.procman.ResourceValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Memory of real programs, recorded once a second from their start on: two Java programs with the
/// serial collector, one of which keeps some of what it makes for ever while the other forgets it.
class RecordedTrendTest {
  private static final ResourceValue MEMORY = ResourceValue.of(ResourceMetric.RESIDENT_MEMORY);

  /// What was alarming while the recording went on.
  private static List<ResourceTrend> alarms(String recording) {
    var now = new AtomicLong();
    var history = new ProcessHistory(now::get);
    var alarms = new ArrayList<ResourceTrend>();
    for (long kilobytes : read(recording)) {
      long nanos = now.addAndGet(1_000_000_000L);
      var sample =
          ResourceSample.at(nanos).set(ResourceMetric.RESIDENT_MEMORY, kilobytes * 1024).build();
      history.add(java.util.Optional.of(sample), sample);
      history
          .trend(MEMORY, TrendWatch.LOOK_BACK)
          .filter(TrendWatch::isAlarming)
          .ifPresent(alarms::add);
    }
    return alarms;
  }

  private static long[] read(String recording) {
    try (var stream = RecordedTrendTest.class.getResourceAsStream(recording)) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return text.strip().lines().mapToLong(Long::parseLong).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void programThatLeaksIsFoundWithItsTrueRate() {
    var alarms = alarms("leaking-java.txt");
    assertThat(alarms).isNotEmpty();
    assertThat(alarms.getFirst().span()).isLessThan(Duration.ofMinutes(6));
    // It keeps 20 kB ten times a second.
    assertThat(alarms.getLast().perSecond()).isBetween(180_000.0, 230_000.0);
  }

  @Test
  void programThatMakesGarbageIsNotTakenForOneThatLeaks() {
    assertThat(alarms("churning-java.txt")).isEmpty();
  }
}
