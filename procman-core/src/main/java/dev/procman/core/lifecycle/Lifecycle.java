package dev.procman.core.lifecycle;

import dev.procman.spi.DurationText;
import dev.procman.Desired;
import dev.procman.HealthStatus;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.core.lifecycle.Effect.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Decides everything that supervision decides, as one pure function.
///
/// **Problem.** A supervised process is pulled at by commands, exits, timers, probes, dependencies
/// and file changes, which arrive in any order and late. Supervisors written as callbacks over
/// shared state get rare orders wrong: a restart timer that fires after a stop, a second instance
/// started before the first is gone, a limit defeated by a delay, a wait for end-of-file that never
/// comes (cases and sources: `docs/decisions/pure-lifecycle.md`).
///
/// **Alternatives.** Locks around a mutable state machine cannot be explored by tests; an actor
/// that performs while it decides can be explored only with simulated effects. Here deciding and
/// doing are apart: `step(state, input)` returns the next state and a list of effects. There is no
/// clock, thread or randomness inside, so a test walks every interleaving to a depth and replays
/// any schedule from its seed.
///
/// **Shape.** Three ideas keep it small.
/// - *Wanted, is, health* are three variables. A stop sets `desired` to DOWN at once; whatever is
///   under way then finds it.
/// - *One road out.* Every end, wanted or not, goes through STOPPING, and STOPPING ends when the
///   process is known dead, its output ended (or cut) and its tree empty. Then `decide` chooses
///   what follows. No other place starts a generation after an end.
/// - *Tokens.* Inputs of a generation carry its number, timers and dependency waits a token; arming
///   a timer or leaving a state makes the old token stale. There is one timer per process, since no
///   state needs two.
///
/// The order of rules in `decide` follows systemd's service_enter_dead (a manual stop beats
/// everything), the limit is OTP's intensity and period over monotonic time.
public final class Lifecycle {

  private Lifecycle() {}

  /// One step.
  ///
  /// @param state where it is
  /// @param input what happened
  /// @param rules what the specification says
  /// @param now monotonic nanoseconds
  /// @param random evenly distributed, 0 to 1, for jitter
  public static Transition step(
      LifecycleState state, Input input, Rules rules, long now, double random) {
    if (isStale(state, input)) {
      return new Transition(state, List.of(), "belongs to something past", true);
    }
    var draft = new Draft(state);
    String reason =
        switch (input) {
          case Input.Start _ -> start(draft);
          case Input.Stop stop -> stop(draft, stop, rules);
          case Input.Restart restart -> restart(draft, restart, rules);
          case Input.Reset _ -> reset(draft);
          case Input.DependenciesMet _ -> begin(draft, rules);
          case Input.DependencyPending pending -> waitFor(draft, pending.dependency());
          case Input.DependencyImpossible impossible -> skip(draft, impossible.dependency());
          case Input.DependencyPossible _ -> comeBack(draft);
          case Input.TimerFired _ -> timer(draft, rules);
          case Input.Launched launched -> launched(draft, launched, rules, now);
          case Input.LaunchFailed failed -> launchFailed(draft, failed, rules, now);
          case Input.ProbedReady _ -> ready(draft, now);
          case Input.StartupFailed failed ->
              end(draft, EndCause.START_FAILED, rules, failed.message());
          case Input.LivenessFailed failed ->
              end(draft, EndCause.UNHEALTHY, rules, failed.message());
          case Input.LimitExceeded exceeded -> limit(draft, exceeded, rules);
          case Input.Health health -> health(draft, health);
          case Input.BeforeStopDone _ -> nextStep(draft);
          case Input.StopTimeOver _ -> cutShort(draft, rules);
          case Input.Exited exited -> exited(draft, exited, rules, now);
          case Input.Drained drained -> drained(draft, drained.truncated(), rules);
          case Input.Swept swept -> swept(draft, swept.survivors(), rules);
          case Input.Finished finished -> decide(draft, finished.portLost(), rules, now, random);
        };
    return draft.transition(reason);
  }

  private static boolean isStale(LifecycleState state, Input input) {
    var run = state.run();
    return switch (input) {
      case Input.Command _ -> false;
      case Input.StopTimeOver _ ->
          state.phase() != ProcessState.STOPPING || run.killed() || run.swept();
      case Input.DependenciesMet met -> met.token() != state.token();
      case Input.DependencyPending pending -> pending.token() != state.token();
      case Input.DependencyImpossible impossible -> impossible.token() != state.token();
      case Input.DependencyPossible possible ->
          possible.token() != state.token() || state.phase() != ProcessState.SKIPPED;
      case Input.TimerFired timer -> timer.token() != state.token();
      case Input.OfGeneration of when of.generation() != state.generation() -> true;
      case Input.Launched _, Input.LaunchFailed _ -> !run.launching();
      case Input.ProbedReady _, Input.StartupFailed _ ->
          state.phase() != ProcessState.STARTING || !run.live();
      case Input.LivenessFailed _ -> state.phase() != ProcessState.RUNNING;
      case Input.LimitExceeded _ ->
          !run.live()
              || (state.phase() != ProcessState.STARTING && state.phase() != ProcessState.RUNNING);
      case Input.Health _ -> !run.live() || run.cause().isPresent();
      case Input.BeforeStopDone _ ->
          state.phase() != ProcessState.STOPPING || !run.live() || run.step() != -1;
      case Input.Exited _ -> !run.live();
      case Input.Drained _ -> run.drained() || run.status().isEmpty();
      case Input.Swept _ -> run.swept() || run.live() || run.cause().isEmpty();
      case Input.Finished _ -> !run.finishing();
    };
  }

  // Commands.

  private static String start(Draft d) {
    d.desired = Desired.UP;
    switch (d.phase) {
      case NEW, STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED, BACKOFF -> {
        d.forgetFailures();
        enterWaiting(d);
        return "asked to run";
      }
      case STOPPING -> {
        if (d.restartPending) {
          return "already on its way";
        }
        // Also when it ends by itself: what the policy would leave ended, a person asked for.
        d.forgetFailures();
        d.restartPending = true;
        return "asked to run again when the end is reached";
      }
      case STUCK -> {
        d.restartPending = true;
        return "cannot run before the survivors are gone";
      }
      case WAITING, STARTING, RUNNING -> {
        return "already on its way";
      }
    }
    throw new AssertionError(d.phase);
  }

  private static String stop(Draft d, Input.Stop stop, Rules rules) {
    d.desired = Desired.DOWN;
    d.restartPending = false;
    switch (d.phase) {
      case WAITING, BACKOFF, CRASH_LOOP -> {
        d.disarm();
        d.phase = ProcessState.STOPPED;
        d.announce(new Announcement.Stopped());
        return "asked to stop; nothing was running";
      }
      case STARTING, RUNNING -> {
        d.stop = stop.sequence();
        return end(d, EndCause.STOP, rules, "asked to stop");
      }
      case STOPPING -> {
        return stop.sequence().isPresent()
            ? hasten(d, stop.sequence(), rules)
            : "already stopping; it will not run again";
      }
      case SKIPPED -> {
        d.disarm();
        return "asked not to run; it does not come back with what it depends on";
      }
      case NEW, STOPPED, COMPLETED, FAILED, STUCK -> {
        return "asked not to run";
      }
    }
    throw new AssertionError(d.phase);
  }

  /// Another sequence, mostly a kill, takes the place of the one under way wherever that is.
  private static String hasten(Draft d, Optional<StopSequence> sequence, Rules rules) {
    if (d.killed || d.swept) {
      return "already stopping; it will not run again";
    }
    d.stop = sequence;
    d.step = -1;
    if (d.launching) {
      return "its launch is under way; another stop sequence will end it";
    }
    if (d.live) {
      return nextStep(d) + ", with another stop sequence";
    }
    d.does(sweep(d, rules));
    return "what is left of its tree gets the time of another stop sequence";
  }

  /// Kills it wherever its stop is: what it has not been asked by then it will not be asked.
  private static String cutShort(Draft d, Rules rules) {
    if (d.cause.filter(EndCause.STOP::equals).isPresent()) {
      d.cause = Optional.of(EndCause.STOP_CUT_SHORT);
    }
    if (d.launching) {
      d.stop = Optional.of(StopSequence.kill());
      return "the time for its stop is over while its launch is under way";
    }
    StopSequence sequence = d.stop.orElse(rules.stop());
    d.step = sequence.steps().size();
    if (d.live) {
      d.killed = true;
      d.arm(sequence.killDeadline());
      d.does(new Effect.KillTree(d.generation));
      return "killed, since the time for its stop is over";
    }
    d.does(
        new Effect.Sweep(
            d.generation, hasSignalled(sequence, d.step), Duration.ZERO, sequence.killDeadline()));
    return "what is left of its tree is killed, since the time for its stop is over";
  }

  private static String restart(Draft d, Input.Restart restart, Rules rules) {
    if (!restart.byPerson() && d.desired == Desired.DOWN) {
      return "a stop beats a restart";
    }
    switch (d.phase) {
      case STARTING, RUNNING -> {
        d.forgetFailures();
        d.restartPending = true;
        return end(d, EndCause.RESTART, rules, restart.reason());
      }
      case STOPPING, STUCK -> {
        d.desired = Desired.UP;
        d.restartPending = true;
        d.unready = 0;
        return "starts again when the end is reached: " + restart.reason();
      }
      case WAITING -> {
        return "already about to start";
      }
      case NEW, STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED, BACKOFF -> {
        return start(d);
      }
    }
    throw new AssertionError(d.phase);
  }

  private static String reset(Draft d) {
    d.forgetFailures();
    switch (d.phase) {
      case STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED -> {
        d.disarm();
        d.phase = ProcessState.NEW;
        d.desired = Desired.DOWN;
        return "failures forgotten";
      }
      case NEW, WAITING, STARTING, RUNNING, STOPPING, BACKOFF, STUCK -> {
        return "counters zeroed";
      }
    }
    throw new AssertionError(d.phase);
  }

  // Starting.

  private static void enterWaiting(Draft d) {
    d.disarm();
    d.phase = ProcessState.WAITING;
    d.does(new Effect.CheckDependencies(d.freshToken()));
  }

  private static String waitFor(Draft d, String dependency) {
    d.announce(new Announcement.Waiting(dependency));
    return "waits for " + dependency;
  }

  private static String skip(Draft d, String dependency) {
    d.phase = ProcessState.SKIPPED;
    d.announce(new Announcement.Skipped(dependency));
    d.does(new Effect.WatchDependencies(d.freshToken()));
    return "cannot start: " + dependency;
  }

  /// It is still wanted: a stop has made the token stale.
  private static String comeBack(Draft d) {
    enterWaiting(d);
    return "what it depends on is on its way again";
  }

  private static String begin(Draft d, Rules rules) {
    d.nextGeneration();
    d.phase = ProcessState.STARTING;
    d.launching = true;
    d.arm(rules.startTimeout());
    d.announce(new Announcement.Starting());
    d.does(new Effect.Launch(d.generation));
    return "all dependencies are met";
  }

  private static String launched(Draft d, Input.Launched launched, Rules rules, long now) {
    d.launching = false;
    d.live = true;
    d.pid = launched.pid();
    d.spawnedAt = now;
    d.announce(new Announcement.Started(launched.pid()));
    if (d.phase == ProcessState.STOPPING) {
      return beginStop(d) + ", since its end was asked for while it was spawned";
    }
    if (rules.probed()) {
      d.does(new Effect.StartProbes(d.generation));
      return "spawned; probes tell when it is ready";
    }
    if (rules.readyAfter().isZero()) {
      return ready(d, now);
    }
    d.arm(rules.readyAfter());
    return "spawned; ready once it has lived for a time";
  }

  private static String launchFailed(Draft d, Input.LaunchFailed failed, Rules rules, long now) {
    d.launching = false;
    d.retryable = failed.retryable();
    d.spawnedAt = now;
    d.exitedAt = now;
    d.drained = true;
    d.swept = true;
    if (d.cause.isEmpty()) {
      d.cause = Optional.of(EndCause.LAUNCH_FAILED);
    }
    d.disarm();
    d.phase = ProcessState.STOPPING;
    finishWhenGone(d, rules);
    return "could not be launched: " + failed.message();
  }

  private static String ready(Draft d, long now) {
    d.disarm();
    d.phase = ProcessState.RUNNING;
    d.wasReady = true;
    d.unready = 0;
    d.portRetries = 0;
    d.announce(new Announcement.Ready(Duration.ofNanos(now - d.spawnedAt)));
    d.does(new Effect.AfterReady());
    return "it is ready";
  }

  private static String health(Draft d, Input.Health health) {
    HealthStatus before = d.health;
    if (before == health.status()) {
      return "health stays as it is";
    }
    d.health = health.status();
    d.announce(new Announcement.HealthChanged(before, health.status(), health.finding()));
    return health.finding().probe() + ": " + health.finding().reason();
  }

  private static String limit(Draft d, Input.LimitExceeded exceeded, Rules rules) {
    return switch (exceeded.action()) {
      case ALERT -> exceeded.message();
      case RESTART -> end(d, EndCause.LIMIT_RESTART, rules, exceeded.message());
      case STOP -> end(d, EndCause.LIMIT_STOP, rules, exceeded.message());
      case KILL -> {
        d.stop = Optional.of(StopSequence.kill());
        yield end(d, EndCause.LIMIT_STOP, rules, exceeded.message());
      }
    };
  }

  // Ending.

  private static String end(Draft d, EndCause cause, Rules rules, String reason) {
    d.cause = Optional.of(cause);
    if (d.stop.isEmpty()) {
      d.stop = Optional.of(rules.stop());
    }
    d.phase = ProcessState.STOPPING;
    d.disarm();
    d.announce(new Announcement.Stopping());
    if (d.launching) {
      d.does(new Effect.CancelLaunch(d.generation));
      return reason + "; its launch is under way";
    }
    return beginStop(d) + ": " + reason;
  }

  private static String beginStop(Draft d) {
    d.does(new Effect.StopProbes());
    d.step = -1;
    d.does(new Effect.BeforeStop(d.generation));
    return "its end begins";
  }

  private static String nextStep(Draft d) {
    d.step++;
    StopSequence sequence = d.stop.orElseThrow();
    if (d.step < sequence.steps().size()) {
      var step = sequence.steps().get(d.step);
      d.arm(step.patience());
      d.does(new Effect.PerformStep(d.generation, step));
      return "stop step " + (d.step + 1) + " of " + sequence.steps().size();
    }
    d.killed = true;
    d.arm(sequence.killDeadline());
    d.does(new Effect.KillTree(d.generation));
    return "killed, since no step of the stop sequence ended it";
  }

  private static String timer(Draft d, Rules rules) {
    switch (d.phase) {
      case STARTING -> {
        if (d.live && !rules.probed()) {
          // Its end may be on the way here, on a busy machine for longer than it has lived.
          d.arm(rules.startTimeout());
          d.does(new Effect.ProveAlive(d.generation));
          return "the time after which it is ready is over; it is if it lives";
        }
        if (d.live && !d.lookedAgain) {
          d.lookedAgain = true;
          d.arm(Rules.LAST_LOOK);
          d.does(new Effect.LookAgain(d.generation));
          return "not ready within "
              + DurationText.of(rules.startTimeout())
              + "; it is looked at once more";
        }
        return end(
            d,
            EndCause.START_FAILED,
            rules,
            "not ready within " + DurationText.of(rules.startTimeout()));
      }
      case STOPPING -> {
        if (!d.live) {
          // The tree is gone and the launcher still owes the end of the output: cut it.
          return drained(d, true, rules);
        }
        if (d.killed) {
          return stuck(d, List.of(d.pid));
        }
        return nextStep(d);
      }
      case STUCK -> {
        d.arm(Rules.STUCK_RECHECK);
        // A signal may have been lost, as when the JVM had no descriptor left to see the tree by.
        d.does(
            d.live
                ? new Effect.KillTree(d.generation)
                : new Effect.Sweep(d.generation, true, Duration.ZERO, Duration.ZERO));
        return "looks again whether the survivors are gone";
      }
      case BACKOFF, CRASH_LOOP -> {
        boolean coolDown = d.phase == ProcessState.CRASH_LOOP;
        if (coolDown) {
          d.forgetFailures();
        }
        enterWaiting(d);
        return coolDown ? "the cool-down is over" : "the back-off is over";
      }
      case NEW, WAITING, RUNNING, STOPPED, COMPLETED, FAILED, SKIPPED -> {
        return "a timer without meaning here";
      }
    }
    throw new AssertionError(d.phase);
  }

  private static String stuck(Draft d, List<Long> survivors) {
    d.phase = ProcessState.STUCK;
    d.survivors = List.copyOf(survivors);
    d.announce(new Announcement.Stuck(d.survivors));
    d.arm(Rules.STUCK_RECHECK);
    return "still alive after KILL and its deadline";
  }

  private static String exited(Draft d, Input.Exited exited, Rules rules, long now) {
    d.live = false;
    d.health = HealthStatus.UNKNOWN;
    d.status = Optional.of(exited.status());
    d.exitedAt = now;
    d.does(new Effect.StopProbes());
    boolean own = d.cause.isEmpty();
    if (own) {
      d.cause = Optional.of(EndCause.OWN_EXIT);
    }
    boolean stuck = d.phase == ProcessState.STUCK;
    if (!stuck) {
      d.phase = ProcessState.STOPPING;
    }
    if (stuck) {
      d.arm(Rules.STUCK_RECHECK);
    } else {
      // What is left of the tree may say its last words until it is swept; only then output has a
      // limit of time.
      d.disarm();
    }
    d.does(sweep(d, rules));
    return (own ? "it ended by itself: " : "it ended: ") + exited.status().describe();
  }

  /// What is left gets the rest of the stop sequence's time: a wrapper that obeys at once must not
  /// cost the server behind it the grace that it needs to write its data (systemd's
  /// KillMode=control-group waits for all members alike).
  private static Effect sweep(Draft d, Rules rules) {
    StopSequence sequence = d.stop.orElse(rules.stop());
    int begun = Math.max(d.step, 0);
    Duration grace =
        d.killed || begun >= sequence.steps().size()
            ? Duration.ZERO
            : sequence.steps().subList(begun, sequence.steps().size()).stream()
                .map(StopSequence.Step::patience)
                .reduce(Duration.ZERO, Lifecycle::plus);
    return new Effect.Sweep(
        d.generation, d.killed || hasSignalled(sequence, d.step), grace, sequence.killDeadline());
  }

  /// Whether a step so far has reached the whole tree: words and commands reach its leader only.
  private static boolean hasSignalled(StopSequence sequence, int step) {
    return sequence.steps().stream()
        .limit(step + 1L)
        .anyMatch(StopSequence.Step.Send.class::isInstance);
  }

  private static Duration plus(Duration one, Duration other) {
    try {
      return one.plus(other);
    } catch (ArithmeticException forEver) {
      return one;
    }
  }

  private static String drained(Draft d, boolean truncated, Rules rules) {
    d.drained = true;
    d.truncated = truncated;
    finishWhenGone(d, rules);
    return truncated ? "its output was cut" : "its output has ended";
  }

  private static String swept(Draft d, List<Long> survivors, Rules rules) {
    if (!survivors.isEmpty()) {
      if (d.phase == ProcessState.STUCK) {
        return "survivors are still there";
      }
      return stuck(d, survivors);
    }
    d.swept = true;
    d.survivors = List.of();
    d.phase = ProcessState.STOPPING;
    if (!d.drained) {
      d.arm(Rules.DRAIN_LIMIT);
    }
    finishWhenGone(d, rules);
    return "its tree is gone";
  }

  private static void finishWhenGone(Draft d, Rules rules) {
    if (!d.drained || !d.swept || d.finishing || d.phase != ProcessState.STOPPING) {
      return;
    }
    d.finishing = true;
    d.disarm();
    d.does(
        new Effect.Finish(
            d.generation,
            new Effect.Ending(
                d.cause.orElseThrow(),
                d.killed && !d.stop.map(sequence -> sequence.steps().isEmpty()).orElse(false),
                isSuccess(d, rules),
                d.truncated,
                Duration.ofNanos(d.exitedAt - d.spawnedAt),
                d.survivors)));
  }

  private static boolean isSuccess(Draft d, Rules rules) {
    return switch (d.cause.orElseThrow()) {
      case STOP, STOP_CUT_SHORT, RESTART -> true;
      case LAUNCH_FAILED, START_FAILED, UNHEALTHY, LIMIT_RESTART, LIMIT_STOP -> false;
      case OWN_EXIT ->
          d.status.orElse(null) instanceof dev.procman.ExitStatus.Exited exit
              && rules.successCodes().contains(exit.code())
              && Duration.ofNanos(d.exitedAt - d.spawnedAt).compareTo(rules.minimumUptime()) >= 0;
    };
  }

  // What follows an end.

  private static String decide(Draft d, boolean portLost, Rules rules, long now, double random) {
    d.finishing = false;
    if (d.desired == Desired.DOWN) {
      d.phase = ProcessState.STOPPED;
      d.announce(new Announcement.Stopped());
      return "it was asked to stop";
    }
    if (d.restartPending) {
      enterWaiting(d);
      return "it was asked to start again; not counted";
    }
    if (portLost && d.portRetries < Rules.PORT_RETRIES) {
      d.portRetries++;
      d.does(new Effect.ReleasePorts());
      enterWaiting(d);
      return "it lost the race for a leased port; starts on another, not counted";
    }
    return DecideRestart.decide(d, isSuccess(d, rules), rules, now, random);
  }

  /// Goes to wait for dependencies, after a decision to restart without delay.
  static void startAgain(Draft d) {
    enterWaiting(d);
  }
}
