package dev.procman.core.output;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Lines on their way to a file or stream, each with its end. Owned by one thread at a time, and
/// equal to nothing but itself.
final class GatheredLines {
  private static final int USUAL_BYTES = 8 * 1024;

  private byte[] bytes = new byte[USUAL_BYTES];
  private int[] ends = new int[64];
  private final List<Instant> times = new ArrayList<>();

  /// Whether a line of that length fits beside what is there. One that is alone always does.
  boolean hasRoom(int length) {
    return isEmpty() || byteCount() + length <= USUAL_BYTES;
  }

  void add(byte[] line, Instant time) {
    int at = byteCount();
    if (at + line.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, at + line.length);
    }
    System.arraycopy(line, 0, bytes, at, line.length);
    if (lineCount() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    ends[lineCount()] = at + line.length;
    times.add(time);
  }

  boolean isEmpty() {
    return times.isEmpty();
  }

  boolean isFull() {
    return byteCount() >= USUAL_BYTES;
  }

  int lineCount() {
    return times.size();
  }

  int byteCount() {
    return start(lineCount());
  }

  /// Where a line begins; for the number of lines, where the last one ends.
  int start(int line) {
    return line == 0 ? 0 : ends[line - 1];
  }

  Instant time(int line) {
    return times.get(line);
  }

  /// How many lines end at or before that place.
  int linesUpTo(int offset) {
    int lines = 0;
    while (lines < lineCount() && ends[lines] <= offset) {
      lines++;
    }
    return lines;
  }

  /// The bytes, not copied.
  byte[] bytes() {
    return bytes;
  }

  void clear() {
    times.clear();
    if (bytes.length > USUAL_BYTES) {
      bytes = new byte[USUAL_BYTES]; // one huge line is not held for ever
    }
  }
}
