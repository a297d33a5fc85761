package dev.procman.config;

/// Decodes `\n`, `\x03` and the like, as keys to be typed are written.
final class Escapes {
  private Escapes() {}

  static String decode(String text) {
    var decoded = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      char escaped = i + 1 < text.length() ? text.charAt(i + 1) : '\\';
      if (c != '\\') {
        decoded.append(c);
        i++;
      } else if (escaped == 'x'
          && i + 3 < text.length()
          && isHex(text, i + 2)
          && isHex(text, i + 3)) {
        decoded.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 4;
      } else {
        decoded.append(
            switch (escaped) {
              case 'r' -> '\r';
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'e' -> '\u001b';
              case '0' -> '\0';
              case 'a' -> '\u0007';
              case 'b' -> '\b';
              case 'f' -> '\f';
              case 'v' -> '\u000b';
              default -> escaped;
            });
        i += 2;
      }
    }
    return decoded.toString();
  }

  private static boolean isHex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0;
  }
}
