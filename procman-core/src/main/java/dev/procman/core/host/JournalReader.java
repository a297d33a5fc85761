package dev.procman.core.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads the lines of a journal that was left behind, in little memory whatever is in it.
final class JournalReader {
  /// Above what any manager writes: ten thousand children with long names fill some megabytes.
  static final long MAX_BYTES = 64L << 20;

  private static final int MAX_LINE = 8192;

  private JournalReader() {}

  /// Reads a file from its beginning. What is longer than a line can be, and what has no end, is
  /// torn and left out.
  static void read(FileChannel channel, Consumer<String> lines) throws IOException {
    var buffer = ByteBuffer.allocate(1 << 16);
    var line = new ByteArrayOutputStream();
    boolean tooLong = false;
    for (long at = 0; at < MAX_BYTES; at += buffer.limit()) {
      buffer.clear();
      if (channel.read(buffer, at) <= 0) {
        return;
      }
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        byte next = buffer.get(i);
        if (next == '\n') {
          if (!tooLong) {
            lines.accept(line.toString(StandardCharsets.UTF_8));
          }
          line.reset();
          tooLong = false;
        } else if (line.size() == MAX_LINE) {
          tooLong = true;
        } else {
          line.write(next);
        }
      }
    }
  }
}
