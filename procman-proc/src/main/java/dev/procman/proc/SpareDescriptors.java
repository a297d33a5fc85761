package dev.procman.proc;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A few descriptors that are kept open for the moment in which this JVM has no other left: who
/// ends children must open files of `/proc`, and cannot wait until the host has closed some of its
/// own. One is closed just before something else is opened, and opened again just after; another
/// thread of the host may be faster, which costs that one, and the next is tried. Thread-safe.
///
/// They exist while there is a [Claim].
public final class SpareDescriptors {
  /// As many as it takes to start a program with the JDK, and a few.
  private static final int COUNT = 16;

  private static final String NOTHING = "/dev/null";

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final ArrayDeque<FileInputStream> SPARE = new ArrayDeque<>(COUNT);
  private static int claims;

  private SpareDescriptors() {}

  /// A claim to have some kept; closing it gives it up. Idempotent.
  public static final class Claim implements AutoCloseable {
    private boolean closed;

    private Claim() {}

    @Override
    public void close() {
      LOCK.lock();
      try {
        if (!closed) {
          closed = true;
          claims--;
          refill();
        }
      } finally {
        LOCK.unlock();
      }
    }
  }

  /// Has some kept from now on.
  public static Claim claim() {
    LOCK.lock();
    try {
      claims++;
      refill();
      return new Claim();
    } finally {
      LOCK.unlock();
    }
  }

  /// Gives half of them to this JVM: an end begins, for which classes may have to be loaded and
  /// directories to be listed.
  public static void release() {
    LOCK.lock();
    try {
      close(COUNT / 2);
    } finally {
      LOCK.unlock();
    }
  }

  /// Runs what needs as many descriptors and has not got them.
  ///
  /// @return what it gives
  public static <T> T lend(int count, Supplier<T> action) {
    LOCK.lock();
    try {
      close(count);
      return action.get();
    } finally {
      refill();
      LOCK.unlock();
    }
  }

  /// How many are kept now.
  static int count() {
    LOCK.lock();
    try {
      return SPARE.size();
    } finally {
      LOCK.unlock();
    }
  }

  private static void close(int count) {
    for (int i = 0; i < count && !SPARE.isEmpty(); i++) {
      try {
        SPARE.pop().close();
      } catch (IOException nothingToWrite) {
        // It is closed nevertheless.
      }
    }
  }

  private static void refill() {
    if (claims == 0) {
      close(COUNT);
    }
    try {
      while (claims > 0 && ProcFs.isAvailable() && SPARE.size() < COUNT) {
        SPARE.push(new FileInputStream(NOTHING));
      }
    } catch (IOException noneLeft) {
      // The next time.
    }
  }
}
