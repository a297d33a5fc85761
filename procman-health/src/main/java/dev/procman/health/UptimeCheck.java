package dev.procman.health;

import dev.procman.spi.DurationText;
import dev.procman.InvalidSpecException;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.time.Duration;

/// Passes when a process has been alive for a time. That it is alive is certain: a probe ends with
/// its generation.
///
/// @param minimum the time; default 0
public record UptimeCheck(Duration minimum) implements HealthCheck {
  /// Checks the time.
  ///
  /// @throws InvalidSpecException when it is negative
  public UptimeCheck {
    if (minimum.isNegative()) {
      throw new InvalidSpecException("health.process.minimum", minimum, "use zero or more");
    }
  }

  static UptimeCheck of() {
    return new UptimeCheck(Duration.ZERO);
  }

  /// With another minimum.
  public UptimeCheck minimum(Duration uptime) {
    return new UptimeCheck(uptime);
  }

  @Override
  public HealthResult check(HealthContext context) {
    var uptime = context.uptime();
    return uptime.compareTo(minimum) >= 0
        ? HealthResult.healthy("alive for " + DurationText.of(uptime)).with("uptime", uptime)
        : HealthResult.unknown(
            "alive for " + DurationText.of(uptime) + ", to be " + DurationText.of(minimum));
  }

  @Override
  public String describe() {
    return minimum.isZero() ? "alive" : "alive for " + DurationText.of(minimum);
  }
}
