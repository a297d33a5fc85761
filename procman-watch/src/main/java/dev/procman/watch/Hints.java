package dev.procman.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where to look: which entries of which directories may have changed. Any number of notices of one
/// directory make one hint, so it is bounded by the tree. Thread-safe.
final class Hints {
  private static final int MOST_NAMES = 1000;

  /// What to look at in one directory.
  ///
  /// @param names its entries to look at, and what was said of them
  /// @param whole whether to look at all that is in it and below
  record Hint(Map<Path, Notice> names, boolean whole) {
    private Hint and(Hint other) {
      if (whole || other.whole || names.size() + other.names.size() > MOST_NAMES) {
        return new Hint(Map.of(), true);
      }
      var all = new HashMap<>(names);
      other.names.forEach((name, notice) -> all.merge(name, notice, Notice::and));
      return new Hint(all, false);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Map<Place, Hint> hints = new LinkedHashMap<>();
  private boolean woken;
  private boolean overflow;

  void add(Place place, Map<Path, Notice> names) {
    put(place, new Hint(names, false));
  }

  void addWhole(Place place) {
    put(place, new Hint(Map.of(), true));
  }

  /// The operating system has lost count of what happened there.
  void addLost(Place place) {
    lock.lock();
    try {
      overflow = true;
      addWhole(place);
    } finally {
      lock.unlock();
    }
  }

  /// Whether [#addLost] was called since the last time.
  boolean takeOverflow() {
    lock.lock();
    try {
      boolean taken = overflow;
      overflow = false;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void put(Place place, Hint hint) {
    lock.lock();
    try {
      hints.merge(place, hint, Hint::and);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Makes [#await] return.
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a hint, a call of [#wake], or so many nanoseconds.
  void await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (hints.isEmpty() && !woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return hints.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  Map<Place, Hint> take() {
    lock.lock();
    try {
      var taken = hints;
      hints = new LinkedHashMap<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// What a wait is over with at the latest: a year, which a sum of nanoseconds can hold.
  static final long FOR_EVER = TimeUnit.DAYS.toNanos(365);
}
