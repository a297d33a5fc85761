package dev.procman.config;

import java.util.regex.Pattern;

/// Where a value is written. Only made into an [Origin] when someone asks, since every value has
/// one.
///
/// @param source in which text
/// @param line from 1; 0 without lines
/// @param column from 1; 0 without lines
record Place(Source source, int line, int column) {
  private static final Pattern BREAK = Pattern.compile("\r\n|\r|\n");

  Origin origin() {
    return new Origin(source.name(), line, column);
  }

  /// Where a part of the value is that is written here: where this text stands in the rest of the
  /// line, or else here.
  Place of(String text) {
    if (line == 0 || text.isEmpty()) {
      return this;
    }
    var lines = BREAK.split(source.text(), line + 1);
    if (lines.length < line) {
      return this;
    }
    var written = lines[line - 1];
    // Columns are code points.
    int before = Math.min(column - 1, written.codePointCount(0, written.length()));
    int at = written.indexOf(text, written.offsetByCodePoints(0, before));
    return at < 0 ? this : new Place(source, line, written.codePointCount(0, at) + 1);
  }
}
