package dev.procman.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A child's standard input. A write waits while the pipe is full, without a thread of the
/// operating system, until the reactor tells that there is room. [#close()] never waits and ends
/// such a wait.
final class InputPipe extends OutputStream {
  private static final int CHUNK = 64 * 1024;

  /// Ctrl-D, what termios(3) calls VEOF.
  private static final byte END_OF_INPUT = 4;

  private final int descriptor;
  private final boolean terminal;
  private final Runnable awaitRoom;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean closed;
  private volatile boolean ended;
  private volatile boolean freed;
  private boolean mayHaveRoom;

  /// Whether the last byte that was written does not end a line.
  private boolean midLine;

  /// @param descriptor the end to write to, which does not block; [Streams#NONE] for an input that
  ///   is closed from the beginning
  /// @param terminal whether it is a terminal, which is told of the end by a character
  /// @param awaitRoom asks for [#roomIsThere()] to be called once there is
  InputPipe(int descriptor, boolean terminal, Runnable awaitRoom) {
    this.descriptor = descriptor;
    this.terminal = terminal;
    this.awaitRoom = awaitRoom;
    if (descriptor == Streams.NONE) {
      closing.set(true);
      closed = true;
      freed = true;
    }
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    lock.lock();
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      var chunk = arena.allocate(Math.clamp(length, 1, CHUNK));
      for (int from = offset; from < offset + length; ) {
        int count = Math.min(offset + length - from, CHUNK);
        MemorySegment.copy(bytes, from, chunk, ValueLayout.JAVA_BYTE, 0, count);
        writeAll(libc, chunk.asSlice(0, count));
        from += count;
      }
    } finally {
      release();
    }
  }

  /// Gives up the lock. Who wanted to close meanwhile did not get it, and left that to its holder.
  private void release() {
    lock.unlock();
    closeIfWanted();
  }

  private void closeIfWanted() {
    while (isToBeClosed() && lock.tryLock()) {
      try {
        closeNow();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isToBeClosed() {
    return (closing.get() && !closed) || (ended && !freed);
  }

  private void writeAll(Libc libc, MemorySegment chunk) throws IOException {
    long at = 0;
    while (at < chunk.byteSize()) {
      if (closing.get() || closed) {
        throw new IOException("the stream is closed");
      }
      long written = libc.write(descriptor, chunk.asSlice(at));
      if (written >= 0) {
        at += written;
        midLine = at == 0 ? midLine : chunk.get(ValueLayout.JAVA_BYTE, at - 1) != '\n';
      } else if (written == -Libc.EAGAIN) {
        waitForRoom();
      } else if (written == -Libc.EPIPE) {
        throw new IOException("broken pipe: the process has closed its input, or ended");
      } else {
        throw new IOException("the process's input cannot be written to, error " + -written);
      }
    }
  }

  private void waitForRoom() throws IOException {
    mayHaveRoom = false;
    awaitRoom.run();
    try {
      while (!mayHaveRoom && !closing.get()) {
        room.await();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while the process took its input");
    }
  }

  /// There may be room, or nobody to read any more.
  void roomIsThere() {
    lock.lock();
    try {
      mayHaveRoom = true;
      room.signalAll();
    } finally {
      release();
    }
  }

  @Override
  public void close() {
    closing.set(true);
    // Who holds the lock and does not wait is in a call that does not block, and closes after it.
    closeIfWanted();
  }

  /// The child has ended, or is left to itself: closes it and frees its descriptor.
  void end() {
    closing.set(true);
    ended = true;
    closeIfWanted();
  }

  private void closeNow() {
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      if (!closed) {
        closed = true;
        room.signalAll();
        if (terminal) {
          sayEnd(libc, arena);
        }
      }
      // Who has closed all of its terminal and is about to exit would be killed by its hang-up.
      if (!freed && (ended || !terminal)) {
        freed = true;
        libc.close(descriptor);
      }
    }
  }

  private void sayEnd(Libc libc, Arena arena) {
    // At the beginning of a line it is the end; within one it only hands out what there is.
    var end = midLine ? new byte[] {END_OF_INPUT, END_OF_INPUT} : new byte[] {END_OF_INPUT};
    libc.write(descriptor, arena.allocateFrom(ValueLayout.JAVA_BYTE, end));
  }
}
