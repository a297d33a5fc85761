package dev.procman.core.output;

import dev.procman.core.BargingLock;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;

/// Which queues of one process are full, and whether its output is held back for that. Holding and
/// letting go are told one after the other, so that the last word is the right one.
final class Congestion {
  private final BargingLock lock = new BargingLock();
  private final Set<LineQueue> full = Collections.newSetFromMap(new IdentityHashMap<>());
  private Consumer<Boolean> gate = _ -> {};

  /// From now on this is told, first how things are; it must return at once.
  void tell(Consumer<Boolean> newGate) {
    lock.lock();
    try {
      gate = newGate;
      if (!full.isEmpty()) {
        gate.accept(true);
      }
    } finally {
      lock.unlock();
    }
  }

  void isFull(LineQueue queue) {
    lock.lock();
    try {
      if (full.add(queue) && full.size() == 1) {
        gate.accept(true);
      }
    } finally {
      lock.unlock();
    }
  }

  void hasRoom(LineQueue queue) {
    lock.lock();
    try {
      if (full.remove(queue) && full.isEmpty()) {
        gate.accept(false);
      }
    } finally {
      lock.unlock();
    }
  }
}
