package dev.procman.core.supervisor;

import dev.procman.HealthHistory;
import dev.procman.HealthHistory.Entry;
import java.util.ArrayDeque;
import java.util.List;

/// The latest verdicts of one probe. Thread-safe.
final class VerdictHistory {
  private static final int KEPT = 128;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  synchronized void add(Entry entry) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.addLast(entry);
  }

  synchronized HealthHistory now() {
    return new HealthHistory(List.copyOf(entries));
  }
}
