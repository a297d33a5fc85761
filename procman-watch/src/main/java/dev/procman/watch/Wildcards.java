package dev.procman.watch;

import dev.procman.InvalidSpecException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Translates wildcards into regular expressions over paths with `/` between their names.
///
/// `*` and `?` stand for characters of one name, `[a-z]` and `[!a-z]` for one of them, `**` between
/// slashes for any number of names, none included. `\` takes the next character as it is. Braces
/// are alternatives where asked for: gitignore(5) has none.
final class Wildcards {
  private final String glob;
  private final boolean braces;
  private final StringBuilder regex = new StringBuilder();
  private int at;
  private int depth;

  private Wildcards(String glob, boolean braces) {
    this.glob = glob;
    this.braces = braces;
  }

  /// A pattern by the rule of the house: without a slash, but for one at its end, it is a name at
  /// any depth; with one it is a path from the root. A slash at the start only ties it to the root.
  ///
  /// @throws InvalidSpecException when it makes no sense
  static Pattern path(String glob) {
    try {
      return Pattern.compile(anchored(glob, true), Pattern.DOTALL);
    } catch (PatternSyntaxException wrong) {
      throw new InvalidSpecException(
          "watch.pattern", glob, "correct it: " + wrong.getDescription());
    }
  }

  /// The regular expression for a pattern that has no slash at its end.
  static String anchored(String glob, boolean braces) {
    String body = glob.startsWith("/") ? glob.substring(1) : glob;
    String prefix = glob.indexOf('/') >= 0 ? "" : "(?:.*/)?";
    return prefix + new Wildcards(body, braces).translate();
  }

  private String translate() {
    while (at < glob.length()) {
      one(glob.charAt(at));
    }
    if (depth > 0) {
      throw new PatternSyntaxException("a brace is not closed", glob, at);
    }
    return regex.toString();
  }

  private void one(char next) {
    switch (next) {
      case '*' -> stars();
      case '?' -> put("[^/]", 1);
      case '[' -> bracket();
      case '\\' -> escaped();
      case '{' -> brace(next, "(?:", 1);
      case '}' -> brace(next, ")", -1);
      case ',' -> brace(next, "|", 0);
      default -> literal(next);
    }
  }

  private void put(String expression, int taken) {
    regex.append(expression);
    at += taken;
  }

  private void literal(char next) {
    if ("\\.[]{}()*+-?^$|&#".indexOf(next) >= 0) {
      regex.append('\\');
    }
    put(String.valueOf(next), 1);
  }

  private void stars() {
    int end = at;
    while (end < glob.length() && glob.charAt(end) == '*') {
      end++;
    }
    boolean begins = at == 0 || glob.charAt(at - 1) == '/';
    if (end - at == 2 && begins && glob.startsWith("/", end)) {
      put("(?:.*/)?", 3);
    } else if (end - at == 2 && begins && end == glob.length()) {
      put(".+", 2);
    } else {
      put("[^/]*", end - at);
    }
  }

  private void bracket() {
    int first = at + 1;
    boolean not = first < glob.length() && "!^".indexOf(glob.charAt(first)) >= 0;
    int from = not ? first + 1 : first;
    // A bracket right after the opening one is a member of the set (fnmatch(3)).
    int end = from < glob.length() ? closing(from) : -1;
    if (end < 0) {
      literal('[');
      return;
    }
    String members = glob.substring(from, end);
    regex.append("(?!/)[").append(not ? "^" : "");
    for (int i = 0; i < members.length(); i++) {
      i = member(members, i);
    }
    put("]", end + 1 - at);
  }

  private int closing(int from) {
    for (int i = from; i < glob.length(); i++) {
      if (glob.startsWith("[:", i)) {
        int close = glob.indexOf(":]", i + 2);
        i = close < 0 ? i : close + 1;
      } else if (glob.charAt(i) == '\\') {
        i++;
      } else if (glob.charAt(i) == ']' && i > from) {
        return i;
      }
    }
    return -1;
  }

  /// @return the index of the last character it took
  private int member(String members, int i) {
    char next = members.charAt(i);
    int close = members.startsWith("[:", i) ? members.indexOf(":]", i + 2) : -1;
    if (close > 0) {
      String name = members.substring(i + 2, close);
      regex
          .append("\\p{")
          .append(name.substring(0, 1).toUpperCase(Locale.ROOT))
          .append(name.equals("xdigit") ? "Digit" : name.substring(1))
          .append('}');
      return close + 1;
    }
    if (next == '\\' && i + 1 < members.length()) {
      regex.append('\\').append(members.charAt(i + 1));
      return i + 1;
    }
    if (next == '-') {
      boolean range = i > 0 && i + 1 < members.length();
      regex.append(range ? "-" : "\\-");
    } else {
      if ("\\[]^&".indexOf(next) >= 0) {
        regex.append('\\');
      }
      regex.append(next);
    }
    return i;
  }

  private void escaped() {
    if (at + 1 == glob.length()) {
      throw new PatternSyntaxException("nothing follows the last backslash", glob, at);
    }
    at++;
    char next = glob.charAt(at);
    if (Character.isLetterOrDigit(next)) {
      put(String.valueOf(next), 1);
    } else {
      literal(next);
    }
  }

  private void brace(char next, String expression, int deeper) {
    boolean meant = braces && (next == '{' || depth > 0);
    if (!meant) {
      literal(next);
      return;
    }
    depth += deeper;
    put(expression, 1);
  }
}
