package dev.procman.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The way to a value from the root. A list of segments that share their beginnings.
///
/// @param parent the way to what holds it; empty at the root
/// @param segment its key, or `[n]`
record KeyPath(Optional<KeyPath> parent, String segment) {
  static final KeyPath ROOT = new KeyPath(Optional.empty(), "");

  static KeyPath of(String... segments) {
    var path = ROOT;
    for (String segment : segments) {
      path = path.key(segment);
    }
    return path;
  }

  KeyPath key(String key) {
    return new KeyPath(Optional.of(this), key);
  }

  KeyPath item(int index) {
    return key("[" + index + "]");
  }

  List<String> segments() {
    var segments = new ArrayList<String>();
    for (var at = this; at.parent.isPresent(); at = at.parent.get()) {
      segments.add(at.segment);
    }
    return segments.reversed();
  }

  /// Reads `a.b.c`; a segment with dots in it stands in double quotes.
  ///
  /// @return nothing when a segment is empty or quotes are not closed
  static Optional<List<String>> parse(String text) {
    var segments = new ArrayList<String>();
    int at = 0;
    while (at <= text.length()) {
      boolean quoted = at < text.length() && text.charAt(at) == '"';
      int end = quoted ? text.indexOf('"', at + 1) : text.indexOf('.', at);
      if (quoted && end < 0) {
        return Optional.empty();
      }
      int stop = end < 0 ? text.length() : end;
      var segment = text.substring(quoted ? at + 1 : at, stop);
      int next = quoted ? stop + 1 : stop;
      boolean ends = next >= text.length();
      if (segment.isEmpty() || (!ends && text.charAt(next) != '.')) {
        return Optional.empty();
      }
      segments.add(segment);
      at = ends ? text.length() + 1 : next + 1;
    }
    return segments.isEmpty() ? Optional.empty() : Optional.of(segments);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (String segment : segments()) {
      boolean index = segment.startsWith("[");
      if (!text.isEmpty() && !index) {
        text.append('.');
      }
      text.append(segment.indexOf('.') >= 0 && !index ? '"' + segment + '"' : segment);
    }
    return text.toString();
  }
}
