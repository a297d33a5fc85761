package dev.procman;

import java.time.Duration;

/// Two levels for one value. A level is reached when the value has stood at or above it for a time
/// without a break, and left when the value is clearly below it. Immutable.
///
/// @param value which value
/// @param warning from here it is a warning
/// @param critical from here it is critical
/// @param sustained how long a level must be passed without a break; default 0
/// @param hysteresis the share of a level that the value must fall below it before the level counts
///   as left, 0 to 1; default 0.1
public record ResourceThreshold(
    ResourceValue value, double warning, double critical, Duration sustained, double hysteresis) {

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero, or another part is
  ///   out of range
  public ResourceThreshold {
    if (!(warning > 0 && critical >= warning && critical < Double.POSITIVE_INFINITY)) {
      throw new InvalidSpecException(
          "resources.threshold." + value.name(),
          warning + "/" + critical,
          "use 0 < warning <= critical");
    }
    InvalidSpecException.requireNotNegative("resources.threshold.sustained", sustained);
    if (!(hysteresis >= 0 && hysteresis < 1)) {
      throw new InvalidSpecException(
          "resources.threshold.hysteresis", hysteresis, "use 0 to less than 1");
    }
  }

  /// A threshold with the defaults above.
  ///
  /// @throws InvalidSpecException when the levels do not rise from above zero
  public static ResourceThreshold of(ResourceValue value, double warning, double critical) {
    return new ResourceThreshold(value, warning, critical, Duration.ZERO, 0.1);
  }

  /// With another time for which a level must be passed.
  public ResourceThreshold sustainedFor(Duration time) {
    return new ResourceThreshold(value, warning, critical, time, hysteresis);
  }

  /// With another hysteresis, as a share of the level.
  public ResourceThreshold hysteresis(double share) {
    return new ResourceThreshold(value, warning, critical, sustained, share);
  }

  /// Where a value stands before it was first seen.
  public Standing begin() {
    return new Standing(Step.BELOW, Step.BELOW);
  }

  /// Where a value stands now. Pure.
  ///
  /// @param before where it stood
  /// @param seen the value
  /// @param nanoTime when it was seen, monotonic
  public Standing next(Standing before, double seen, long nanoTime) {
    return new Standing(
        next(before.warning, warning, seen, nanoTime),
        next(before.critical, critical, seen, nanoTime));
  }

  private Step next(Step before, double level, double seen, long now) {
    if (before.reached) {
      return seen >= level * (1 - hysteresis) ? before : Step.BELOW;
    }
    if (seen < level) {
      return Step.BELOW;
    }
    long since = before.passed ? before.since : now;
    boolean reached = Duration.ofNanos(now - since).compareTo(sustained) >= 0;
    return new Step(true, reached, since);
  }

  /// Where a value stands between its levels, with what that needs of the past. Immutable.
  ///
  /// @param warning against the lower level
  /// @param critical against the upper level
  public record Standing(Step warning, Step critical) {
    /// CRITICAL, WARNING or HEALTHY.
    public HealthStatus status() {
      if (critical.reached) {
        return HealthStatus.CRITICAL;
      }
      return warning.reached ? HealthStatus.WARNING : HealthStatus.HEALTHY;
    }
  }

  /// Where a value stands against one level.
  ///
  /// @param passed whether it is at or above
  /// @param reached whether it has been for long enough
  /// @param since when it passed, monotonic; without meaning below
  public record Step(boolean passed, boolean reached, long since) {
    static final Step BELOW = new Step(false, false, 0);
  }
}
