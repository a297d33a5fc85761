package dev.procman.core.output;

import dev.procman.OutputLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines in order, as batches of which the oldest lines may be gone: to add a batch and to drop any
/// number of lines costs little, however many lines they are. Not thread-safe.
final class LineParts {
  /// Of a batch of which less than one in so many lines is left, the rest is copied.
  private static final int WHOLE_KEPT_FOR = 4;

  private final ArrayDeque<Part> parts = new ArrayDeque<>(2);
  private int size;

  /// The lines of a batch from `from` on.
  record Part(LineBatch batch, int from) {
    int size() {
      return batch.size() - from;
    }

    /// Without its first lines. What is a small rest of its batch does not keep the batch: a chunk
    /// and the places of some ten thousand lines may be what one line would hold.
    Part without(int count) {
      int first = from + count;
      return batch.size() - first < batch.size() / WHOLE_KEPT_FOR
          ? new Part(batch.from(first), 0)
          : new Part(batch, first);
    }
  }

  /// How many lines there are.
  int size() {
    return size;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /// That of the oldest line, or a later one than any when there is none.
  long oldestGeneration() {
    var oldest = parts.peekFirst();
    return oldest == null ? Long.MAX_VALUE : oldest.batch().generation();
  }

  void add(LineBatch batch) {
    parts.addLast(new Part(batch, 0));
    size += batch.size();
  }

  /// Takes the oldest part out, or null when there is none.
  @Nullable Part poll() {
    var part = parts.pollFirst();
    if (part != null) {
      size -= part.size();
    }
    return part;
  }

  /// Drops the oldest lines, of which there must be so many.
  void drop(int count) {
    int left = count;
    while (left > 0) {
      var oldest = parts.removeFirst();
      if (oldest.size() > left) {
        parts.addFirst(oldest.without(left));
        left = 0;
      } else {
        left -= oldest.size();
      }
    }
    size -= count;
  }

  /// The newest lines, at most so many, oldest first.
  List<Part> last(int count) {
    int surplus = Math.max(0, size - Math.max(0, count));
    var last = new ArrayList<Part>();
    for (var part : parts) {
      int skipped = Math.min(surplus, part.size());
      surplus -= skipped;
      if (skipped < part.size()) {
        last.add(part.without(skipped));
      }
    }
    return last;
  }

  /// The lines of some parts; they are made text here.
  static List<OutputLine> lines(List<Part> parts) {
    var lines = new OutputLine[parts.stream().mapToInt(Part::size).sum()];
    int next = 0;
    for (var part : parts) {
      for (int i = part.from(); i < part.batch().size(); i++) {
        lines[next++] = part.batch().get(i);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(lines));
  }
}
