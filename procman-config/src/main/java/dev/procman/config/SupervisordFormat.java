package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Fills in what supervisord's values refer to.
final class SupervisordFormat {
  private final Map<String, String> values;
  private final Map<String, String> environment;

  SupervisordFormat(Map<String, String> values, Map<String, String> environment) {
    this.values = values;
    this.environment = environment;
  }

  /// A text of procman's; variables of the environment stay variables.
  String text(Text text, ImportFindings findings) {
    return fill(text, findings, ImportTarget::requiredVariable, Template::escape);
  }

  /// What a text means here and now, for numbers and the like.
  String now(Text text, ImportFindings findings) {
    var filled =
        fill(
            text,
            findings,
            name -> {
              var value = environment.get(name);
              if (value == null) {
                throw new IllegalArgumentException(
                    "the environment has no variable '" + name + "'");
              }
              return value;
            },
            UnaryOperator.identity());
    if (text.text().contains("%(ENV_")) {
      findings.add(text.place(), text.path(), "taken as it is in the environment now");
    }
    return filled;
  }

  private String fill(
      Text text,
      ImportFindings findings,
      Function<String, String> variable,
      UnaryOperator<String> literal) {
    try {
      return PythonFormat.fill(text.text(), new PythonFormat.Variables(values, variable), literal);
    } catch (IllegalArgumentException wrong) {
      findings.add(text.place(), text.path(), "taken as it is written: " + wrong.getMessage());
      return literal.apply(text.text());
    }
  }

  /// `KEY="value",KEY2=value2`.
  Map<String, String> pairs(Text text, ImportFindings findings) {
    var pairs = new LinkedHashMap<String, String>();
    var rest = text.text().strip();
    while (!rest.isEmpty()) {
      int equals = rest.indexOf('=');
      if (equals < 1) {
        findings.add(
            text.place(),
            text.path(),
            "left out from variable " + (pairs.size() + 1) + " on: it is no KEY=value");
        return pairs;
      }
      var key = rest.substring(0, equals).strip();
      int end = endOfValue(rest, equals + 1);
      pairs.put(
          key,
          text(
              new Text(text.place(), text.path(), unquoted(rest.substring(equals + 1, end))),
              findings));
      rest = end < rest.length() ? rest.substring(end + 1).strip() : "";
    }
    return pairs;
  }

  private static int endOfValue(String text, int from) {
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ',' || c == '\n') {
        return i;
      }
    }
    return text.length();
  }

  private static String unquoted(String value) {
    var text = value.strip();
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /// A number.
  Optional<Integer> number(Text text, ImportFindings findings) {
    var number = ForeignWords.number(now(text, findings));
    if (number.isEmpty()) {
      findings.add(text.place(), text.path(), "left out: '" + text.text() + "' is no number");
    }
    return number;
  }
}
