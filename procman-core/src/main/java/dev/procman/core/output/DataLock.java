package dev.procman.core.output;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes the writers of one file take turns, in whatever JVMs and class loaders they are.
///
/// It is a lock on the file itself (fcntl(2)), so that it needs no file beside it and no other
/// permission, and holds in each container that has the file. The system gives such a lock back
/// also when the JVM closes another channel of the same file, such as one that reads it. That does
/// no harm to lines that are being appended, and in the moment of a rotation [FileRotation]
/// replaces no file all the same.
final class DataLock {
  private static final long WAIT = Duration.ofSeconds(5).toNanos();
  private static final long PAUSE = Duration.ofMillis(1).toNanos();

  private boolean givenUp;

  /// A turn.
  ///
  /// @param lock what is held; null where there are no locks, or another writer keeps it
  /// @param exclusive whether no other writer that takes turns is at the file
  record Turn(@Nullable FileLock lock, boolean exclusive) implements AutoCloseable {
    @Override
    public void close() {
      if (lock != null) {
        try {
          lock.release();
        } catch (IOException closed) {
          // Then it is given back, too.
        }
      }
    }
  }

  /// Waits for a turn. A writer that keeps it for seconds, such as a JVM that was stopped, is not
  /// waited for: lines can be appended all the same, since the system appends each piece whole.
  Turn take(FileChannel file) throws ClosedChannelException {
    long deadline = System.nanoTime() + (givenUp ? 0 : WAIT);
    while (true) {
      try {
        var lock = file.tryLock();
        if (lock != null) {
          givenUp = false;
          return new Turn(lock, true);
        }
      } catch (OverlappingFileLockException otherClassLoader) {
        // As if it were another JVM.
      } catch (ClosedChannelException closed) {
        throw closed;
      } catch (IOException unsupported) {
        return new Turn(null, true); // a file system without locks
      }
      if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
        givenUp = true;
        return new Turn(null, false);
      }
      LockSupport.parkNanos(PAUSE);
    }
  }
}
