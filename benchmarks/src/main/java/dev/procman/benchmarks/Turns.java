package dev.procman.benchmarks;

import java.util.List;

/// Lets contestants take turns, so that whatever else the machine does meets all of them alike.
final class Turns {
  private Turns() {}

  /// @param turn samples of a turn in a full run
  static void play(
      Effort effort, int turn, Samples.Case in, List<Contestant> contestants, Samples into)
      throws Exception {
    for (int round = -effort.warmups; round < effort.rounds; round++) {
      for (var contestant : contestants) {
        int count = effort.turnOf(contestant.slow() ? Math.max(1, turn / 10) : turn);
        for (int i = 0; i < count; i++) {
          double value = contestant.once().measure();
          if (round >= 0) {
            into.add(in, contestant.name(), value);
          }
        }
      }
    }
  }
}
