package dev.procman.config;

import java.nio.file.Path;
import java.util.Optional;

/// A text that values are read from.
///
/// @param name its path, or words for it
/// @param directory what relative paths in it are relative to
/// @param text the text
/// @param lines what is said of its lines
record Source(String name, Path directory, String text, Lines lines) {

  /// What is said of the lines of a source.
  enum Lines {
    /// It has none.
    NONE,
    /// Their numbers: each may hold a password.
    TOLD,
    /// What is written in them too.
    SHOWN
  }

  /// A line without its end, if it may be shown.
  ///
  /// @param number from 1
  Optional<String> line(int number) {
    if (lines != Lines.SHOWN || number < 1) {
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
    return lines == Lines.NONE ? start() : new Place(this, line, column);
  }

  Place start() {
    return lines == Lines.NONE ? new Place(this, 0, 0) : new Place(this, 1, 1);
  }

  /// Not the text, which may be long or a password.
  @Override
  public String toString() {
    return name;
  }
}
