package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.time.Instant;
import java.util.Arrays;

/// The lines of one chunk of bytes: one time, one lock and one wake-up for all of them. Read-only
/// once handed on.
final class LineBatch implements LineDecoder.Lines {
  private final long firstSequence;
  private final long generation;
  private final StdStream stream;
  private final Instant time;
  private OutputLine[] lines;
  private int size;

  LineBatch(long firstSequence, long generation, StdStream stream, Instant time, int expected) {
    this.firstSequence = firstSequence;
    this.generation = generation;
    this.stream = stream;
    this.time = time;
    this.lines = new OutputLine[expected];
  }

  @Override
  public void line(String text, boolean cut) {
    if (size == lines.length) {
      lines = Arrays.copyOf(lines, Math.max(8, size * 2));
    }
    lines[size] = new OutputLine(firstSequence + size, generation, stream, time, text, cut);
    size++;
  }

  int size() {
    return size;
  }

  OutputLine get(int index) {
    return lines[index];
  }
}
