package dev.procman.core.output;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A bounded queue of lines between a launcher thread and one reader. Offering never waits: when it
/// is full, the oldest lines are dropped and counted. It holds batches rather than lines, so that
/// offering and taking a chunk cost one lock each whatever the number of lines; the reader is woken
/// only when it waits.
///
/// With back-pressure it is said when it is full, and again when half of it was taken; what still
/// comes in between is kept, within a limit that only a launcher reaches that cannot hold output.
final class LineQueue {
  private static final int PATIENCE = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Part> parts = new ArrayDeque<>(2);
  private final int limit;
  private final Congestion congestion;
  private boolean crowded;
  private int size;
  private long dropped;
  private boolean waiting;
  private boolean poked;
  private boolean ended;

  /// The lines of a batch from `from` on.
  record Part(LineBatch batch, int from) {
    int size() {
      return batch.size() - from;
    }
  }

  LineQueue(int limit, Congestion congestion) {
    this.limit = limit;
    this.congestion = congestion;
  }

  /// @param backPressure whether the child shall wait rather than lines be lost
  void offer(LineBatch batch, boolean backPressure) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      parts.addLast(new Part(batch, 0));
      size += batch.size();
      long most = backPressure ? (long) limit * PATIENCE : limit;
      if (size > most) {
        drop((int) (size - most));
      }
      if (backPressure && size >= limit && !crowded) {
        crowded = true;
        congestion.isFull(this);
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// The oldest part, or null when there is none now.
  @Nullable Part poll() {
    lock.lock();
    try {
      var part = parts.pollFirst();
      if (part != null) {
        size -= part.size();
      }
      if (size <= limit / 2) {
        relieve();
      }
      return part;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is a part, or somebody poked.
  ///
  /// @return false when it has ended and is empty
  boolean await() {
    lock.lock();
    try {
      while (parts.isEmpty() && !poked && !ended) {
        // The reader's thread is ours; its interrupt is meant for the code that it calls, not for
        // this wait.
        waiting = true;
        changed.awaitUninterruptibly();
        waiting = false;
      }
      poked = false;
      return !parts.isEmpty() || !ended;
    } finally {
      lock.unlock();
    }
  }

  /// Makes the reader come round without a line.
  void poke() {
    lock.lock();
    try {
      poked = true;
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more lines; what is queued can still be read.
  void end() {
    lock.lock();
    try {
      ended = true;
      relieve();
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// Drops what is queued, counted.
  void discard() {
    lock.lock();
    try {
      drop(size);
    } finally {
      lock.unlock();
    }
  }

  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private void drop(int count) {
    int left = count;
    while (left > 0) {
      var oldest = parts.removeFirst();
      if (oldest.size() > left) {
        parts.addFirst(new Part(oldest.batch(), oldest.from() + left));
        left = 0;
      } else {
        left -= oldest.size();
      }
    }
    size -= count;
    dropped += count;
  }

  private void relieve() {
    if (crowded) {
      crowded = false;
      congestion.hasRoom(this);
    }
  }

  private void wake() {
    if (waiting) {
      changed.signal();
    }
  }
}
