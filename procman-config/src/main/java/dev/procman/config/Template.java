package dev.procman.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Run-time templates in texts: `${port.http}` and the like are filled in when a process starts,
/// `$$` is a `$`, and a `$` before anything else is itself.
final class Template {
  private static final Pattern NAME =
      Pattern.compile("name|(port|dir|data|env)\\.[^{}]*", Pattern.DOTALL);

  private Template() {}

  /// Whether `${name}` is a run-time template and not a variable.
  static boolean isRunTime(String name) {
    return NAME.matcher(name).matches();
  }

  /// A text that stands for itself.
  static String escape(String literal) {
    return literal.indexOf('$') < 0 ? literal : literal.replace("$", "$$");
  }

  /// What a text without templates stands for.
  static String unescape(String text) {
    return text.indexOf('$') < 0 ? text : text.replace("$$", "$");
  }

  /// Where the first template begins, or -1.
  static int firstIn(String text) {
    int at = text.indexOf('$');
    while (at >= 0 && at + 1 < text.length()) {
      if (text.charAt(at + 1) == '{') {
        return at;
      }
      at = text.indexOf('$', at + (text.charAt(at + 1) == '$' ? 2 : 1));
    }
    return -1;
  }

  /// The brace that closes the one after the `$` at `start`, others between them aside; -1 when
  /// there is none.
  static int close(String text, int start) {
    int depth = 1;
    for (int at = start + 2; at < text.length(); at++) {
      if (text.startsWith("${", at)) {
        depth++;
        at++;
      } else if (text.charAt(at) == '}' && --depth == 0) {
        return at;
      }
    }
    return -1;
  }

  /// The template that begins there.
  static String at(String text, int start) {
    int end = text.indexOf('}', start);
    return end < 0 ? text.substring(start) : text.substring(start, end + 1);
  }

  /// The names of all templates in a text.
  static List<String> names(String text) {
    var names = new ArrayList<String>();
    var rest = text;
    for (int start = firstIn(rest); start >= 0; start = firstIn(rest)) {
      var template = at(rest, start);
      names.add(
          template.endsWith("}")
              ? template.substring(2, template.length() - 1)
              : template.substring(2));
      rest = rest.substring(start + template.length());
    }
    return names;
  }
}
