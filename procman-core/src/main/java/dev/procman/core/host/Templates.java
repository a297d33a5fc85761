package dev.procman.core.host;

import dev.procman.LaunchException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Fills `${variable}` in texts; `$$` is a `$`, and a `$` before anything else is itself. Values
/// are not filled in again.
///
/// What is wrong with a text is told by its place: the text may be a password, or hold one, whether
/// somebody said so or not. Only what surely is the name of a variable is quoted.
public final class Templates {
  private static final Pattern NAMES =
      Pattern.compile("(port|dir|data|env)\\.[A-Za-z0-9_.:-]{1,100}");

  /// What can be filled in.
  public interface Variables {
    /// The value of a variable; empty when there is none of that name.
    Optional<String> value(String name);

    /// The names there are, for messages.
    Collection<String> known();
  }

  /// Says what a part of a text stands for.
  @FunctionalInterface
  private interface Filler {
    /// What the variable stands for whose `$` is at `at`.
    ///
    /// @param close where its closing brace is, or below zero when there is none
    Filled fill(String text, int at, int close);
  }

  /// What is put in, and where the text goes on.
  private record Filled(String value, int next) {}

  private Templates() {}

  /// Fills in.
  ///
  /// @param field where the text comes from, for messages
  /// @throws LaunchException when a variable is unknown or not closed; it does not quote the text
  public static String fill(String field, String text, Variables variables) {
    return fill(
        text,
        (_, at, close) -> {
          if (close < 0) {
            throw problem(field, text, at, "'${' has no closing brace", variables);
          }
          var name = text.substring(at + 2, close);
          var value = variables.value(name);
          if (value.isEmpty()) {
            var shown = NAMES.matcher(name).matches() ? "'${" + name + "}'" : "'${…}'";
            throw problem(field, text, at, "there is no variable for " + shown, variables);
          }
          return new Filled(value.get(), close + 1);
        });
  }

  /// Fills in what is known, and leaves the rest as it is.
  ///
  /// @param known the value of a variable, or null when it is not known
  public static String fillKnown(String text, Function<String, @Nullable String> known) {
    return fill(
        text,
        (_, at, close) -> {
          var value = close < 0 ? null : known.apply(text.substring(at + 2, close));
          return value == null ? new Filled("${", at + 2) : new Filled(value, close + 1);
        });
  }

  private static String fill(String text, Filler filler) {
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
        var variable = filler.fill(text, dollar, text.indexOf('}', dollar));
        filled.append(variable.value);
        from = variable.next;
      } else {
        filled.append('$');
        from = dollar + 1;
      }
      dollar = text.indexOf('$', from);
    }
    return filled.append(text, from, text.length()).toString();
  }

  private static LaunchException problem(
      String field, String text, int at, String what, Variables variables) {
    return new LaunchException(
        LaunchException.Reason.PREPARATION_FAILED,
        "%s: %s, at %s; known are %s, and $$ is a dollar sign"
            .formatted(field, what, place(text, at), String.join(", ", variables.known())),
        null);
  }

  private static String place(String text, int at) {
    long lines = text.substring(0, at).chars().filter(c -> c == '\n').count();
    int column = at - text.lastIndexOf('\n', at);
    return (text.indexOf('\n') < 0 ? "" : "line " + (lines + 1) + ", ") + "character " + column;
  }
}
