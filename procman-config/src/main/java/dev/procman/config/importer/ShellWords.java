package dev.procman.config.importer;

import java.util.ArrayList;
import java.util.List;

/// Splits a command line as a POSIX shell does that expands nothing: words end at blanks, quotes
/// and backslashes keep them together.
final class ShellWords {
  private ShellWords() {}

  /// @throws IllegalArgumentException when a quote is not closed
  static List<String> split(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == '\'') {
        quote = c == '\'' ? 0 : quote;
        if (c != '\'') {
          word.append(c);
        }
      } else if (c == '\\') {
        char next = i + 1 < line.length() ? line.charAt(i + 1) : '\\';
        if (quote == '"' && next != '"' && next != '\\') {
          word.append(c);
        } else {
          word.append(next);
          i++;
        }
        begun = true;
      } else if (quote == '"') {
        quote = c == '"' ? 0 : quote;
        if (c != '"') {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  /// One word of a shell's script, whatever it holds.
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
