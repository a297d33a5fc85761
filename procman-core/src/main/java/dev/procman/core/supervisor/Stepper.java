package dev.procman.core.supervisor;

import dev.procman.Decision;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.lifecycle.Lifecycle;
import dev.procman.core.lifecycle.LifecycleState;
import dev.procman.core.lifecycle.Rules;
import dev.procman.core.lifecycle.Transition;
import dev.procman.proc.SignalPermission;
import dev.procman.spi.ProcessLauncher.Capability;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Takes inputs one after the other: steps the state machine, shows where it stands then, and has
/// the effects performed. Used on the supervisor's thread, but for [#decisions()].
///
/// An effect that is answered at once (a launch, an empty tree) answers inline, without a turn
/// through the mailbox: a short-lived child costs its supervisor one waking for its start and one
/// for its end. Only what follows an end is decided in a turn of its own: a stop that waits in the
/// mailbox beats a restart, and a launch that fails at once, for ever, does not keep it waiting.
final class Stepper {
  private final Parts parts;
  private final ResourceSubject measured;
  private final Performer performer;
  private final Alarm alarm;
  private final DecisionLog decisions = new DecisionLog();
  private final ArrayDeque<Input> inbox = new ArrayDeque<>();
  private Rules rules;
  private boolean stepping;

  Stepper(Parts parts, ResourceSubject measured, Performer performer, Alarm alarm) {
    this.parts = parts;
    this.measured = measured;
    this.performer = performer;
    this.alarm = alarm;
    this.rules = rules(parts.context(), parts.current().spec());
  }

  /// Decides by another specification from now on.
  void follow(ProcessSpec spec) {
    rules = rules(parts.context(), spec);
  }

  private static Rules rules(SupervisorContext context, ProcessSpec of) {
    return Rules.of(
        of, AskedAside.of(of.restart().orElse(context.defaultRestart())), context.defaultStop());
  }

  /// Takes an input, after those that came before it.
  void take(Input next) {
    inbox.add(next);
    if (!stepping) {
      drain();
    }
  }

  List<Decision> decisions() {
    return decisions.list();
  }

  private void drain() {
    stepping = true;
    try {
      for (Input next; (next = inbox.poll()) != null; ) {
        step(next);
      }
    } finally {
      stepping = false;
      alarm.arm();
    }
  }

  private void step(Input next) {
    var clock = parts.context().clock();
    var situation = parts.situation();
    var before = situation.state();
    var transition =
        Lifecycle.step(
            before, next, rules, clock.nanoTime(), ThreadLocalRandom.current().nextDouble());
    if (transition.stale()) {
      return;
    }
    var secrets = parts.current().secrets();
    situation.become(explained(before, transition), secrets);
    if (next instanceof Input.Launched) {
      measured.begin();
    }
    var now = situation.state();
    decisions.add(
        new Decision(
            clock.instant(),
            now.generation(),
            asked(next),
            secrets.mask(next.toString()),
            before.phase(),
            now.phase(),
            situation.reason()));
    situation.show();
    transition.effects().forEach(performer::perform);
    if (before.phase() != now.phase() || next instanceof Input.Launched) {
      parts.context().neighbours().changed(situation.shown());
    }
  }

  /// What survived KILL may be what may not be signalled at all; the state machine cannot know.
  private Transition explained(LifecycleState before, Transition transition) {
    var now = transition.state();
    if (now.phase() != ProcessState.STUCK
        || before.phase() == ProcessState.STUCK
        || !parts.context().launcher().capabilities().contains(Capability.LOCAL_PID)) {
      return transition;
    }
    return now.run().survivors().stream()
        .map(SignalPermission::obstacle)
        .flatMap(Optional::stream)
        .findFirst()
        .map(why -> new Transition(now, transition.effects(), why, false))
        .orElse(transition);
  }

  private static Decision.Asked asked(Input input) {
    return switch (input) {
      case Input.Command command ->
          switch (command) {
            case Input.Start _ -> Decision.Asked.START;
            case Input.Stop _ -> Decision.Asked.STOP;
            case Input.Restart _ -> Decision.Asked.RESTART;
            case Input.Reset _ -> Decision.Asked.RESET;
          };
      default -> Decision.Asked.NOTHING;
    };
  }
}
