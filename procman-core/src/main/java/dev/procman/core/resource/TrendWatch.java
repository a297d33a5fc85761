package dev.procman.core.resource;

import dev.procman.ResourceMetric;
import dev.procman.ResourceTrend;
import dev.procman.ResourceValue;
import dev.procman.event.ProcessEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Looks now and then whether a value of a generation grows steadily.
final class TrendWatch {
  static final List<ResourceValue> VALUES =
      List.of(
          ResourceValue.of(ResourceMetric.RESIDENT_MEMORY),
          ResourceValue.of(ResourceMetric.DESCRIPTORS));

  static final Duration LOOK_BACK = Duration.ofMinutes(10);
  private static final Duration SHORTEST = Duration.ofMinutes(4);
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(30);

  private final ResourceValue value;
  private long due;
  private boolean told;
  private Optional<Duration> toldLeft = Optional.empty();

  TrendWatch(ResourceValue value, long now) {
    this.value = value;
    this.due = now + PAUSE;
  }

  void see(ProcessHistory history, long now, Watching watching) {
    if (now - due < 0) {
      return;
    }
    due = now + PAUSE;
    history
        .trend(value, LOOK_BACK)
        .filter(TrendWatch::isAlarming)
        .ifPresent(trend -> {
          var left = trend.projectedExhaustion();
          boolean nearer =
              left.isPresent()
                  && toldLeft
                      .map(before -> left.get().multipliedBy(2).compareTo(before) < 0)
                      .orElse(true);
          if (!told || nearer) {
            told = true;
            toldLeft = left;
            watching.tell(
                false,
                trend.describe(),
                meta -> new ProcessEvent.ResourceTrendDetected(meta, trend));
          }
        });
  }

  static boolean isAlarming(ResourceTrend trend) {
    return trend.steady() && trend.span().compareTo(SHORTEST) >= 0;
  }
}
