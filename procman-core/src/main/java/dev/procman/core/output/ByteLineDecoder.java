package dev.procman.core.output;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.Arrays;

/// Splits at the byte LF first and decodes whole lines after that: `new String` of a range is
/// intrinsic for ASCII, and a character split across reads needs no decoder state. Only right for
/// character sets where 0x0A is nothing but LF.
final class ByteLineDecoder implements LineDecoder {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LF_EIGHT_TIMES = 0x0A0A0A0A0A0A0A0AL;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final byte[] NOTHING = {};
  private static final int KEEP_BUFFER = 16 * 1024;

  private final Charset charset;
  private final int limit;

  /// So many bytes surely are more than `limit` characters, also after a trailing CR or a torn
  /// character is taken off.
  private final int byteLimit;

  private byte[] partial = NOTHING;
  private int length;
  private boolean skipping;

  /// @param bytesPerChar the most bytes that can become a single `char`
  ByteLineDecoder(Charset charset, int limit, int bytesPerChar) {
    this.charset = charset;
    this.limit = limit;
    this.byteLimit = limit * bytesPerChar + 4;
  }

  @Override
  public void decode(byte[] bytes, int from, int to, Lines lines) {
    int start = from;
    int lf;
    while ((lf = indexOfLf(bytes, start, to)) >= 0) {
      if (skipping) {
        skipping = false;
      } else if (length == 0) {
        emit(bytes, start, lf, true, lines);
      } else {
        keep(bytes, start, lf, lines);
        if (!skipping) {
          emit(partial, 0, length, true, lines);
        }
        reset();
      }
      start = lf + 1;
    }
    if (start < to && !skipping) {
      keep(bytes, start, to, lines);
    }
  }

  @Override
  public void end(Lines lines) {
    if (length > 0) {
      emit(partial, 0, length, false, lines);
    }
    reset();
  }

  @Override
  public String unfinished() {
    var text = new String(partial, 0, length, charset);
    return text.substring(0, Math.min(text.length(), limit));
  }

  /// Adds to the partial line; once that is surely too long, hands it over and skips the rest.
  private void keep(byte[] bytes, int from, int to, Lines lines) {
    int count = Math.min(to - from, byteLimit - length);
    if (length + count > partial.length) {
      int larger = (int) Math.min(byteLimit, Math.max(length + count, partial.length * 2L));
      partial = Arrays.copyOf(partial, larger);
    }
    System.arraycopy(bytes, from, partial, length, count);
    length += count;
    if (length == byteLimit) {
      emit(partial, 0, length, false, lines);
      reset();
      skipping = true;
    }
  }

  private void reset() {
    length = 0;
    skipping = false;
    if (partial.length > KEEP_BUFFER) {
      partial = NOTHING;
    }
  }

  private void emit(byte[] bytes, int from, int to, boolean terminated, Lines lines) {
    int end = terminated && to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    int count = end - from;
    if (count <= limit) {
      // The common case: a byte never becomes more than one char, so it cannot be too long.
      lines.line(bytes, from, end, charset);
    } else {
      var text = new String(bytes, from, Math.min(count, byteLimit), charset);
      LineDecoder.emit(text, limit, lines);
    }
  }

  /// Eight bytes a step: subtracting one from each byte of `word ^ LF` borrows into the high bit
  /// exactly where the first zero byte is (Hacker's Delight, 6-1).
  private static int indexOfLf(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i) ^ LF_EIGHT_TIMES;
      long hit = (word - LOW_BITS) & ~word & HIGH_BITS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
