package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Lines and batches of them.
final class Lines {
  private Lines() {}

  static OutputLine line(String text) {
    return line(text, Instant.EPOCH);
  }

  static OutputLine line(String text, Instant time) {
    return new OutputLine(1, 1, StdStream.STDOUT, time, text, false);
  }

  /// Lines that are numbered from `first`.
  static LineBatch batch(long first, int count) {
    var batch = new LineBatch(first, 1, StdStream.STDOUT, Instant.EPOCH, new byte[0], 0);
    for (int i = 0; i < count; i++) {
      batch.line(String.valueOf(first + i), false);
    }
    batch.seal();
    return batch;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
