package dev.procman.config;

import java.util.ArrayList;
import java.util.List;

/// Splits a command line into words as a POSIX shell does with quotes and backslashes. It is no
/// shell: what would need one is an error. A variable stays within its word whatever its value.
final class CommandWords {
  private static final String OPERATORS = "|&;<>()`\n";

  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private CommandWords(String text) {
    this.text = text;
  }

  static List<String> split(String text) throws Unfit {
    return new CommandWords(text).split();
  }

  private List<String> split() throws Unfit {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '$' && text.startsWith("${", at)) {
        variable();
      } else if (c == '\'' || c == '"') {
        quoted(c);
      } else if (c == '\\') {
        escaped();
      } else if (c == ' ' || c == '\t' || isLineEnd(c)) {
        at++;
        endWord();
      } else if (OPERATORS.indexOf(c) >= 0) {
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
    return (c == '\n' || c == '\r') && text.substring(at).isBlank();
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
      if (text.startsWith("${", at)) {
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
          "the quote " + Problems.cut(text.substring(opened)) + " is not closed",
          "a closing " + quote);
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
