package dev.procman.config;

import java.nio.file.Path;
import java.util.Optional;

/// A text that values are read from.
///
/// @param name its path, or words for it
/// @param directory what relative paths in it are relative to
/// @param text the text
/// @param hasLines whether a place in it is told by line and column, and the line shown
record Source(String name, Path directory, String text, boolean hasLines) {

  /// A line without its end.
  ///
  /// @param number from 1
  Optional<String> line(int number) {
    if (!hasLines || number < 1) {
      return Optional.empty();
    }
    int from = 0;
    for (int n = 1; n < number; n++) {
      from = text.indexOf('\n', from) + 1;
      if (from == 0) {
        return Optional.empty();
      }
    }
    int to = text.indexOf('\n', from);
    var line = text.substring(from, to < 0 ? text.length() : to);
    return Optional.of(line.replace('\t', ' ').stripTrailing());
  }

  Place at(int line, int column) {
    return hasLines ? new Place(this, line, column) : start();
  }

  Place start() {
    return hasLines ? new Place(this, 1, 1) : new Place(this, 0, 0);
  }

  /// Not the text, which may be long or a password.
  @Override
  public String toString() {
    return name;
  }
}
