package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads files of `NAME=value` lines: blank lines and `#` comments are skipped, `export` before a
/// name too. A value in single quotes is itself, in double quotes `\n`, `\t`, `\"`, `\\` and `\$`
/// are known, and without quotes it ends before ` #`. Nothing is filled in.
final class DotEnv {
  private DotEnv() {}

  /// A value and where it is.
  record Value(String text, Place place) {}

  static Map<String, Value> read(Source source, Problems problems) {
    var values = new LinkedHashMap<String, Value>();
    int number = 0;
    for (String line : source.text().split("\n", -1)) {
      number++;
      var text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      var place = source.at(number, line.indexOf(text.charAt(0)) + 1);
      var assignment = text.startsWith("export ") ? text.substring(7).strip() : text;
      int equals = assignment.indexOf('=');
      var name = equals < 0 ? assignment : assignment.substring(0, equals).strip();
      if (equals < 0 || name.isEmpty() || name.chars().anyMatch(c -> c <= ' ')) {
        problems.add(place, KeyPath.ROOT, "this is no line NAME=value", "a name, '=', and a value");
        continue;
      }
      try {
        values.put(name, new Value(value(assignment.substring(equals + 1).strip()), place));
      } catch (Unfit wrong) {
        // The value may be a password: it is not shown.
        problems.add(
            place,
            KeyPath.ROOT,
            "the value of " + Problems.cut(name) + " " + wrong.problem(),
            wrong.expected());
      }
    }
    return values;
  }

  private static String value(String text) throws Unfit {
    if (text.startsWith("'") || text.startsWith("\"")) {
      return quoted(text);
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }

  private static String quoted(String text) throws Unfit {
    char quote = text.charAt(0);
    var value = new StringBuilder();
    int at = 1;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      if (quote == '"' && c == '\\' && at + 1 < text.length()) {
        at++;
        value.append(
            switch (text.charAt(at)) {
              case 'n' -> "\n";
              case 't' -> "\t";
              case 'r' -> "\r";
              case '"', '\\', '$' -> String.valueOf(text.charAt(at));
              default -> "\\" + text.charAt(at);
            });
      } else {
        value.append(c);
      }
      at++;
    }
    if (at >= text.length()) {
      throw new Unfit("begins with a quote that is not closed", "a closing " + quote);
    }
    var rest = text.substring(at + 1).strip();
    if (!rest.isEmpty() && !rest.startsWith("#")) {
      throw new Unfit("goes on after its closing quote", "nothing, or a comment, after the quote");
    }
    return value.toString();
  }
}
