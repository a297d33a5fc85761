package dev.procman.core.simulation;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Where seeds come from: `-Dprocman.simulation.seed=…` replays, the default is always the same so
/// that a build does not depend on luck. `-Dprocman.simulation.schedules=…` makes more of them.
final class Seeds {
  private static final long BASE = Long.getLong("procman.simulation.seed", 20_250_917L);

  private Seeds() {}

  static long base() {
    return BASE;
  }

  static int schedules(int usual) {
    return Integer.getInteger("procman.simulation.schedules", usual);
  }

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
