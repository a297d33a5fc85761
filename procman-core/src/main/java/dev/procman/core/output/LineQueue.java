package dev.procman.core.output;

import dev.procman.core.BargingLock;
import java.util.concurrent.locks.Condition;
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

  private final BargingLock lock = new BargingLock();
  private final Condition changed = lock.newCondition();
  private final LineParts lines = new LineParts();
  private final int limit;
  private final Congestion congestion;
  private boolean crowded;
  private long dropped;
  private boolean waiting;
  private boolean poked;
  private boolean ended;
  private long inHand = Long.MAX_VALUE;

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
      lines.add(batch);
      long most = backPressure ? (long) limit * PATIENCE : limit;
      if (lines.size() > most) {
        drop((int) (lines.size() - most));
      }
      if (backPressure && lines.size() >= limit && !crowded) {
        crowded = true;
        congestion.isFull(this);
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  /// The oldest part, or null when there is none now.
  LineParts.@Nullable Part poll() {
    lock.lock();
    try {
      var part = lines.poll();
      inHand = part == null ? Long.MAX_VALUE : part.batch().generation();
      if (lines.size() <= limit / 2) {
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
      while (lines.isEmpty() && !poked && !ended) {
        // The reader's thread is ours; its interrupt is meant for the code that it calls, not for
        // this wait.
        waiting = true;
        changed.awaitUninterruptibly();
        waiting = false;
      }
      poked = false;
      return !lines.isEmpty() || !ended;
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
      drop(lines.size());
    } finally {
      lock.unlock();
    }
  }

  /// The generation of the oldest line that is queued, or that its reader has taken and may still
  /// be busy with: until it comes for more. A later one than any when there is none.
  long oldestGeneration() {
    lock.lock();
    try {
      return Math.min(inHand, lines.oldestGeneration());
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
    lines.drop(count);
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
