package dev.procman.core.host;

import dev.procman.LaunchException;
import java.util.Collection;
import java.util.Optional;

/// Fills `${variable}` in texts; `$$` is a `$`, and a `$` before anything else is itself. Values
/// are not filled in again.
public final class Templates {

  /// What can be filled in.
  public interface Variables {
    /// The value of a variable; empty when there is none of that name.
    Optional<String> value(String name);

    /// The names there are, for messages.
    Collection<String> known();
  }

  private Templates() {}

  /// Fills in.
  ///
  /// @param field where the text comes from, for messages
  /// @throws LaunchException when a variable is unknown or not closed
  public static String fill(String field, String text, Variables variables) {
    int dollar = text.indexOf('$');
    if (dollar < 0) {
      return text;
    }
    var filled = new StringBuilder(text.length() + 16);
    int from = 0;
    while (dollar >= 0) {
      filled.append(text, from, dollar);
      char next = dollar + 1 < text.length() ? text.charAt(dollar + 1) : ' ';
      if (next == '$') {
        filled.append('$');
        from = dollar + 2;
      } else if (next == '{') {
        int close = text.indexOf('}', dollar);
        if (close < 0) {
          throw problem(field, "'" + text.substring(dollar) + "' has no closing brace", variables);
        }
        String name = text.substring(dollar + 2, close);
        filled.append(
            variables
                .value(name)
                .orElseThrow(
                    () -> problem(field, "there is no variable '" + name + "'", variables)));
        from = close + 1;
      } else {
        filled.append('$');
        from = dollar + 1;
      }
      dollar = text.indexOf('$', from);
    }
    return filled.append(text, from, text.length()).toString();
  }

  private static LaunchException problem(String field, String what, Variables variables) {
    return new LaunchException(
        LaunchException.Reason.PREPARATION_FAILED,
        "%s: %s; known are %s, and $$ is a dollar sign"
            .formatted(field, what, String.join(", ", variables.known())),
        null);
  }
}
