package dev.procman.core.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The one writer of a regular file in this JVM, whatever processes write to it. It rotates the
/// file by size and age.
///
/// **What it believes.** Nothing of the file is remembered but when its first line was written: its
/// size is asked of the system before each write, since logrotate truncates it (`copytruncate`) and
/// other JVMs write to it; and the path is looked at, so that a file or directory that was moved or
/// removed is made anew rather than written to unseen.
///
/// **Turns.** While it writes or rotates it holds the [DataLock] of the very file that the path
/// leads to. Which file a channel has open cannot be asked in Java. So the path is looked at before
/// it is opened and again once it is locked: is it the same file then, the channel has that one.
///
/// After a failure the file is closed, and opened again with the next lines.
final class FileAppender implements Appender {
  private static final int SLICE = 8 * 1024;
  private static final int MOST_TRIES = 1000;

  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private final DataLock turns = new DataLock();
  private final Compression compression = new Compression(this);
  private FileKeeping keeping;
  private FileOwner owner;
  private @Nullable FileChannel channel;
  private @Nullable Object fileKey;
  private @Nullable Instant firstLine;
  private boolean closed = true;

  /// Whether the last write broke off within a line.
  private boolean torn;

  /// @param path without links
  FileAppender(Path path, FileKeeping keeping, FileOwner owner) {
    this.path = path;
    this.keeping = keeping;
    this.owner = owner;
  }

  Path path() {
    return path;
  }

  /// Takes over other settings, from the next line on.
  void keeping(FileKeeping other, FileOwner otherOwner) {
    lock.lock();
    try {
      keeping = other;
      owner = otherOwner;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void append(GatheredLines lines) throws LostLinesException {
    lock.lock();
    try {
      closed = false;
      new Writing(lines).run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      release();
    } finally {
      lock.unlock();
    }
  }

  /// Something to be done.
  interface Action {
    void run() throws IOException;
  }

  /// Does something while the file is neither written nor rotated. A file that is not there is not
  /// made for it.
  void exclusively(Action action) throws IOException {
    lock.lock();
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        action.run();
        return;
      }
      try (var _ = turn()) {
        action.run();
      }
    } finally {
      if (closed) {
        release();
      }
      lock.unlock();
    }
  }

  /// One run of lines.
  private final class Writing {
    private final GatheredLines lines;
    private int next;
    private @Nullable IOException notRotated;

    Writing(GatheredLines lines) {
      this.lines = lines;
    }

    void run() throws LostLinesException {
      while (next < lines.lineCount()) {
        try (var turn = turn()) {
          toPresentFile(turn);
        } catch (LostLinesException counted) {
          release();
          throw counted;
        } catch (IOException failed) {
          release();
          throw new LostLinesException(lines.lineCount() - next, failed);
        }
      }
      if (notRotated != null) {
        throw new LostLinesException(0, notRotated);
      }
    }

    /// Writes what fits; rotates when nothing does.
    private void toPresentFile(DataLock.Turn turn) throws IOException {
      var out = Objects.requireNonNull(channel);
      long size = out.size();
      if (size == 0) {
        firstLine = null;
        torn = false;
      }
      int to = fitting(size);
      if (to == next && notRotated == null && turn.exclusive()) {
        try {
          rotate(lines.time(next));
          return;
        } catch (IOException failed) {
          notRotated = failed;
        }
      }
      // A file that grows too large is better than lines that are lost.
      to = to == next ? lines.lineCount() : to;
      if (firstLine == null) {
        firstLine = lines.time(next);
      }
      write(out, to);
      next = to;
    }

    private int fitting(long size) {
      int line = next;
      while (line < lines.lineCount() && (fits(size, line) || (size == 0 && line == next))) {
        line++;
      }
      return line;
    }

    private boolean fits(long size, int line) {
      long grown = size + lines.start(line + 1) - lines.start(next) + (torn ? 1 : 0);
      if (grown > keeping.maxBytes()) {
        return false;
      }
      var first = Objects.requireNonNullElse(firstLine, lines.time(next));
      return keeping.maxAge().isZero()
          || Duration.between(first, lines.time(line)).compareTo(keeping.maxAge()) <= 0;
    }

    private void write(FileChannel out, int to) throws IOException {
      var bytes =
          ByteBuffer.wrap(lines.bytes(), lines.start(next), lines.start(to) - lines.start(next));
      try {
        if (torn) {
          writeAll(out, ByteBuffer.wrap(new byte[] {'\n'}));
          torn = false;
        }
        writeAll(out, bytes);
      } catch (IOException failed) {
        int whole = lines.linesUpTo(bytes.position());
        torn |= bytes.position() > lines.start(whole);
        throw new LostLinesException(lines.lineCount() - whole, failed);
      }
    }
  }

  /// In slices, because the JDK keeps a direct buffer as large as the largest heap buffer written,
  /// for each thread.
  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    try {
      while (bytes.position() < end) {
        bytes.limit(Math.min(end, bytes.position() + SLICE));
        while (bytes.hasRemaining()) {
          var _ = out.write(bytes);
        }
      }
    } finally {
      bytes.limit(end);
    }
  }

  private void rotate(Instant now) throws IOException {
    FileRotation.rotate(path, keeping.keep());
    release();
    if (!keeping.keepFor().isZero()) {
      FileRotation.expire(path, keeping.keepFor(), now);
    }
    if (keeping.compress()) {
      compression.start();
    }
  }

  /// A turn at the file that is at the path now, which is opened.
  private DataLock.Turn turn() throws IOException {
    for (int i = 0; i < MOST_TRIES; i++) {
      try {
        var file = open();
        // Looked at before, too: one that was rotated may be locked for long, to be compressed.
        if (isStillThere()) {
          var turn = turns.take(file);
          if (isStillThere()) {
            return turn;
          }
          turn.close();
        }
      } catch (NoSuchFileException | ClosedChannelException gone) {
        // It was moved or removed a moment ago.
      }
      release();
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    throw new FileSystemException(
        path.toString(), null, "it is moved or removed faster than it can be opened");
  }

  private FileChannel open() throws IOException {
    var current = channel;
    if (current != null && current.isOpen()) {
      return current;
    }
    var attributes = present().orElse(null);
    if (attributes == null) {
      create();
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "it is not a regular file any more");
    }
    var opened =
        FileChannel.open(
            path, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    channel = opened;
    fileKey = attributes.fileKey();
    firstLine = opened.size() > 0 ? attributes.creationTime().toInstant() : null;
    return opened;
  }

  private void create() throws IOException {
    createDirectories(path.getParent());
    try {
      owner.create(path);
    } catch (FileAlreadyExistsException byAnother) {
      // All the same.
    }
  }

  private void createDirectories(@Nullable Path directory) throws IOException {
    if (directory == null || Files.isDirectory(directory)) {
      return;
    }
    createDirectories(directory.getParent());
    try {
      owner.createDirectory(directory);
    } catch (FileAlreadyExistsException byAnother) {
      if (!Files.isDirectory(directory)) {
        throw byAnother;
      }
    }
  }

  private boolean isStillThere() throws IOException {
    return present().filter(found -> Objects.equals(fileKey, found.fileKey())).isPresent();
  }

  private Optional<BasicFileAttributes> present() throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
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
}
