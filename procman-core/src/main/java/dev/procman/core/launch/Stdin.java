package dev.procman.core.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// A child's standard input whose [#close()] never waits for a blocked writer: that one closes it
/// when it is free, which at the latest the child's end makes it.
final class Stdin extends OutputStream {
  private final OutputStream stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();

  Stdin(OutputStream stream) {
    this.stream = stream;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void locked(Action action) throws IOException {
    lock.lock();
    try {
      if (closed.get()) {
        throw new IOException("the stream is closed");
      }
      action.run();
    } finally {
      lock.unlock();
      closeIfWanted();
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    locked(() -> stream.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    locked(stream::flush);
  }

  @Override
  public void close() throws IOException {
    closed.set(true);
    closeIfWanted();
  }

  private void closeIfWanted() throws IOException {
    if (closed.get() && lock.tryLock()) {
      try {
        stream.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
