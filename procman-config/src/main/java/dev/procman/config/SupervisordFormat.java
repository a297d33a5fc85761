package dev.procman.config;

import dev.procman.config.ForeignMapping.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Fills in what supervisord's values refer to. `here` is the directory of the file that a value is
/// written in.
final class SupervisordFormat {
  private static final String HERE = "here";

  private final Map<String, String> values;
  private final Map<String, String> environment;
  private final Map<String, String> own;

  /// @param values what may be referred to besides variables
  /// @param environment the environment of this JVM
  SupervisordFormat(Map<String, String> values, Map<String, String> environment) {
    this(values, environment, Map.of());
  }

  private SupervisordFormat(
      Map<String, String> values, Map<String, String> environment, Map<String, String> own) {
    this.values = values;
    this.environment = environment;
    this.own = own;
  }

  static String host(Map<String, String> environment) {
    return environment.getOrDefault("HOSTNAME", "localhost");
  }

  /// This with variables that the file itself sets, which count more than those of the environment.
  ///
  /// @param variables their values as procman's texts
  SupervisordFormat with(Map<String, String> variables) {
    var all = new LinkedHashMap<>(own);
    all.putAll(variables);
    return new SupervisordFormat(values, environment, all);
  }

  /// A text of procman's; variables of the environment stay variables.
  String text(Text text, ImportFindings findings) {
    return fill(
        text,
        findings,
        name ->
            Optional.ofNullable(own.get(name))
                .orElseGet(() -> ImportTarget.requiredVariable(name, "")),
        Template::escape);
  }

  /// A command line of procman's before it is split: values that would be split are filled in.
  String line(Text text, ImportFindings findings) {
    return fill(
        text,
        findings,
        name -> {
          if (own.containsKey(name)) {
            return own.get(name);
          }
          var value = environment.get(name);
          if (value == null) {
            findings.add(
                text.place(),
                text.path(),
                "ENV_"
                    + name
                    + " stays a variable and one word; there its value is split into words");
          }
          if (value == null || value.matches("[A-Za-z0-9_./:@%+,=-]+")) {
            return ImportTarget.requiredVariable(name, "");
          }
          findings.add(
              text.place(),
              text.path(),
              "ENV_"
                  + name
                  + " is taken as it is in the environment now, since it is split into words");
          return Template.escape(value);
        },
        Template::escape);
  }

  /// What a text means here and now, for numbers and the like.
  String now(Text text, ImportFindings findings) {
    var filled =
        fill(
            text,
            findings,
            name -> {
              var value =
                  own.containsKey(name) ? Template.unescape(own.get(name)) : environment.get(name);
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
    var known = new LinkedHashMap<>(values);
    known.put(HERE, text.place().source().directory().toString());
    try {
      return PythonFormat.fill(text.text(), new PythonFormat.Variables(known, variable), literal);
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
      if (c == '\\' && quote != '\'') {
        i++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ',' || c == '\n') {
        return i;
      }
    }
    return text.length();
  }

  /// As a POSIX shell reads a word, but blanks stay.
  private static String unquoted(String value) {
    var text = new StringBuilder();
    char quote = 0;
    var raw = value.strip();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean escapes =
          c == '\\'
              && i + 1 < raw.length()
              && (quote == 0 || (quote == '"' && "\"\\".indexOf(raw.charAt(i + 1)) >= 0));
      if (escapes) {
        text.append(raw.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        text.append(c);
      }
    }
    return text.toString();
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
