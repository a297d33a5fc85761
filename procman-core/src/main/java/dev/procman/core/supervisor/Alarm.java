package dev.procman.core.supervisor;

import dev.procman.core.Deadline;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.ProcmanClock;
import java.util.Optional;
import java.util.function.Consumer;

/// The one timer of a state machine, which counts only the time in which this JVM ran. It is set
/// only when all inputs at hand are taken: most are taken back before, since a launch is answered
/// inline. Used on the supervisor's thread.
final class Alarm {
  private final ProcmanClock clock;
  private final Consumer<Input> supervisor;
  private Optional<Deadline> asked = Optional.empty();
  private Optional<Deadline> armed = Optional.empty();

  Alarm(ProcmanClock clock, Consumer<Input> supervisor) {
    this.clock = clock;
    this.supervisor = supervisor;
  }

  /// Asks for it; it replaces the earlier one. Its time runs from now on.
  void ask(Effect.ArmTimer effect) {
    takeBack();
    var fired = new Input.TimerFired(effect.token());
    asked = Optional.of(Deadline.unarmed(clock, effect.delay(), () -> supervisor.accept(fired)));
  }

  /// Takes it back.
  void takeBack() {
    asked.ifPresent(Deadline::cancel);
    armed.ifPresent(Deadline::cancel);
    asked = Optional.empty();
    armed = Optional.empty();
  }

  /// All inputs at hand are taken.
  void arm() {
    if (asked.isPresent()) {
      asked.get().arm();
      armed = asked;
      asked = Optional.empty();
    }
  }
}
