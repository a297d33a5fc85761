package dev.procman.health;

import dev.procman.spi.DurationText;
import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Fails when a process gives no sign of life (`WATCHDOG=1` of sd_notify(3)) for a time, or asks to
/// be taken for dead (`WATCHDOG=trigger`). The process finds the time in `WATCHDOG_USEC`, as
/// sd_watchdog_enabled(3) reads it, and should give a sign each half of it; it may ask for another
/// time with `WATCHDOG_USEC=`. The time begins with the first question, for a liveness probe when
/// the process is ready.
///
/// It is not polled: a time that is over is noticed when it is over, and fails at once whatever the
/// probe's counts.
///
/// @param limit the longest time without a sign
public record WatchdogCheck(Duration limit) implements HealthCheck {
  /// Checks the time.
  ///
  /// @throws InvalidSpecException when it is shorter than a millisecond or longer than 100 years
  public WatchdogCheck {
    if (limit.toMillis() < 1 || limit.toDays() > 36_500) {
      throw new InvalidSpecException("health.watchdog.limit", limit, "use a millisecond or more");
    }
  }

  @Override
  public HealthResult check(HealthContext context) {
    return context.memory(this, () -> WatchdogClock.begin(this, context)).verdict();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("WATCHDOG_USEC", Long.toString(TimeUnit.MICROSECONDS.convert(limit)));
  }

  @Override
  public void validate(ProcessSpec spec) {
    NotifiedCheck.require(spec, "watchdog");
  }

  @Override
  public String describe() {
    return "watchdog " + DurationText.of(limit);
  }

  @Override
  public boolean isPolled() {
    return false;
  }
}
