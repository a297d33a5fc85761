package dev.procman.core.supervisor;

import dev.procman.Decision;
import java.util.ArrayDeque;
import java.util.List;

/// The latest decisions about one process. Thread-safe.
final class DecisionLog {
  private static final int KEPT = 64;

  private final ArrayDeque<Decision> decisions = new ArrayDeque<>(KEPT);

  synchronized void add(Decision decision) {
    if (decisions.size() == KEPT) {
      decisions.removeFirst();
    }
    decisions.addLast(decision);
  }

  synchronized List<Decision> list() {
    return List.copyOf(decisions);
  }
}
