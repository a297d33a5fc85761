package dev.procman.core.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Writes to a device, a FIFO, or this JVM's own output.
///
/// A FIFO that is not read, or a terminal that is held, blocks its writer in the operating system,
/// where it would keep a carrier from all virtual threads. So a platform thread writes, which ends
/// when it has had nothing to do for a while. Who appends waits for it, and so hears of errors; but
/// not longer than a moment once it is stuck: then up to 1 MiB waits with it, and what is beyond
/// that is lost.
final class StreamAppender implements Appender {
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
  private static final long LINGER = Duration.ofSeconds(5).toNanos();
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int SLICE = 8 * 1024;

  private final LogPath target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Chunk> queue = new ArrayDeque<>();

  /// Lines that were lost after their caller had ceased to wait, or just now.
  private final Map<GatheredLines, LostLinesException> losses = new HashMap<>();

  private int queuedBytes;
  private boolean stuck;
  private boolean closed;
  private @Nullable Thread writer;
  private @Nullable WritableByteChannel channel;

  /// Lines that were given to the writer.
  private static final class Chunk {
    final byte[] bytes;
    final int lines;
    final GatheredLines from;
    boolean done;

    /// Counted as lost already.
    boolean abandoned;

    Chunk(GatheredLines from) {
      this.bytes = Arrays.copyOf(from.bytes(), from.byteCount());
      this.lines = from.lineCount();
      this.from = from;
    }
  }

  StreamAppender(LogPath target) {
    this.target = target;
  }

  @Override
  public void append(GatheredLines lines) throws LostLinesException {
    lock.lock();
    try {
      closed = false;
      if (queuedBytes > 0 && queuedBytes + lines.byteCount() > MOST_BYTES) {
        throw lost(lines, lines.lineCount(), notRead("nothing reads it, and 1 MiB is waiting"));
      }
      var chunk = new Chunk(lines);
      queue.add(chunk);
      queuedBytes += chunk.bytes.length;
      wakeWriter();
      if (!stuck) {
        stuck = !await(chunk);
      }
      tellLost(lines);
    } finally {
      lock.unlock();
    }
  }

  /// What was lost since this was told, also of what was appended before.
  private void tellLost(GatheredLines lines) throws LostLinesException {
    var earlier = losses.remove(lines);
    if (earlier != null) {
      throw earlier;
    }
  }

  private LostLinesException lost(GatheredLines lines, long count, IOException cause) {
    var earlier = losses.remove(lines);
    return new LostLinesException(count + (earlier == null ? 0 : earlier.count()), cause);
  }

  private FileSystemException notRead(String words) {
    return new FileSystemException(target.real().toString(), null, words);
  }

  /// @return whether it is done
  private boolean await(Chunk chunk) {
    long left = PATIENCE;
    try {
      while (!chunk.done && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException givenUp) {
      Thread.currentThread().interrupt();
    }
    return chunk.done;
  }

  private void wakeWriter() {
    changed.signalAll();
    if (writer == null) {
      writer = Thread.ofPlatform().daemon().name("procman-stream").start(this::write);
    }
  }

  @Override
  public void drain(GatheredLines lines) throws LostLinesException {
    lock.lock();
    try {
      Chunk last = null;
      for (var chunk : queue) {
        last = chunk.from == lines ? chunk : last;
      }
      if (last == null || await(last)) {
        tellLost(lines);
        return;
      }
      long count = 0;
      var beingWritten = queue.peekFirst();
      for (var waiting = queue.iterator(); waiting.hasNext(); ) {
        var chunk = waiting.next();
        if (chunk.from == lines) {
          count += chunk.lines;
          chunk.abandoned = true;
          if (chunk != beingWritten) {
            waiting.remove();
            queuedBytes -= chunk.bytes.length;
          }
        }
      }
      throw lost(lines, count, notRead("nothing reads it"));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    WritableByteChannel open;
    lock.lock();
    try {
      closed = true;
      open = channel;
      channel = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    close(open);
  }

  /// Closing frees a writer that is stuck in it.
  private void close(@Nullable WritableByteChannel open) {
    if (open != null && target.kind() == LogPath.Kind.STREAM) {
      try {
        open.close();
      } catch (IOException nothingBuffered) {
        // What was lost is counted.
      }
    }
  }

  // On the writer's thread.

  private void write() {
    while (true) {
      var chunk = next();
      if (chunk == null) {
        return;
      }
      write(chunk);
      lock.lock();
      try {
        if (queue.remove(chunk)) {
          queuedBytes -= chunk.bytes.length;
        }
        stuck = stuck && !queue.isEmpty();
        chunk.done = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private @Nullable Chunk next() {
    lock.lock();
    try {
      long left = LINGER;
      while (queue.isEmpty() && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
      var chunk = queue.peekFirst();
      if (chunk == null) {
        writer = null;
      }
      return chunk;
    } catch (InterruptedException byNobodyOfOurs) {
      writer = null;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void write(Chunk chunk) {
    var bytes = ByteBuffer.wrap(chunk.bytes);
    try {
      var out = open();
      while (bytes.hasRemaining()) {
        var slice = bytes.slice(bytes.position(), Math.min(bytes.remaining(), SLICE));
        bytes.position(bytes.position() + out.write(slice));
      }
    } catch (IOException failed) {
      lock.lock();
      try {
        long whole = 0;
        for (int i = 0; i < bytes.position(); i++) {
          whole += chunk.bytes[i] == '\n' ? 1 : 0;
        }
        if (!chunk.abandoned) {
          losses.put(chunk.from, lost(chunk.from, chunk.lines - whole, failed));
        }
        close(channel);
        channel = null;
      } finally {
        lock.unlock();
      }
    }
  }

  private WritableByteChannel open() throws IOException {
    lock.lock();
    try {
      var present = channel;
      if (present != null && present.isOpen()) {
        return present;
      }
    } finally {
      lock.unlock();
    }
    var opened =
        switch (target.kind()) {
          // Not by their names: a socket cannot be opened again, and a file would be overwritten
          // from its beginning.
          case STDOUT -> Channels.newChannel(new FileOutputStream(FileDescriptor.out));
          case STDERR -> Channels.newChannel(new FileOutputStream(FileDescriptor.err));
          case FILE, STREAM -> open(target.real());
        };
    lock.lock();
    try {
      channel = opened;
    } finally {
      lock.unlock();
    }
    return opened;
  }

  /// A FIFO is opened for both, so that this neither waits for a reader nor fails without one
  /// (fifo(7)); what fits into it waits for the next one.
  private static FileChannel open(Path path) throws IOException {
    boolean perhapsFifo = Files.readAttributes(path, BasicFileAttributes.class).isOther();
    if (perhapsFifo && isFifo(path)) {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private static boolean isFifo(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    return ((int) Files.getAttribute(path, "unix:mode") & 0170000) == 0010000;
  }
}
