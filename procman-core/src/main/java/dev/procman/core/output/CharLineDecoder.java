package dev.procman.core.output;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/// Decodes first and splits after that: right for every character set, UTF-16 and stateful ones
/// included.
final class CharLineDecoder implements LineDecoder {
  private static final byte[] NOTHING = {};
  private static final int KEEP_BUFFER = 16 * 1024;

  private final CharsetDecoder decoder;
  private final int limit;
  private final CharBuffer chars = CharBuffer.allocate(1024);

  /// The line so far: at most two characters more than the limit, of which the first may be the CR
  /// of a terminator.
  private final StringBuilder line = new StringBuilder();

  /// Bytes of a character whose rest has not arrived.
  private byte[] rest = NOTHING;

  private boolean skipping;

  CharLineDecoder(Charset charset, int limit) {
    this.limit = limit;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE)
            .replaceWith("\uFFFD");
  }

  @Override
  public void decode(byte[] bytes, int from, int to, Lines lines) {
    var in = ByteBuffer.wrap(bytes, from, to - from);
    if (rest.length > 0) {
      in = ByteBuffer.allocate(rest.length + to - from).put(rest).put(in).flip();
    }
    decode(in, false, lines);
    rest = in.hasRemaining() ? new byte[in.remaining()] : NOTHING;
    in.get(rest);
  }

  @Override
  public void end(Lines lines) {
    decode(ByteBuffer.wrap(rest), true, lines);
    CoderResult result;
    do {
      result = decoder.flush(chars.clear());
      split(lines);
    } while (result.isOverflow());
    decoder.reset();
    rest = NOTHING;
    if (!line.isEmpty()) {
      LineDecoder.emit(line.toString(), limit, lines);
    }
    reset();
    skipping = false;
  }

  @Override
  public String unfinished() {
    return line.substring(0, Math.min(line.length(), limit));
  }

  private void decode(ByteBuffer in, boolean end, Lines lines) {
    CoderResult result;
    do {
      result = decoder.decode(in, chars.clear(), end);
      split(lines);
    } while (result.isOverflow());
  }

  private void split(Lines lines) {
    chars.flip();
    while (chars.hasRemaining()) {
      char c = chars.get();
      if (c == '\n') {
        if (!skipping) {
          terminate(lines);
        }
        skipping = false;
      } else if (!skipping) {
        line.append(c);
        if (line.length() == limit + 2) {
          LineDecoder.emit(line.toString(), limit, lines);
          reset();
          skipping = true;
        }
      }
    }
  }

  private void terminate(Lines lines) {
    int last = line.length() - 1;
    if (last >= 0 && line.charAt(last) == '\r') {
      line.setLength(last);
    }
    LineDecoder.emit(line.toString(), limit, lines);
    reset();
  }

  private void reset() {
    line.setLength(0);
    if (line.capacity() > KEEP_BUFFER) {
      line.trimToSize();
    }
  }
}
