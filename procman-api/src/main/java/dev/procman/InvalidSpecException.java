package dev.procman;

import dev.procman.spi.DurationText;
import java.time.Duration;

/// A specification or setting makes no sense. Nothing was registered or started.
public final class InvalidSpecException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /// With the field, its value and the remedy.
  public InvalidSpecException(String field, Object value, String remedy) {
    super("invalid " + field + " '" + shown(value) + "': " + remedy, null);
    this.field = field;
  }

  /// The field at fault, for example `probe.interval`.
  public String field() {
    return field;
  }

  private static Object shown(Object value) {
    return value instanceof Duration time ? DurationText.of(time) : value;
  }

  /// Rejects text that the operating system would cut at its first NUL character. The text may be a
  /// password, so the message does not show it.
  static void rejectNul(String field, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidSpecException(
          field,
          "(value not shown)",
          "remove the NUL character; the operating system cannot pass it");
    }
  }

  static void requirePositive(String field, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new InvalidSpecException(field, value, "use a duration above zero");
    }
  }

  static void requireNotNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw new InvalidSpecException(field, value, "use zero or more");
    }
  }
}
