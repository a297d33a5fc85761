package dev.procman.core.output;

import java.util.List;

/// The retained lines. Bounded by their number, not by their bytes: the worst case is the number
/// times the longest line. Not thread-safe.
final class LineRing {
  private final LineParts lines = new LineParts();
  private int capacity;

  LineRing(int capacity) {
    this.capacity = capacity;
  }

  /// Another size; the oldest lines go when it is smaller.
  void capacity(int other) {
    capacity = other;
    trim();
  }

  void add(LineBatch batch) {
    lines.add(batch);
    trim();
  }

  private void trim() {
    lines.drop(Math.max(0, lines.size() - capacity));
  }

  /// That of the oldest line, or a later one than any when there is none.
  long oldestGeneration() {
    return lines.oldestGeneration();
  }

  List<LineParts.Part> all() {
    return lines.last(capacity);
  }

  List<LineParts.Part> tail(int count) {
    return lines.last(count);
  }
}
