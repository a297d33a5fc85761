package dev.procman;

import java.time.Duration;

/// A specification or setting makes no sense. Nothing was registered or started.
public final class InvalidSpecException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /// With the field, its value and the remedy.
  public InvalidSpecException(String field, Object value, String remedy) {
    super("invalid " + field + " '" + value + "': " + remedy, null);
    this.field = field;
  }

  /// The field at fault, for example `probe.interval`.
  public String field() {
    return field;
  }

  /// Rejects text that the operating system would cut at its first NUL character.
  static void rejectNul(String field, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidSpecException(
          field,
          text.replace("\0", "\\0"),
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
