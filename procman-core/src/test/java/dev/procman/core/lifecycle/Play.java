package dev.procman.core.lifecycle;

import dev.procman.ExitStatus;
import dev.procman.LaunchException;
import dev.procman.ProcessState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A state machine in a test's hands: tells it inputs, remembers what it led to.
final class Play {
  private final Rules rules;
  private long now;
  private LifecycleState state = LifecycleState.initial();
  private List<Effect> latest = List.of();
  private long timer = -1;
  private long wait = -1;

  Play(Rules rules) {
    this.rules = rules;
  }

  Play tell(Input input) {
    var transition = Lifecycle.step(state, input, rules, now, 0);
    state = transition.state();
    latest = transition.effects();
    for (var effect : latest) {
      if (effect instanceof Effect.ArmTimer arm) {
        timer = arm.token();
      } else if (effect instanceof Effect.CheckDependencies check) {
        wait = check.token();
      }
    }
    return this;
  }

  Play after(Duration time) {
    now += time.toNanos();
    return this;
  }

  // What happens, in short words.

  Play start() {
    return tell(new Input.Start());
  }

  Play stop() {
    return tell(new Input.Stop(Optional.empty()));
  }

  Play restart() {
    return tell(new Input.Restart(true, "asked to restart"));
  }

  Play met() {
    return tell(new Input.DependenciesMet(wait));
  }

  Play launched() {
    return tell(new Input.Launched(state.generation(), 42));
  }

  Play launchFails() {
    return tell(
        new Input.LaunchFailed(
            state.generation(), LaunchException.Reason.COMMAND_NOT_FOUND, true, "no such file"));
  }

  /// From the wait for dependencies to a spawned process.
  Play up() {
    return met().launched();
  }

  Play timer() {
    return tell(new Input.TimerFired(timer));
  }

  /// It lives, or its probes say so.
  Play proven() {
    return tell(new Input.ProbedReady(state.generation()));
  }

  Play exits(int code) {
    return tell(new Input.Exited(state.generation(), new ExitStatus.Exited(code)));
  }

  Play drained() {
    return tell(new Input.Drained(state.generation(), false));
  }

  Play swept(Long... survivors) {
    return tell(new Input.Swept(state.generation(), List.of(survivors)));
  }

  Play finished() {
    return tell(new Input.Finished(state.generation(), false));
  }

  /// An exit and all that follows until it is decided.
  Play ends(int code) {
    return exits(code).drained().swept().finished();
  }

  // What it led to.

  ProcessState phase() {
    return state.phase();
  }

  LifecycleState state() {
    return state;
  }

  List<Effect> effects() {
    return latest;
  }

  <E extends Effect> List<E> effects(Class<E> type) {
    return latest.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /// What was announced by the latest step.
  List<Effect.Announcement> told() {
    var told = new ArrayList<Effect.Announcement>();
    effects(Effect.Announce.class).forEach(announce -> told.add(announce.announcement()));
    return told;
  }
}
