package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The lines of one chunk of bytes: one time, one lock and one wake-up for all of them. Read-only
/// once it is [#seal sealed], and thread-safe from then on.
///
/// Where a line lies whole in the chunk only its place is noted, and it becomes text each time that
/// somebody wants it, on the thread of who does: most lines of a child that prints a lot are
/// retained for a moment and seen by nobody, and most others by one reader.
final class LineBatch implements LineDecoder.Lines {
  private static final byte[] NOTHING = {};

  private final long firstSequence;
  private final long generation;
  private final StdStream stream;
  private final Instant time;
  private byte[] chunk;
  private Charset charset = StandardCharsets.UTF_8;

  /// Where lines begin and end in the chunk, two numbers each; the first is below zero for a line
  /// that is made already, and tells which.
  private int[] bounds;

  private List<OutputLine> made = List.of();
  private int bytes;
  private int size;

  /// @param chunk what the lines are decoded from; it is kept and must not change
  /// @param expected how many lines it may have
  LineBatch(
      long firstSequence,
      long generation,
      StdStream stream,
      Instant time,
      byte[] chunk,
      int expected) {
    this.firstSequence = firstSequence;
    this.generation = generation;
    this.stream = stream;
    this.time = time;
    this.chunk = chunk;
    this.bounds = new int[expected * 2];
  }

  @Override
  public void line(String text, boolean cut) {
    add(line(size, text, cut));
  }

  private void add(OutputLine line) {
    if (made.isEmpty()) {
      // Most batches need none.
      made = new ArrayList<>(1);
    }
    grow();
    bounds[2 * size] = -1 - made.size();
    made.add(line);
    size++;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // which array it is, whatever is in it
  public void line(byte[] from, int start, int end, Charset decoding) {
    if (from != chunk) {
      line(new String(from, start, end - start, decoding), false);
      return;
    }
    charset = decoding;
    add(start, end);
  }

  private void add(int start, int end) {
    grow();
    bounds[2 * size] = start;
    bounds[2 * size + 1] = end;
    bytes += end - start;
    size++;
  }

  private void grow() {
    if (bounds.length == 2 * size) {
      bounds = Arrays.copyOf(bounds, Math.max(8, 4 * size));
    }
  }

  /// All lines are there. Of a chunk that is mostly something else the lines are made now, so that
  /// it is not kept for their sake.
  void seal() {
    if (bytes + size < chunk.length / 2) {
      var all = new ArrayList<OutputLine>(size);
      for (int i = 0; i < size; i++) {
        all.add(get(i));
        bounds[2 * i] = -1 - i;
      }
      made = all;
      chunk = NOTHING;
    }
  }

  /// The lines from one on, without the memory that those before it take.
  LineBatch from(int first) {
    int begin = chunk.length;
    int end = 0;
    for (int i = first; i < size; i++) {
      if (bounds[2 * i] >= 0) {
        begin = Math.min(begin, bounds[2 * i]);
        end = bounds[2 * i + 1];
      }
    }
    byte[] rest = begin < end ? Arrays.copyOfRange(chunk, begin, end) : NOTHING;
    var batch = new LineBatch(firstSequence + first, generation, stream, time, rest, size - first);
    batch.charset = charset;
    for (int i = first; i < size; i++) {
      int start = bounds[2 * i];
      if (start < 0) {
        batch.add(made.get(-1 - start));
      } else {
        batch.add(start - begin, bounds[2 * i + 1] - begin);
      }
    }
    return batch;
  }

  long generation() {
    return generation;
  }

  int size() {
    return size;
  }

  OutputLine get(int index) {
    int from = bounds[2 * index];
    if (from < 0) {
      return made.get(-1 - from);
    }
    return line(index, new String(chunk, from, bounds[2 * index + 1] - from, charset), false);
  }

  private OutputLine line(int index, String text, boolean cut) {
    return new OutputLine(firstSequence + index, generation, stream, time, text, cut);
  }
}
