package dev.procman.core.output;

import dev.procman.OutputLine;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The retained lines. Bounded by their number, not by their bytes: the worst case is the number
/// times the longest line. Not thread-safe.
final class LineRing {
  private final ArrayDeque<OutputLine> lines = new ArrayDeque<>();
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
    for (int i = Math.max(0, batch.size() - capacity); i < batch.size(); i++) {
      lines.addLast(batch.get(i));
      trim();
    }
  }

  private void trim() {
    while (lines.size() > capacity) {
      lines.removeFirst();
    }
  }

  List<OutputLine> all() {
    return listOf(lines.toArray(OutputLine[]::new));
  }

  List<OutputLine> tail(int count) {
    var last = new OutputLine[Math.min(Math.max(0, count), lines.size())];
    var newestFirst = lines.descendingIterator();
    for (int i = last.length - 1; i >= 0; i--) {
      last[i] = newestFirst.next();
    }
    return listOf(last);
  }

  private static List<OutputLine> listOf(OutputLine[] own) {
    return Collections.unmodifiableList(Arrays.asList(own));
  }
}
