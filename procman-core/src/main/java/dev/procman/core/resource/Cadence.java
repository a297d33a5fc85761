package dev.procman.core.resource;

import java.time.Duration;
import java.util.Arrays;

/// How often processes are measured: as often as wanted, but never so often that it takes more than
/// its share of one core. Not thread-safe.
///
/// What it takes is the median of the latest nine times, so that a pass that had to wait for a core
/// itself does not count for much.
final class Cadence {
  private static final int REMEMBERED = 9;

  /// Unwatched processes that do something, and those that do nothing, are measured so much more
  /// rarely.
  private static final int UNWATCHED = 5;

  private static final int IDLE = 15;

  /// Measuring those that do nothing may take so much less than the share.
  private static final int IDLE_LESS = 10;

  private static final Duration LONGEST_IDLE = Duration.ofMinutes(5);

  private final Duration wanted;
  private final double share;
  private final long[] costs = new long[REMEMBERED];
  private int passes;

  /// @param share of one core
  Cadence(Duration wanted, double share) {
    this.wanted = wanted;
    this.share = share;
  }

  /// @param nanos how long a pass took
  void passed(long nanos) {
    costs[passes++ % REMEMBERED] = nanos;
  }

  Duration wanted(boolean watched, boolean idle) {
    if (watched) {
      return wanted;
    }
    if (!idle) {
      return wanted.multipliedBy(UNWATCHED);
    }
    var pause = wanted.multipliedBy(IDLE);
    var dear = affordable().multipliedBy(IDLE_LESS);
    dear = dear.compareTo(LONGEST_IDLE) > 0 ? LONGEST_IDLE : dear;
    return dear.compareTo(pause) > 0 ? dear : pause;
  }

  /// How long a pass takes.
  Duration cost() {
    int known = Math.min(passes, REMEMBERED);
    if (known == 0) {
      return Duration.ZERO;
    }
    var sorted = Arrays.copyOf(costs, known);
    Arrays.sort(sorted);
    return Duration.ofNanos(sorted[known / 2]);
  }

  /// The shortest pause that the costs allow.
  Duration affordable() {
    return Duration.ofNanos((long) (cost().toNanos() / share));
  }
}
