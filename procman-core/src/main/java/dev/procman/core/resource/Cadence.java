package dev.procman.core.resource;

import java.time.Duration;
import java.util.Arrays;

/// How often some processes are measured: as often as wanted, but never so often that it takes more
/// than its share of one core, save those that somebody must be sure of (see [#sure()]). Not
/// thread-safe.
///
/// What it takes is the median of the latest nine passes, so that a pass in which something was
/// loaded or compiled does not count for much. Before there were five, it is not known, and nothing
/// rests on it.
final class Cadence {
  /// What has limits or thresholds is measured after so many intervals at the latest, whatever that
  /// takes.
  static final int WORST = 5;

  private static final int REMEMBERED = 9;

  private static final int BELIEVED = 5;

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

  /// @param nanos of processor time that a pass has taken
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

  /// The pause for what somebody relies on: the interval, or what the costs allow, but not more
  /// than [#WORST] intervals.
  Duration sure() {
    var affordable = affordable();
    var most = wanted.multipliedBy(WORST);
    if (affordable.compareTo(wanted) <= 0) {
      return wanted;
    }
    return affordable.compareTo(most) < 0 ? affordable : most;
  }

  /// How much processor time a pass takes; zero while that is not known.
  Duration cost() {
    if (passes < BELIEVED) {
      return Duration.ZERO;
    }
    int known = Math.min(passes, REMEMBERED);
    var sorted = Arrays.copyOf(costs, known);
    Arrays.sort(sorted);
    return Duration.ofNanos(sorted[known / 2]);
  }

  /// The shortest pause that the costs allow.
  Duration affordable() {
    return Duration.ofNanos((long) (cost().toNanos() / share));
  }
}
