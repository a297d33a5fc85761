package dev.procman.benchmarks;

import java.util.List;

/// Lets contestants take turns, so that whatever else the machine does meets all of them alike.
final class Turns {
  private Turns() {}

  /// @param warmUp samples of each contestant that come first in a full run and do not count: what
  ///   is measured is a program that has run for a while, not the compiler
  /// @param turn samples of a turn in a full run
  static void play(
      Effort effort,
      int warmUp,
      int turn,
      Samples.Case in,
      List<Contestant> contestants,
      Samples into)
      throws Exception {
    for (int i = effort.turnOf(warmUp); i > 0; i--) {
      for (var contestant : contestants) {
        if (!contestant.slow()) {
          contestant.once().measure();
        }
      }
    }
    for (int round = 0; round < effort.rounds; round++) {
      for (var contestant : contestants) {
        int count = effort.turnOf(contestant.slow() ? Math.max(1, turn / 10) : turn);
        for (int i = 0; i < count; i++) {
          into.add(in, contestant.name(), contestant.once().measure());
        }
      }
    }
  }
}
