package dev.procman.config;

import dev.procman.config.Node.Kind;
import java.util.regex.Pattern;

/// What a plain scalar is by the core schema of YAML 1.2 (YAML 1.2.2, 10.3.2).
final class ScalarKinds {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private ScalarKinds() {}

  static Kind of(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> Kind.NULL;
      case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.BOOLEAN;
      default -> ofOther(text);
    };
  }

  private static Kind ofOther(String text) {
    char first = text.charAt(0);
    boolean number = (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    if (!number || text.length() > 60) {
      return Kind.TEXT;
    }
    if (isInteger(text)) {
      return Kind.INTEGER;
    }
    return DECIMAL.matcher(text).matches() ? Kind.DECIMAL : Kind.TEXT;
  }

  private static boolean isInteger(String text) {
    if (text.startsWith("0o") || text.startsWith("0x")) {
      int radix = text.charAt(1) == 'o' ? 8 : 16;
      return text.length() > 2
          && text.chars().skip(2).allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
    }
    int from = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    return text.length() > from && text.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
  }
}
