package dev.procman.core.lifecycle;

import dev.procman.Desired;
import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.core.lifecycle.Effect.Announcement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The next state while a step works it out. It lives within one call of [Lifecycle#step], so the
/// step stays pure.
final class Draft {
  ProcessState phase;
  Desired desired;
  HealthStatus health;
  long generation;
  long token;

  int inRow;
  int total;
  int unready;
  int portRetries;
  List<Long> times;

  boolean live;
  boolean launching;
  long pid;
  long spawnedAt;
  boolean wasReady;
  boolean lookedAgain;
  Optional<EndCause> cause;
  boolean restartPending;
  Optional<StopSequence> stop;
  int step;
  boolean killed;
  Optional<ExitStatus> status;
  long exitedAt;
  boolean drained;
  boolean truncated;
  boolean swept;
  boolean finishing;
  boolean retryable;
  List<Long> survivors;

  private final List<Effect> effects = new ArrayList<>();

  Draft(LifecycleState state) {
    phase = state.phase();
    desired = state.desired();
    health = state.health();
    generation = state.generation();
    token = state.token();
    var counters = state.counters();
    inRow = counters.inRow();
    total = counters.total();
    unready = counters.unready();
    portRetries = counters.portRetries();
    times = counters.times();
    set(state.run());
  }

  private void set(LifecycleState.Run run) {
    live = run.live();
    launching = run.launching();
    pid = run.pid();
    spawnedAt = run.spawnedAt();
    wasReady = run.wasReady();
    lookedAgain = run.lookedAgain();
    cause = run.cause();
    restartPending = run.restartPending();
    stop = run.stop();
    step = run.step();
    killed = run.killed();
    status = run.status();
    exitedAt = run.exitedAt();
    drained = run.drained();
    truncated = run.truncated();
    swept = run.swept();
    finishing = run.finishing();
    retryable = run.retryable();
    survivors = run.survivors();
  }

  /// Begins a new generation.
  void nextGeneration() {
    generation++;
    set(LifecycleState.Run.NONE);
    health = HealthStatus.UNKNOWN;
  }

  void does(Effect effect) {
    effects.add(effect);
  }

  void announce(Announcement announcement) {
    effects.add(new Effect.Announce(announcement));
  }

  /// A new token: timers and waits armed before are stale from here on.
  long freshToken() {
    return ++token;
  }

  void arm(Duration delay) {
    effects.add(new Effect.ArmTimer(freshToken(), delay));
  }

  void disarm() {
    freshToken();
    effects.add(new Effect.DisarmTimer());
  }

  /// Forgets failures, as at the beginning.
  void forgetFailures() {
    inRow = 0;
    unready = 0;
    portRetries = 0;
    times = List.of();
  }

  Transition transition(String reason) {
    var counters = new LifecycleState.Counters(inRow, total, unready, portRetries, times);
    var run =
        new LifecycleState.Run(
            live,
            launching,
            pid,
            spawnedAt,
            wasReady,
            lookedAgain,
            cause,
            restartPending,
            stop,
            step,
            killed,
            status,
            exitedAt,
            drained,
            truncated,
            swept,
            finishing,
            retryable,
            survivors);
    var state = new LifecycleState(phase, desired, health, generation, token, counters, run);
    return new Transition(state, effects, reason, false);
  }
}
