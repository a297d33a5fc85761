package dev.procman.config;

import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Fills `%(name)s` and `%(name)03d` as Python's `%` does; `%%` is a `%`.
final class PythonFormat {
  private static final Pattern ITEM =
      Pattern.compile("%(?:%|\\(([^)]*)\\)(0?)(\\d*)([sdi]))|(%.?)");

  /// What is filled in.
  ///
  /// @param values values by name
  /// @param environment the value of a variable of the environment, by its name without `ENV_`
  record Variables(Map<String, String> values, Function<String, String> environment) {}

  private PythonFormat() {}

  /// @param literal applied to what is neither filled in from the environment
  /// @throws IllegalArgumentException when a variable is unknown, or the text is no format
  static String fill(String text, Variables variables, UnaryOperator<String> literal) {
    var filled = new StringBuilder();
    var item = ITEM.matcher(text);
    int from = 0;
    while (item.find()) {
      filled.append(literal.apply(text.substring(from, item.start())));
      from = item.end();
      if (item.group(5) != null) {
        throw new IllegalArgumentException(
            "'" + item.group(5) + "' is no variable; a % is written %%");
      } else if (item.group(1) == null) {
        filled.append('%');
      } else {
        filled.append(
            value(item.group(1), item.group(2), item.group(3), item.group(4), variables, literal));
      }
    }
    return filled.append(literal.apply(text.substring(from))).toString();
  }

  private static String value(
      String name,
      String zero,
      String width,
      String kind,
      Variables variables,
      UnaryOperator<String> literal) {
    if (name.startsWith("ENV_")) {
      return variables.environment().apply(name.substring(4));
    }
    var value = variables.values().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no variable '"
              + name
              + "'; known are ENV_… and "
              + variables.values().keySet());
    }
    int length = width.isEmpty() ? 0 : Math.min(ForeignWords.number(width).orElse(0), 100);
    if (kind.equals("s")) {
      return literal.apply(" ".repeat(Math.max(0, length - value.length())) + value);
    }
    int number =
        ForeignWords.number(value)
            .orElseThrow(() ->
                new IllegalArgumentException("'" + name + "' is no number but '" + value + "'"));
    var digits = Integer.toString(number);
    var pad = zero.isEmpty() ? " " : "0";
    return pad.repeat(Math.max(0, length - digits.length())) + digits;
  }
}
