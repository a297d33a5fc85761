package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.RotatingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lines to a file, UTF-8, one LF each, rotated by size and age.
///
/// Lines are gathered only while more are queued, so an idle child's last line is always in the
/// file. After any failure the file is closed, and opened again with the next line. Before each
/// write the path is looked at: a file or directory that somebody moved or removed is made anew
/// rather than written to unseen.
final class RotatingFileSink implements BufferedSink {
  private static final int BUFFER_BYTES = 8 * 1024;

  private final RotatingFile settings;
  private final Path path;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private @Nullable Instant firstLine;

  /// Bytes in the file and the buffer.
  private long size;

  /// Whether the last write broke off within a line.
  private boolean torn;

  RotatingFileSink(RotatingFile settings, String process) {
    this.settings = settings;
    this.path = pathOf(settings, process);
  }

  static Path pathOf(RotatingFile settings, String process) {
    var text = settings.path().toString().replace("${name}", process);
    return settings.path().getFileSystem().getPath(text);
  }

  @Override
  public void write(String process, OutputLine line) throws LostLinesException {
    byte[] bytes = (line.text() + '\n').getBytes(StandardCharsets.UTF_8);
    try {
      rotateIfDue(bytes.length, line.time());
      if (buffer.remaining() < bytes.length) {
        flush();
      }
    } catch (LostLinesException e) {
      throw new LostLinesException(e.count() + 1, e);
    } catch (IOException e) {
      throw lost(1 + discard(buffer), e);
    }
    if (firstLine == null) {
      firstLine = line.time();
    }
    size += bytes.length;
    if (bytes.length <= buffer.capacity()) {
      buffer.put(bytes);
    } else {
      writeOut(ByteBuffer.wrap(bytes));
    }
  }

  @Override
  public void flush() throws LostLinesException {
    if (buffer.position() > 0) {
      buffer.flip();
      try {
        writeOut(buffer);
      } finally {
        buffer.clear();
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      release();
    }
  }

  private void writeOut(ByteBuffer bytes) throws LostLinesException {
    try {
      var out = open(bytes.remaining());
      if (torn) {
        writeAll(out, ByteBuffer.wrap(new byte[] {'\n'}));
        torn = false;
      }
      writeAll(out, bytes);
    } catch (IOException e) {
      if (bytes.position() > 0) {
        torn = bytes.get(bytes.position() - 1) != '\n';
      }
      throw lost(countLines(bytes), e);
    }
  }

  /// In slices, because the JDK keeps a direct buffer as large as the largest heap buffer written,
  /// for each thread.
  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    try {
      while (bytes.position() < end) {
        bytes.limit(Math.min(end, bytes.position() + BUFFER_BYTES));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        bytes.limit(end);
      }
    } finally {
      bytes.limit(end);
    }
  }

  /// @param gathered bytes that are going to be written to it
  private FileChannel open(int gathered) throws IOException {
    var current = channel;
    if (current != null && isStillThere()) {
      return current;
    }
    release();
    var directory = path.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    var opened =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    channel = opened;
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    fileKey = attributes.fileKey();
    long present = opened.size();
    size = present + gathered;
    firstLine = present > 0 ? attributes.creationTime().toInstant() : null;
    torn &= present > 0;
    return opened;
  }

  private boolean isStillThere() {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return Objects.equals(fileKey, attributes.fileKey());
    } catch (IOException gone) {
      return false;
    }
  }

  private void rotateIfDue(int more, Instant now) throws IOException {
    if (channel == null) {
      var _ = open(buffer.position());
    }
    boolean tooLarge = size + more > settings.maxBytes();
    boolean tooOld =
        !settings.maxAge().isZero()
            && firstLine != null
            && Duration.between(firstLine, now).compareTo(settings.maxAge()) > 0;
    if (size > 0 && (tooLarge || tooOld)) {
      flush();
      release();
      FileRotation.rotate(path, settings.keep());
      var _ = open(buffer.position());
    }
  }

  /// Closes the file after a failure, so that the next line opens it again.
  private LostLinesException lost(long count, IOException cause) {
    release();
    return new LostLinesException(count, cause);
  }

  private void release() {
    var old = channel;
    channel = null;
    fileKey = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException nothingBuffered) {
        // Every write went straight to the system, so closing cannot lose lines that were not
        // counted.
      }
    }
  }

  private static long discard(ByteBuffer gathered) {
    long lines = countLines(gathered.flip());
    gathered.clear();
    return lines;
  }

  private static long countLines(ByteBuffer bytes) {
    long lines = 0;
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) == '\n') {
        lines++;
      }
    }
    return lines;
  }
}
