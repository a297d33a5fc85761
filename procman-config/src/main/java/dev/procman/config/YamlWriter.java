package dev.procman.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes maps, lists, texts, numbers and booleans as YAML in block style: texts without quotes
/// where that cannot be misread, several lines as such, all else in double quotes.
///
/// The library's own writer is not used: it writes texts that begin with an empty line in a way
/// that cannot be read.
final class YamlWriter {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}");
  private static final Pattern PLAIN =
      Pattern.compile("([A-Za-z0-9_/.$^(\\\\+]|-(?=[A-Za-z0-9-]))[ -~]*");
  private static final Pattern LINES = Pattern.compile("[!-~][ -~]*(\n[ -~]*)*\n?");
  private static final int LONGEST_KEY = 900;

  private final StringBuilder text = new StringBuilder();

  private YamlWriter() {}

  static String write(Map<?, ?> root) {
    var writer = new YamlWriter();
    if (root.isEmpty()) {
      return "{}\n";
    }
    writer.map(root, 0);
    return writer.text.toString();
  }

  private void map(Map<?, ?> map, int depth) {
    boolean first = true;
    for (var entry : map.entrySet()) {
      if (!first) {
        indent(depth);
      }
      first = false;
      var key = String.valueOf(entry.getKey());
      if (key.length() > LONGEST_KEY) {
        text.append("? ").append(quoted(key)).append('\n');
        indent(depth);
      } else {
        text.append(KEY.matcher(key).matches() ? key : quoted(key));
      }
      text.append(':');
      below(entry.getValue(), depth);
    }
  }

  private void below(Object value, int depth) {
    switch (value) {
      case Map<?, ?> map when !map.isEmpty() -> {
        text.append('\n');
        indent(depth + 1);
        map(map, depth + 1);
      }
      case List<?> list when !list.isEmpty() -> {
        text.append('\n');
        list(list, depth + 1);
      }
      default -> {
        text.append(' ');
        single(value, depth + 1);
      }
    }
  }

  private void list(List<?> list, int depth) {
    for (Object item : list) {
      indent(depth);
      text.append("- ");
      switch (item) {
        case Map<?, ?> map when !map.isEmpty() -> map(map, depth + 1);
        case List<?> inner when !inner.isEmpty() -> {
          text.append('\n');
          list(inner, depth + 1);
        }
        default -> single(item, depth + 1);
      }
    }
  }

  private void indent(int depth) {
    text.repeat("  ", depth);
  }

  private void single(Object value, int depth) {
    switch (value) {
      case Map<?, ?> _ -> text.append("{}");
      case List<?> _ -> text.append("[]");
      case String string -> string(string, depth);
      default -> text.append(value);
    }
    if (text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
  }

  private void string(String string, int depth) {
    if (string.indexOf('\n') >= 0 && LINES.matcher(string).matches() && !string.endsWith("\n\n")) {
      text.append(string.endsWith("\n") ? "|" : "|-");
      for (String line : string.split("\n", -1)) {
        text.append('\n');
        if (!line.isEmpty()) {
          indent(depth);
          text.append(line);
        }
      }
    } else {
      text.append(isPlain(string) ? string : quoted(string));
    }
  }

  private static boolean isPlain(String string) {
    return PLAIN.matcher(string).matches()
        && !string.endsWith(" ")
        && !string.endsWith(":")
        && !string.contains(": ")
        && !string.contains(" #")
        && !string.startsWith("---")
        && !string.startsWith("...")
        && ScalarKinds.of(string) == Node.Kind.TEXT;
  }

  private static String quoted(String string) {
    var quoted = new StringBuilder("\"");
    string
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
              boolean shown = (c >= ' ' && c <= '~') || (c >= 0xA1 && Character.isLetterOrDigit(c));
              if (shown) {
                quoted.appendCodePoint(c);
              } else if (c > 0xFFFF) {
                quoted.append(String.format(Locale.ROOT, "\\U%08x", c));
              } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }
}
