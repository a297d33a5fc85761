package dev.procman.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads files of `NAME=value` lines: blank lines and `#` comments are skipped, `export` before a
/// name too. A value in single quotes is itself, in double quotes `\n`, `\r`, `\t`, `\"`, `\\` and
/// `\$` are known, and without quotes it ends before ` #`. A value in quotes may have several
/// lines.
///
/// Outside of single quotes `${NAME}` and `${NAME:-default}` are filled in from the lines above and
/// from the environment; a `$` before anything else is itself, so that hashes and the like stay.
final class DotEnv {
  private static final int LONGEST = Limits.ofDefaults().bytes();
  private static final int FILES = 8;
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^{}]*))?}");

  private final Source source;
  private final String text;
  private final Function<String, Optional<String>> environment;
  private final Problems problems;
  private final Map<String, Value> values = new LinkedHashMap<>();
  private long left = (long) FILES * LONGEST;
  private int at;
  private int line = 1;

  /// A value and where it is.
  record Value(String text, Place place) {}

  private DotEnv(Source source, Function<String, Optional<String>> environment, Problems problems) {
    this.source = source;
    this.text = source.text();
    this.environment = environment;
    this.problems = problems;
  }

  /// @param environment what is filled in where no line above says it
  static Map<String, Value> read(
      Source source, Map<String, String> environment, Problems problems) {
    var file = new DotEnv(source, name -> Optional.ofNullable(environment.get(name)), problems);
    while (file.at < file.text.length()) {
      file.line();
    }
    return file.values;
  }

  private void line() {
    int start = at;
    var first = text.substring(start, endOfLine(start));
    var stripped = first.strip();
    if (stripped.isEmpty() || stripped.startsWith("#")) {
      next(start + first.length());
      return;
    }
    int lead = first.indexOf(stripped.charAt(0));
    var place = source.at(line, lead + 1);
    int from = start + lead;
    if (stripped.startsWith("export") && stripped.length() > 6 && isBlank(stripped.charAt(6))) {
      from += 6;
    }
    int equals = text.indexOf('=', from);
    var name =
        equals < 0 || equals > start + first.length() ? "" : text.substring(from, equals).strip();
    if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ')) {
      problems.add(place, KeyPath.ROOT, "this is no line NAME=value", "a name, '=', and a value");
      next(start + first.length());
      return;
    }
    at = equals + 1;
    while (at < start + first.length() && isBlank(text.charAt(at))) {
      at++;
    }
    try {
      var value = value(start + first.length());
      values.put(name, new Value(value, place));
    } catch (Unfit wrong) {
      // The value may be a password: it is not shown.
      problems.add(
          place,
          KeyPath.ROOT,
          "the value of " + Problems.cut(name) + " " + wrong.problem(),
          wrong.expected());
      at = left < 0 ? text.length() : start + first.length();
    }
    next(endOfLine(at));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private int endOfLine(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  private void next(int endOfLine) {
    at = endOfLine + 1;
    line++;
  }

  private String value(int endOfLine) throws Unfit {
    if (at < endOfLine && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      return quoted(text.charAt(at));
    }
    var raw = text.substring(at, endOfLine).strip();
    at = endOfLine;
    int comment = raw.startsWith("#") ? 0 : raw.indexOf(" #");
    var filled = new StringBuilder();
    append(comment < 0 ? raw : raw.substring(0, comment).strip(), filled);
    return filled.toString();
  }

  private String quoted(char quote) throws Unfit {
    int close = at + 1;
    while (close < text.length() && text.charAt(close) != quote) {
      close += quote == '"' && text.charAt(close) == '\\' ? 2 : 1;
    }
    if (close >= text.length()) {
      throw new Unfit("begins with a quote that is not closed", "a closing " + quote);
    }
    var inside = text.substring(at + 1, close).replace("\r\n", "\n");
    var rest = text.substring(close + 1, endOfLine(close)).strip();
    if (!rest.isEmpty() && !rest.startsWith("#")) {
      throw new Unfit("goes on after its closing quote", "nothing, or a comment, after the quote");
    }
    line += (int) text.substring(at, close).chars().filter(c -> c == '\n').count();
    at = close;
    return quote == '"' ? unescaped(inside) : inside;
  }

  private String unescaped(String inside) throws Unfit {
    var value = new StringBuilder();
    int from = 0;
    for (int i = inside.indexOf('\\');
        i >= 0 && i + 1 < inside.length();
        i = inside.indexOf('\\', from)) {
      append(inside.substring(from, i), value);
      char c = inside.charAt(i + 1);
      value.append(
          switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '"', '\\', '$' -> String.valueOf(c);
            default -> "\\" + c;
          });
      from = i + 2;
    }
    append(inside.substring(from), value);
    return value.toString();
  }

  private void append(String part, StringBuilder value) throws Unfit {
    var reference = REFERENCE.matcher(part);
    int from = 0;
    while (reference.find()) {
      var filled = filled(reference.group(1), reference.group(2), reference.group(3));
      requireRoom(value.length() + (long) filled.length(), filled.length());
      value.append(part, from, reference.start()).append(filled);
      from = reference.end();
    }
    value.append(part.substring(from));
  }

  /// Values that hold others double with each line.
  private void requireRoom(long length, long more) throws Unfit {
    left -= more;
    if (length > LONGEST || left < 0) {
      throw new Unfit(
          "becomes too long once variables are filled in", "less than " + Sizes.write(LONGEST));
    }
  }

  private String filled(String name, @Nullable String operator, @Nullable String standard)
      throws Unfit {
    var above = values.get(name);
    var known = above != null ? Optional.of(above.text()) : environment.apply(name);
    if (operator != null && standard != null) {
      boolean emptyIsUnset = operator.startsWith(":");
      return known.filter(set -> !(emptyIsUnset && set.isEmpty())).orElse(standard);
    }
    return known.orElseThrow(() ->
        new Unfit(
            "refers to the variable '" + Quoting.variable(name) + "', which is not set",
            "one of a line above or of the environment, '${"
                + Quoting.variable(name)
                + ":-default}', or single quotes around the value"));
  }
}
