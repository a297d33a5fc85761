package dev.procman.core.lifecycle;

import dev.procman.ExitStatus;
import java.util.List;

/// A world that keeps its promises: what is owed is told, and what was killed dies.
public final class Fairness {
  private Fairness() {}

  /// What comes next when nobody asks for anything.
  public static Move next(World world, Rules rules) {
    var state = world.state();
    long generation = state.generation();
    var owed = world.owed();
    if (owed.launch()) {
      return Move.of(new Input.Launched(generation, 1));
    }
    if (owed.beforeStop()) {
      return Move.of(new Input.BeforeStopDone(generation));
    }
    if (world.os().leader() && state.run().killed()) {
      return Move.of(new Input.Exited(generation, new ExitStatus.Signaled(9)));
    }
    if (owed.sweeps() > 0) {
      return Move.of(new Input.Swept(generation, List.of()));
    }
    if (owed.finish()) {
      return Move.of(new Input.Finished(generation, false));
    }
    return world.answers(rules).stream()
        .filter(move -> move.input() instanceof Input.TimerFired)
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing will ever move " + world));
  }
}
