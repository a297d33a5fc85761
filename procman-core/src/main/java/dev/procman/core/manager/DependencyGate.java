package dev.procman.core.manager;

import dev.procman.Dependency;
import dev.procman.Dependency.Point;
import dev.procman.Desired;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.resource.Allocator;
import dev.procman.core.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Holds back processes until their dependencies have come to their points and the budget has room
/// for them. It answers by inputs, and again whenever a process changed, so nobody polls.
/// Thread-safe.
final class DependencyGate {
  private final Function<String, Optional<Supervisor.Standing>> lookup;
  private final PrintedLines printed;
  private final Allocator allocator;
  private final Map<Supervisor, Wait> waits = new LinkedHashMap<>();

  /// Skipped processes, which come back with their dependencies; under the lock of `waits`.
  private final Map<Supervisor, Wait> skipped = new LinkedHashMap<>();

  private record Wait(ProcessSpec spec, long token, Optional<String> told) {}

  private sealed interface Verdict {
    record Met() implements Verdict {}

    record Pending(String dependency) implements Verdict {}

    record Impossible(String dependency) implements Verdict {}
  }

  /// @param lookup a process by name; empty when it is not registered
  DependencyGate(Function<String, Optional<Supervisor>> lookup, Allocator allocator) {
    this.lookup = name -> lookup.apply(name).map(Supervisor::standing);
    this.printed = new PrintedLines(lookup, this::answerAll);
    this.allocator = allocator;
  }

  /// A process was registered. Not called under the registry's lock.
  void registered(Supervisor supervisor, ProcessSpec spec) {
    printed.want(supervisor, spec);
    printed.registered();
  }

  void await(Supervisor supervisor, ProcessSpec spec, long token) {
    // The specification may have been replaced since it was registered.
    printed.want(supervisor, spec);
    if (spec.dependencies().isEmpty() && spec.resources().reservation().isNone()) {
      synchronized (waits) {
        // What it waited for, and what it held, may be of a specification that was replaced.
        waits.remove(supervisor);
        allocator.request(spec);
      }
      supervisor.tell(new Input.DependenciesMet(token));
      return;
    }
    synchronized (waits) {
      var wait = new Wait(spec, token, Optional.empty());
      waits.put(supervisor, wait);
      answer(supervisor, wait);
    }
  }

  /// A process was skipped: tells it once all its dependencies are on their way or where they
  /// should be. One that was refused for lack of room stays skipped.
  void watch(Supervisor supervisor, ProcessSpec spec, long token) {
    if (spec.dependencies().isEmpty()) {
      return;
    }
    synchronized (waits) {
      // It may have changed since it was said to be impossible.
      revive(supervisor, new Wait(spec, token, Optional.empty()));
    }
  }

  private void reviveAll(ProcessSnapshot changed) {
    if (changed.state() != ProcessState.SKIPPED || changed.desired() == Desired.DOWN) {
      skipped.keySet().removeIf(waiting -> waiting.name().equals(changed.name()));
    }
    for (var entry : new ArrayList<>(skipped.entrySet())) {
      revive(entry.getKey(), entry.getValue());
    }
  }

  private void revive(Supervisor supervisor, Wait wait) {
    if (isOnItsWay(wait.spec)) {
      skipped.remove(supervisor);
      supervisor.tell(new Input.DependencyPossible(wait.token));
    } else {
      skipped.put(supervisor, wait);
    }
  }

  /// A dependency that somebody has stopped is not awaited: nobody would come back for that.
  private boolean isOnItsWay(ProcessSpec spec) {
    return switch (verdict(spec)) {
      case Verdict.Impossible _ -> false;
      case Verdict.Met _ -> true;
      case Verdict.Pending _ ->
          spec.dependencies().stream()
              .allMatch(dependency ->
                  lookup
                      .apply(dependency.process())
                      .filter(found -> found.snapshot().desired() == Desired.UP)
                      .isPresent());
    };
  }

  /// A process changed.
  void changed(ProcessSnapshot snapshot) {
    synchronized (waits) {
      allocator.changed(snapshot);
      reviveAll(snapshot);
      if (waits.isEmpty()) {
        return;
      }
      if (snapshot.state() != ProcessState.WAITING) {
        waits.keySet().removeIf(waiting -> waiting.name().equals(snapshot.name()));
      }
      leaveQueue();
      answerAll();
    }
  }

  private void answerAll() {
    synchronized (waits) {
      for (var entry : new ArrayList<>(waits.entrySet())) {
        answer(entry.getKey(), entry.getValue());
      }
    }
  }

  /// Before anybody is answered, since those who wait behind may be answered first.
  private void leaveQueue() {
    var queue = allocator.allocation().waiting();
    if (queue.isEmpty()) {
      return;
    }
    for (var wait : waits.values()) {
      if (queue.contains(wait.spec.name()) && !(verdict(wait.spec) instanceof Verdict.Met)) {
        allocator.leave(wait.spec.name());
      }
    }
  }

  /// A supervisor is retired.
  void forget(Supervisor supervisor) {
    printed.forget(supervisor);
    synchronized (waits) {
      waits.remove(supervisor);
      skipped.remove(supervisor);
    }
  }

  private void answer(Supervisor supervisor, Wait wait) {
    switch (withRoom(wait.spec)) {
      case Verdict.Met _ -> {
        waits.remove(supervisor);
        supervisor.tell(new Input.DependenciesMet(wait.token));
      }
      case Verdict.Impossible impossible -> {
        waits.remove(supervisor);
        supervisor.tell(new Input.DependencyImpossible(wait.token, impossible.dependency));
      }
      case Verdict.Pending pending -> {
        var told = Optional.of(pending.dependency);
        if (!wait.told.equals(told)) {
          waits.put(supervisor, new Wait(wait.spec, wait.token, told));
          supervisor.tell(new Input.DependencyPending(wait.token, pending.dependency));
        }
      }
    }
  }

  /// Room is asked for last: nobody shall hold it who cannot start anyway.
  private Verdict withRoom(ProcessSpec spec) {
    var verdict = verdict(spec);
    if (!(verdict instanceof Verdict.Met)) {
      return verdict;
    }
    return switch (allocator.request(spec)) {
      case Allocator.Answer.Granted _ -> verdict;
      case Allocator.Answer.Wait wait -> new Verdict.Pending(wait.reason());
      case Allocator.Answer.Refused refused -> new Verdict.Impossible(refused.reason());
    };
  }

  private Verdict verdict(ProcessSpec spec) {
    Verdict verdict = new Verdict.Met();
    for (var dependency : spec.dependencies()) {
      switch (verdict(dependency)) {
        case Verdict.Impossible impossible -> {
          return impossible;
        }
        case Verdict.Pending pending -> verdict = pending;
        case Verdict.Met _ -> {}
      }
    }
    return verdict;
  }

  /// Whether its latest generation was spawned and has ended: a short life must not decide whether
  /// it was seen in time.
  private static boolean hasRun(ProcessSnapshot snapshot) {
    return snapshot.desired() == Desired.UP
        && snapshot
            .lastExit()
            .filter(last -> last.id().generation() == snapshot.generation() && last.pid() >= 0)
            .isPresent();
  }

  private Verdict verdict(Dependency dependency) {
    String name = dependency.process();
    var found = lookup.apply(name);
    if (found.isEmpty()) {
      return new Verdict.Impossible(name + ", which is not registered");
    }
    var snapshot = found.get().snapshot();
    boolean met =
        switch (dependency.condition()) {
          case Point.STARTED -> snapshot.pid().isPresent() || hasRun(snapshot);
          // One that was ready and has done its work since was ready: whether it was seen in time
          // must not decide.
          case Point.READY ->
              snapshot.state() == ProcessState.RUNNING
                  || (snapshot.state() == ProcessState.COMPLETED && found.get().wasReady());
          case Point.COMPLETED_SUCCESSFULLY -> snapshot.state() == ProcessState.COMPLETED;
          case Point.ENDED -> hasEndedForGood(snapshot);
          case Dependency.Printed line ->
              snapshot.desired() == Desired.UP
                  && printed.answer(name, line, snapshot.generation())
                      == PrintedLines.Answer.PRINTED;
        };
    if (met) {
      return new Verdict.Met();
    }
    boolean hopeless =
        snapshot.state() == ProcessState.SKIPPED
            || (hasEndedForGood(snapshot) && !mayHavePrinted(dependency, snapshot));
    return hopeless
        ? new Verdict.Impossible(name + ", which came to " + snapshot.state())
        : new Verdict.Pending(name);
  }

  /// By itself, and no policy starts it again.
  private static boolean hasEndedForGood(ProcessSnapshot snapshot) {
    return switch (snapshot.state()) {
      case FAILED, COMPLETED -> true;
      case CRASH_LOOP -> snapshot.nextStart().isEmpty();
      case NEW, WAITING, STARTING, RUNNING, STOPPING, STOPPED, BACKOFF, STUCK, SKIPPED -> false;
    };
  }

  /// Its last lines are still being looked at: its end must not be faster than its words.
  private boolean mayHavePrinted(Dependency dependency, ProcessSnapshot snapshot) {
    return dependency.condition() instanceof Dependency.Printed line
        && printed.answer(dependency.process(), line, snapshot.generation())
            != PrintedLines.Answer.NOT_PRINTED;
  }
}
