package dev.procman.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What files mean by yes and no, and by a number.
final class ForeignWords {
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "1", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "0", "n");

  private ForeignWords() {}

  static boolean isFalse(String text) {
    return FALSE.contains(text.toLowerCase(Locale.ROOT));
  }

  static Optional<Boolean> bool(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return Optional.of(true);
    }
    return FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
  }

  static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text.strip()));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }
}
