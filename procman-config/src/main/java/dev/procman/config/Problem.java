package dev.procman.config;

import java.util.Optional;

/// One thing that is wrong with a configuration.
///
/// @param origin where it is written
/// @param path the key at fault from the root, such as `processes.web.restart.limit`; may be empty
/// @param text the offending text; empty when there is none, or when it must not be shown
/// @param message what is wrong with it
/// @param expected what would be right; may be empty
/// @param suggestion what was probably meant
/// @param line the line of the source that it is written in; empty when there is none
public record Problem(
    Origin origin,
    String path,
    String text,
    String message,
    String expected,
    Optional<String> suggestion,
    Optional<String> line) {
  private static final int MOST_SHOWN = 160;

  /// The file, or the words for another source.
  public String file() {
    return origin.source();
  }

  /// The place, what is wrong, what was expected, and the line with a mark below the place.
  @Override
  public String toString() {
    var words = new StringBuilder(origin.toString()).append(": ");
    if (!path.isEmpty()) {
      words.append(path).append(": ");
    }
    words.append(message);
    if (!expected.isEmpty()) {
      words.append("; expected ").append(expected);
    }
    suggestion.ifPresent(meant -> words.append("; did you mean '").append(meant).append("'?"));
    line.ifPresent(shown -> words.append(marked(shown)));
    return words.toString();
  }

  /// The line is cut around the column when it is long.
  private String marked(String shown) {
    int at = Math.min(Math.max(origin.column() - 1, 0), shown.length());
    int from = at < MOST_SHOWN - 20 ? 0 : at - MOST_SHOWN / 2;
    var piece = shown.substring(from, Math.min(shown.length(), from + MOST_SHOWN));
    return "\n    " + piece + "\n    " + " ".repeat(at - from) + "^";
  }
}
