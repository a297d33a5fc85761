package dev.procman.core.supervisor;

import dev.procman.ProcessSnapshot;
import dev.procman.core.Nanos;
import dev.procman.core.lifecycle.LifecycleState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// What others may see of a managed process, and their waiting for it to change. Waiting is done in
/// real time by the host's own threads; it decides nothing about the process.
final class Board {

  /// One moment; its parts belong together.
  ///
  /// @param snapshot what is public
  /// @param state the state machine's state
  /// @param over whether the process was removed or the manager closed, so that nothing will change
  ///   any more
  record View(ProcessSnapshot snapshot, LifecycleState state, boolean over) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile View view;
  private int waiting;

  Board(View first) {
    view = first;
  }

  View view() {
    return view;
  }

  void show(View next) {
    lock.lock();
    try {
      view = next;
      if (waiting > 0) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits until `wanted` gives something; empty when the time is over. An interrupt leaves the
  /// flag set.
  <T> Optional<T> await(Duration timeout, Function<View, Optional<T>> wanted)
      throws InterruptedException {
    long left = Nanos.of(timeout);
    lock.lock();
    waiting++;
    try {
      while (true) {
        var answer = wanted.apply(view);
        if (answer.isPresent() || left <= 0) {
          return answer;
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw interrupted;
    } finally {
      waiting--;
      lock.unlock();
    }
  }
}
