package dev.procman.config;

import java.util.ArrayList;
import java.util.List;

/// Splits a command line into words as a POSIX shell does with quotes and backslashes.
final class CommandWords {
  private static final String OPERATORS = "|&;<>()`\n";

  private final String text;
  private final Dialect dialect;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  /// Which characters mean something besides quotes, backslashes and blanks.
  private enum Dialect {
    OURS,
    PLAIN
  }

  private CommandWords(String text, Dialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /// The words of a command line of procman. No shell runs it: what would need one is an error. A
  /// variable stays within its word whatever its value.
  static List<String> split(String text) throws Unfit {
    return new CommandWords(text, Dialect.OURS).split();
  }

  /// The words where nothing else means anything: a `$` and a `;` are themselves, and a line ends a
  /// word.
  static List<String> plain(String text) throws Unfit {
    return new CommandWords(text, Dialect.PLAIN).split();
  }

  /// One word of a shell's script, whatever it holds.
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private List<String> split() throws Unfit {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isVariable()) {
        variable();
      } else if (c == '\'' || c == '"') {
        quoted(c);
      } else if (c == '\\') {
        escaped();
      } else if (c == ' ' || c == '\t' || isLineEnd(c)) {
        at++;
        endWord();
      } else if (dialect == Dialect.OURS && OPERATORS.indexOf(c) >= 0) {
        throw new Unfit(
            "'" + c + "' means something to a shell, and no shell runs this",
            "the key 'shell' in place of 'command', or the character in quotes");
      } else {
        add(c);
      }
    }
    endWord();
    if (words.isEmpty() || words.getFirst().isBlank()) {
      throw new Unfit("there is no program in it", "a program and its arguments");
    }
    return List.copyOf(words);
  }

  /// A folded text ends with one; in the middle it would separate commands.
  private boolean isLineEnd(char c) {
    return (c == '\n' || c == '\r') && (dialect == Dialect.PLAIN || text.substring(at).isBlank());
  }

  private boolean isVariable() {
    return dialect == Dialect.OURS && text.startsWith("${", at);
  }

  private void add(char c) {
    word.append(c);
    inWord = true;
    at++;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private void variable() throws Unfit {
    int depth = 0;
    do {
      if (at >= text.length()) {
        throw new Unfit("'${' has no closing brace", "'}', or '$$' for a dollar sign");
      }
      if (text.startsWith("${", at)) {
        depth++;
        add('$');
      } else if (text.charAt(at) == '}') {
        depth--;
      }
      add(text.charAt(at));
    } while (depth > 0);
  }

  private void quoted(char quote) throws Unfit {
    int opened = at++;
    inWord = true;
    while (at < text.length() && text.charAt(at) != quote) {
      if (isVariable()) {
        variable();
      } else if (quote == '"' && text.charAt(at) == '\\' && at + 1 < text.length()) {
        char next = text.charAt(at + 1);
        if (next != '"' && next != '\\') {
          word.append('\\');
        }
        at++;
        add(next);
      } else {
        add(text.charAt(at));
      }
    }
    if (at >= text.length()) {
      throw new Unfit(
          "the quote at character " + (opened + 1) + " is not closed", "a closing " + quote);
    }
    at++;
  }

  private void escaped() throws Unfit {
    at++;
    if (at >= text.length()) {
      throw new Unfit("it ends with a backslash", "a character after it, or none");
    }
    add(text.charAt(at));
  }
}
