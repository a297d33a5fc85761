package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lines of one chunk of bytes: one time, one lock and one wake-up for all of them. Read-only
/// once it is [#seal sealed] and handed on; thread-safe from then on.
///
/// Where a line lies whole in the chunk only its place is noted, and it becomes text when somebody
/// wants it, on the thread of who does: most lines of a child that prints a lot are retained for a
/// moment and seen by nobody.
final class LineBatch implements LineDecoder.Lines {
  private static final byte[] NOTHING = {};

  private final long firstSequence;
  private final long generation;
  private final StdStream stream;
  private final Instant time;
  private byte[] chunk;
  private Charset charset = StandardCharsets.UTF_8;

  /// Where lines begin and end in the chunk, two numbers each.
  private int[] bounds;

  /// The lines that are text already. Threads may race to make one; either is right.
  private @Nullable OutputLine @Nullable [] made;

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
    grow();
    made()[size] = line(size, text, cut);
    size++;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // which array it is, whatever is in it
  public void line(byte[] from, int start, int end, Charset decoding) {
    if (from != chunk) {
      line(new String(from, start, end - start, decoding), false);
      return;
    }
    grow();
    charset = decoding;
    bounds[2 * size] = start;
    bounds[2 * size + 1] = end;
    bytes += end - start;
    size++;
  }

  private void grow() {
    if (bounds.length == 2 * size) {
      bounds = Arrays.copyOf(bounds, Math.max(8, 4 * size));
      if (made != null) {
        made = Arrays.copyOf(made, bounds.length / 2);
      }
    }
  }

  /// All lines are there. Of a chunk that is mostly something else the lines are made now, so that
  /// it is not kept for their sake.
  void seal() {
    if (bytes + size < chunk.length / 2) {
      for (int i = 0; i < size; i++) {
        var _ = get(i);
      }
      chunk = NOTHING;
      bounds = new int[0];
    }
  }

  int size() {
    return size;
  }

  OutputLine get(int index) {
    var lines = made();
    var line = lines[index];
    if (line == null) {
      int from = bounds[2 * index];
      line = line(index, new String(chunk, from, bounds[2 * index + 1] - from, charset), false);
      lines[index] = line;
    }
    return line;
  }

  private OutputLine line(int index, String text, boolean cut) {
    return new OutputLine(firstSequence + index, generation, stream, time, text, cut);
  }

  private @Nullable OutputLine[] made() {
    var present = made;
    if (present == null) {
      present = new OutputLine[bounds.length / 2];
      made = present;
    }
    return present;
  }
}
