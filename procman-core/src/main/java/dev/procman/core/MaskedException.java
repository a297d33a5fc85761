package dev.procman.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Stands for an exception of the host's or a library's code that shows a secret: its type and
/// words with the secret masked, its stack, and the same of its causes and of what it suppressed.
/// An exception's own words cannot be changed.
@SuppressWarnings("OverrideThrowableToString") // the type that a trace begins with is the other's
public final class MaskedException extends Exception {
  private static final long serialVersionUID = 1L;

  private MaskedException(String words, @Nullable Throwable cause) {
    super(words, cause, true, true);
  }

  /// The exception itself when it shows nothing, else what stands for it.
  ///
  /// @param mask masks secrets in a text
  public static Throwable of(Throwable thrown, UnaryOperator<String> mask) {
    return shows(thrown, mask, newSet()) ? masked(thrown, mask, newSet()) : thrown;
  }

  /// Exceptions may be their own causes in the end.
  private static Set<Throwable> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static boolean shows(
      @Nullable Throwable thrown, UnaryOperator<String> mask, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) {
      return false;
    }
    var words = words(thrown);
    if (!mask.apply(words).equals(words) || shows(thrown.getCause(), mask, seen)) {
      return true;
    }
    for (var suppressed : thrown.getSuppressed()) {
      if (shows(suppressed, mask, seen)) {
        return true;
      }
    }
    return false;
  }

  private static MaskedException masked(
      Throwable thrown, UnaryOperator<String> mask, Set<Throwable> seen) {
    seen.add(thrown);
    var cause = thrown.getCause();
    var masked =
        new MaskedException(
            mask.apply(words(thrown)),
            cause == null || seen.contains(cause) ? null : masked(cause, mask, seen));
    masked.setStackTrace(thrown.getStackTrace());
    for (var suppressed : thrown.getSuppressed()) {
      if (!seen.contains(suppressed)) {
        masked.addSuppressed(masked(suppressed, mask, seen));
      }
    }
    return masked;
  }

  /// What a trace of it begins with. It may be the host's own code that fails.
  private static String words(Throwable thrown) {
    try {
      return String.valueOf(thrown);
    } catch (RuntimeException unwilling) {
      return thrown.getClass().getName();
    }
  }

  /// The words of what it stands for, which begin with that one's type.
  @Override
  public String toString() {
    return String.valueOf(getMessage());
  }
}
