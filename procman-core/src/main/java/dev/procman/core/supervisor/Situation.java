package dev.procman.core.supervisor;

import dev.procman.ExitReport;
import dev.procman.ProcessSnapshot;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.core.lifecycle.LifecycleState;
import dev.procman.core.lifecycle.Transition;
import dev.procman.spi.ProcmanClock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// Where a process stands: the state machine's state, and what its snapshot tells besides. Written
/// on the supervisor's thread only; others see what was shown on the [Board].
final class Situation {
  private final String name;
  private final PortTable ports;
  private final ProcmanClock clock;
  private LifecycleState state = LifecycleState.initial();
  private String reason = "registered";
  private Optional<ExitReport> lastExit = Optional.empty();
  private Optional<Instant> startedAt = Optional.empty();
  private Optional<Instant> nextStart = Optional.empty();
  private final Board board;

  Situation(String name, PortTable ports, ProcmanClock clock) {
    this.name = name;
    this.ports = ports;
    this.clock = clock;
    this.board = new Board(view(false));
  }

  Board board() {
    return board;
  }

  /// The snapshot that was shown last.
  ProcessSnapshot shown() {
    return board.view().snapshot();
  }

  LifecycleState state() {
    return state;
  }

  /// Why it stands there, secrets masked.
  String reason() {
    return reason;
  }

  Optional<ExitReport> lastExit() {
    return lastExit;
  }

  /// A step was made; it is not shown yet.
  void become(Transition transition, Secrets secrets) {
    state = transition.state();
    reason = secrets.mask(transition.reason());
    for (var effect : transition.effects()) {
      if (effect instanceof Effect.Announce(Announcement announcement)) {
        note(announcement);
      }
    }
  }

  /// Wall times that go with a transition.
  private void note(Announcement announcement) {
    switch (announcement) {
      case Announcement.Starting _ -> nextStart = Optional.empty();
      case Announcement.Started _ -> startedAt = Optional.of(clock.instant());
      case Announcement.RestartScheduled restart -> nextStart = Optional.of(after(restart.delay()));
      case Announcement.CrashLoop loop -> nextStart = loop.coolDown().map(this::after);
      case Announcement.Stopped _ -> nextStart = Optional.empty();
      default -> {}
    }
  }

  private Instant after(Duration delay) {
    try {
      return clock.instant().plus(delay);
    } catch (DateTimeException | ArithmeticException never) {
      return Instant.MAX;
    }
  }

  /// A generation has ended.
  void ended(ExitReport report) {
    lastExit = Optional.of(report);
    show();
  }

  void show() {
    board.show(view(false));
  }

  /// Nothing will change any more.
  void end() {
    board.show(view(true));
  }

  private Board.View view(boolean over) {
    var run = state.run();
    var snapshot =
        new ProcessSnapshot(
            name,
            state.phase(),
            state.desired(),
            state.health(),
            state.generation(),
            run.live() && run.pid() >= 0 ? OptionalLong.of(run.pid()) : OptionalLong.empty(),
            state.counters().total(),
            ports.numbers(),
            startedAt,
            nextStart,
            lastExit,
            reason);
    return new Board.View(snapshot, state, over);
  }
}
