package dev.procman.core.simulation;

import java.util.random.RandomGenerator;

/// What a simulated process will be like.
///
/// @param launches whether it can be launched at all
/// @param exitsAtOnce whether it ends before its launch returns
/// @param obeysTerm whether TERM ends it
/// @param hangs whether not even KILL ends it, until it is let go
/// @param orphan whether a descendant outlives it, which only KILL ends
/// @param drainsLate whether its output ends when the test says so, and not with it
record Fate(
    boolean launches,
    boolean exitsAtOnce,
    boolean obeysTerm,
    boolean hangs,
    boolean orphan,
    boolean drainsLate) {

  /// Runs until it is told to end, and obeys.
  static final Fate GOOD = new Fate(true, false, true, false, false, false);

  /// Cannot be launched.
  static final Fate UNLAUNCHABLE = new Fate(false, false, true, false, false, false);

  static Fate random(RandomGenerator random) {
    return new Fate(
        random.nextInt(8) > 0,
        random.nextInt(6) == 0,
        random.nextInt(3) > 0,
        random.nextInt(12) == 0,
        random.nextInt(4) == 0,
        random.nextInt(4) == 0);
  }
}
