package dev.procman.health;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A regular expression that is compared by what it says; [Pattern] is compared by identity.
///
/// @param pattern the expression
record Regex(Pattern pattern) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Regex that
        && pattern.flags() == that.pattern.flags()
        && pattern.pattern().equals(that.pattern.pattern());
  }

  @Override
  public int hashCode() {
    return pattern.pattern().hashCode();
  }
}
