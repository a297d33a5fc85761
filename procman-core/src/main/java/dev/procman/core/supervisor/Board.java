package dev.procman.core.supervisor;

import dev.procman.ProcessSnapshot;
import dev.procman.core.BargingLock;
import dev.procman.core.Nanos;
import dev.procman.core.lifecycle.LifecycleState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

  private static final long LATE = TimeUnit.SECONDS.toNanos(1);
  private static final long ATTENTION = TimeUnit.SECONDS.toNanos(1);

  private final BargingLock lock = new BargingLock();
  private final List<Waiter<?>> waiters = new ArrayList<>(2);
  private final List<Expected> expecting = new ArrayList<>(0);
  private volatile View view;

  Board(View first) {
    view = first;
  }

  View view() {
    return view;
  }

  void show(View next) {
    List<Expected> come = List.of();
    lock.lock();
    try {
      view = next;
      waiters.forEach(waiter -> waiter.look(next));
      if (!expecting.isEmpty()) {
        come = expecting.stream().filter(expected -> expected.wanted.test(next)).toList();
        expecting.removeAll(come);
      }
    } finally {
      lock.unlock();
    }
    come.forEach(expected -> expected.moment.complete(next));
  }

  /// Completes with the first moment from now on at which `wanted` holds, on the thread that shows
  /// it.
  CompletableFuture<View> when(Predicate<View> wanted) {
    var expected = new Expected(wanted, new CompletableFuture<>());
    lock.lock();
    try {
      if (!wanted.test(view)) {
        expecting.add(expected);
        return expected.moment;
      }
      expected.moment.complete(view);
      return expected.moment;
    } finally {
      lock.unlock();
    }
  }

  /// What is waited for without a thread.
  private record Expected(Predicate<View> wanted, CompletableFuture<View> moment) {}

  /// Waits until `wanted` gives something; empty when the time is over. Every moment is looked at,
  /// also one that is past when the waiting thread gets to run. `wanted` must be quick: it is asked
  /// by whoever shows, so that a thread is woken once and not at each step on the way. An interrupt
  /// leaves the flag set.
  ///
  /// @throws RuntimeException what `wanted` throws
  <T> Optional<T> await(Duration timeout, Function<View, Optional<T>> wanted)
      throws InterruptedException {
    long left = Nanos.of(timeout);
    boolean attended = false;
    lock.lock();
    var waiter = new Waiter<>(lock.newCondition(), wanted);
    waiters.add(waiter);
    try {
      waiter.look(view);
      while (!waiter.satisfied && left > 0) {
        left = waiter.condition.awaitNanos(left);
        if (left < -LATE && !attended) {
          // This JVM did not run as the time was over: what has come meanwhile is on its way here.
          left = ATTENTION;
          attended = true;
        }
      }
      return waiter.answer();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw interrupted;
    } finally {
      waiters.remove(waiter);
      lock.unlock();
    }
  }

  /// Somebody who waits; guarded by the lock.
  private static final class Waiter<T> {
    final Condition condition;
    private final Function<View, Optional<T>> wanted;
    private Optional<T> answer = Optional.empty();
    private @Nullable RuntimeException thrown;
    boolean satisfied;

    Waiter(Condition condition, Function<View, Optional<T>> wanted) {
      this.condition = condition;
      this.wanted = wanted;
    }

    void look(View view) {
      if (satisfied) {
        return;
      }
      try {
        answer = wanted.apply(view);
      } catch (RuntimeException hopeless) {
        thrown = hopeless;
      }
      satisfied = answer.isPresent() || thrown != null;
      if (satisfied) {
        condition.signal();
      }
    }

    Optional<T> answer() {
      if (thrown != null) {
        throw thrown;
      }
      return answer;
    }
  }
}
