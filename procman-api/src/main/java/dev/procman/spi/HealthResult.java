package dev.procman.spi;

/// One verdict of a [HealthCheck].
///
/// @param good the verdict
/// @param message why, for people
public record HealthResult(boolean good, String message) {
  private static final HealthResult HEALTHY = new HealthResult(true, "healthy");

  /// Good.
  public static HealthResult healthy() {
    return HEALTHY;
  }

  /// Good, with words.
  public static HealthResult healthy(String message) {
    return new HealthResult(true, message);
  }

  /// Not good, with the reason.
  public static HealthResult failing(String message) {
    return new HealthResult(false, message);
  }
}
