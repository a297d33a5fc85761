package dev.procman.proc;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Follows those who are born while others are looked at, by the ids that are given out, until
/// nobody is missed.
///
/// **Why that is enough.** Ids are given out one after the other, so whoever is born after a look
/// began has one between the last id before it and the last id now; and who is missing because it
/// was not quite born has a parent that lived then, and is found as any other. When the last id has
/// not changed since the last one was looked at, and no look was in doubt, then whoever lives was
/// looked at while it lived.
final class Births {
  /// So many ids before the first one are looked at again: they may have been given out already to
  /// processes that could not be seen yet.
  static final long IN_FLIGHT = 16;

  /// Beyond so many ids a look at all processes is cheaper.
  private static final long MANY = 16_384;

  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

  /// Looks at an id, which may be nobody's.
  @FunctionalInterface
  interface Visitor {
    /// Whether it is in doubt and has to be looked at again.
    boolean isDoubtful(long pid);
  }

  private final Visitor visitor;
  private final Set<Long> doubtful = new HashSet<>();
  private long next;

  /// @param first the first id to look at
  Births(long first, Visitor visitor) {
    this.next = first;
    this.visitor = visitor;
  }

  /// Somebody who was looked at already is in doubt.
  void doubt(long pid) {
    doubtful.add(pid);
  }

  /// How a look ended.
  enum Outcome {
    /// Nobody was missed.
    SURE,
    /// Somebody is in doubt still.
    DOUBTFUL,
    /// Others are born faster than they can be looked at, or so many ids were given out that they
    /// begin anew, or it is not known which were.
    BEHIND
  }

  /// Looks until nobody is missed. Times are by the clock of [System#nanoTime()].
  ///
  /// @param patience until when who is in doubt is waited for
  /// @param deadline until when those who are born are followed
  Outcome follow(long patience, long deadline) {
    while (true) {
      long last = ProcFs.lastPid().orElse(-1);
      if (last < 0 || last < next - 1 || last - next > MANY) {
        return Outcome.BEHIND;
      }
      boolean idle = last == next - 1;
      if (idle && doubtful.isEmpty()) {
        return Outcome.SURE;
      }
      long now = System.nanoTime();
      if (now - (idle ? patience : deadline) > 0) {
        return idle ? Outcome.DOUBTFUL : Outcome.BEHIND;
      }
      if (idle) {
        LockSupport.parkNanos(PAUSE);
      }
      doubtful.removeIf(pid -> !visitor.isDoubtful(pid));
      for (; next <= last; next++) {
        if (visitor.isDoubtful(next)) {
          doubtful.add(next);
        }
      }
    }
  }
}
