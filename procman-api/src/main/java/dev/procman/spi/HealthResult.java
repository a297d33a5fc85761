package dev.procman.spi;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.LaunchException;
import java.time.Duration;
import java.util.Map;

/// One verdict of a [HealthCheck]. Immutable.
///
/// A verdict is a claim of one moment. What it leads to is decided by the counts of the
/// [probe][dev.procman.Probe]: a status is reached when so many verdicts in a row were that bad or
/// worse. So a check that keeps saying WARNING never climbs above WARNING, and one that keeps
/// saying FAILED climbs over WARNING and CRITICAL to FAILED.
///
/// @param status the claim: HEALTHY and WARNING pass, CRITICAL and FAILED do not, UNKNOWN means
///   that the check could not tell, and counts neither way
/// @param message why, for people
/// @param evidence what the verdict rests on, by name: a status code, a latency, a captured group
public record HealthResult(HealthStatus status, String message, Map<String, String> evidence) {
  private static final HealthResult HEALTHY = healthy("healthy");

  /// Copies the evidence.
  public HealthResult {
    evidence = Map.copyOf(evidence);
  }

  /// Good.
  public static HealthResult healthy() {
    return HEALTHY;
  }

  /// Good, with words.
  public static HealthResult healthy(String message) {
    return new HealthResult(HealthStatus.HEALTHY, message, Map.of());
  }

  /// Good with a reservation.
  public static HealthResult warning(String message) {
    return new HealthResult(HealthStatus.WARNING, message, Map.of());
  }

  /// Bad, but not to be answered by a restart.
  public static HealthResult critical(String message) {
    return new HealthResult(HealthStatus.CRITICAL, message, Map.of());
  }

  /// Bad, with the reason.
  public static HealthResult failing(String message) {
    return new HealthResult(HealthStatus.FAILED, message, Map.of());
  }

  /// Could not be told: nothing has happened yet, or the check itself does not work.
  public static HealthResult unknown(String message) {
    return new HealthResult(HealthStatus.UNKNOWN, message, Map.of());
  }

  /// The verdict that a check gives by throwing: failing with the words of what was thrown. When
  /// that is an [Error] other than a failed assertion, or says that the check is configured wrongly
  /// or its command cannot be run, the process is not to blame, and it could not be told.
  public static HealthResult ofThrown(Throwable thrown) {
    boolean own =
        switch (thrown) {
          case AssertionError _ -> false;
          case Error _, InvalidSpecException _, LaunchException _ -> true;
          default -> false;
        };
    if (own) {
      return unknown("the check itself failed: " + thrown);
    }
    var words = thrown.getMessage();
    return failing(words == null || words.isBlank() ? thrown.toString() : words);
  }

  /// With one more piece of evidence.
  public HealthResult with(String name, Object value) {
    var more = new java.util.HashMap<>(evidence);
    more.put(name, value instanceof Duration time ? DurationText.of(time) : String.valueOf(value));
    return new HealthResult(status, message, more);
  }

  /// Whether it passes: HEALTHY or WARNING.
  public boolean isGood() {
    return status == HealthStatus.HEALTHY || status == HealthStatus.WARNING;
  }

  /// Whether it does not pass: CRITICAL or FAILED.
  public boolean isBad() {
    return status == HealthStatus.CRITICAL || status == HealthStatus.FAILED;
  }
}
