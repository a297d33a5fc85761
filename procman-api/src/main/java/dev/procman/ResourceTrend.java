package dev.procman;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// How a value has developed over a time.
///
/// The slope is Theil and Sen's: the median of the slopes between all pairs of points, so that
/// single outliers change nothing. It is taken of the lows of at most 60 equal stretches, since
/// what a garbage collector leaves tells more than what it is about to take away.
///
/// @param value of what
/// @param span the time looked at
/// @param points how many lows the slope rests on
/// @param latest the level at the end
/// @param perSecond the slope
/// @param confidence that there is a rise or fall at all, 0 to 1: Kendall's rank test, which takes
///   the points for independent
/// @param steady whether it grows for sure, in each third of the time about equally, and not by a
///   leap: what is worth an alarm
/// @param ceiling the level that must not be reached, if there is one
public record ResourceTrend(
    ResourceValue value,
    Duration span,
    int points,
    double latest,
    double perSecond,
    double confidence,
    boolean steady,
    OptionalDouble ceiling) {

  /// When the ceiling is reached if the growth goes on; empty without steady growth or a ceiling.
  public Optional<Duration> projectedExhaustion() {
    if (!steady || ceiling.isEmpty() || perSecond <= 0) {
      return Optional.empty();
    }
    double seconds = Math.max(0, ceiling.getAsDouble() - latest) / perSecond;
    return Optional.of(Duration.ofMillis((long) Math.min(seconds * 1e3, 1e15)));
  }

  /// For people: `RESIDENT_MEMORY grows by 1.2 MiB a minute, seen for 10 min, confidence 0.999;
  /// reaches its limit of 512.0 MiB in about 12 min`.
  public String describe() {
    var text = new StringBuilder();
    text.append(value.name())
        .append(perSecond < 0 ? " falls by " : " grows by ")
        .append(value.show(Math.abs(perSecond) * 60))
        .append(" a minute, seen for ")
        .append(about(span))
        .append(String.format(Locale.ROOT, ", confidence %.3f", confidence));
    projectedExhaustion()
        .ifPresent(left ->
            text.append("; reaches its limit of ")
                .append(value.show(ceiling.orElse(0)))
                .append(" in about ")
                .append(about(left)));
    return text.toString();
  }

  private static String about(Duration time) {
    if (time.toSeconds() < 120) {
      return time.toSeconds() + " s";
    }
    return time.toMinutes() < 120 ? time.toMinutes() + " min" : time.toHours() + " h";
  }
}
