package dev.procman.core.supervisor;

import dev.procman.core.Deadline;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// The one timer of a state machine, which counts only the time in which this JVM ran. It is set
/// only when all inputs at hand are taken: most are taken back before, since a launch is answered
/// inline. Used on the supervisor's thread.
final class Alarm {
  private final ProcmanClock clock;
  private final Consumer<Input> supervisor;
  private ProcmanClock.Timer timer = () -> {};
  private Optional<Asked> asked = Optional.empty();

  /// @param since when it was asked for
  private record Asked(Effect.ArmTimer effect, long since) {}

  Alarm(ProcmanClock clock, Consumer<Input> supervisor) {
    this.clock = clock;
    this.supervisor = supervisor;
  }

  /// Asks for it; it replaces the earlier one.
  void arm(Effect.ArmTimer effect) {
    timer.cancel();
    asked = Optional.of(new Asked(effect, clock.nanoTime()));
  }

  /// Takes it back.
  void disarm() {
    timer.cancel();
    asked = Optional.empty();
  }

  /// All inputs at hand are taken.
  void set() {
    asked.ifPresent(this::set);
    asked = Optional.empty();
  }

  private void set(Asked arming) {
    var since = Duration.ofNanos(clock.nanoTime() - arming.since);
    var left = arming.effect.delay().minus(since);
    timer =
        Deadline.in(
            clock,
            left.isNegative() ? Duration.ZERO : left,
            () -> supervisor.accept(new Input.TimerFired(arming.effect.token())));
  }
}
