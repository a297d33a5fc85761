package dev.procman.core.lifecycle;

import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.LaunchException;
import dev.procman.ProcessState;
import dev.procman.ResourceLimit;
import dev.procman.StopSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The state machine together with a model of everything around it: what of the operating system is
/// true, which answers the shell owes, what a person last asked for. The model performs effects
/// only so far that it knows which inputs can come next; it never looks into the decisions, so what
/// it says is evidence against them.
///
/// The operating system is as bad as allowed: a launch answers late or fails, a stop step or a kill
/// does nothing, descendants outlive their leader, output ends late or never, a sweep finds
/// survivors, probes say anything. Immutable.
///
/// @param state the state machine's state
/// @param now monotonic time
/// @param os what is true of processes
/// @param owed what the shell will still say
/// @param ghost what invariants need to remember
public record World(LifecycleState state, long now, Os os, Owed owed, Ghost ghost) {

  private static final StopSequence KILL = StopSequence.kill();

  /// KILL is like STOP but for the sequence, which stops explore.
  private static final List<ResourceLimit.Action> ACTIONS =
      List.of(ResourceLimit.Action.RESTART, ResourceLimit.Action.STOP);

  private static final Finding FINDING = new Finding("liveness", "says so", Map.of(), 1);

  /// The truth about the current generation.
  ///
  /// @param leader whether its leader lives
  /// @param descendants whether others of its tree may live
  /// @param exited whether its exit was told
  /// @param outputOver whether its output has ended or its limit of time was over
  record Os(boolean leader, boolean descendants, boolean exited, boolean outputOver) {
    static final Os NOTHING = new Os(false, false, false, true);

    boolean isEmpty() {
      return !leader && !descendants;
    }
  }

  /// A timer.
  record Alarm(long token, long due) {}

  /// What the shell will still say, some time or never.
  ///
  /// @param timer the one armed timer
  /// @param dependencies the token of the wait for dependencies, or for what is impossible to
  ///   become possible
  /// @param launch whether a launch has not answered
  /// @param beforeStop whether the hook before the stop runs
  /// @param sweeps sweeps that have not answered
  /// @param drain whether the end of the output was not told
  /// @param finish whether the report is being made
  /// @param startProbes whether probes look for readiness
  /// @param healthProbes whether probes watch its health
  record Owed(
      Optional<Alarm> timer,
      Optional<Long> dependencies,
      boolean launch,
      boolean beforeStop,
      int sweeps,
      boolean drain,
      boolean finish,
      boolean startProbes,
      boolean healthProbes) {
    static final Owed NOTHING =
        new Owed(Optional.empty(), Optional.empty(), false, false, 0, false, false, false, false);
  }

  /// What invariants need to remember.
  ///
  /// @param wanted whether a person's last word was that it shall run
  /// @param startOwed whether a person asked for a start when it was not up, and it has not come
  /// @param lateTimer the timer that was armed before, which may have fired already
  /// @param lateWait the wait before, whose answer may be on its way
  /// @param story how far the announcements have come
  record Ghost(
      boolean wanted,
      boolean startOwed,
      Optional<Long> lateTimer,
      Optional<Long> lateWait,
      Story story) {}

  /// A process that was just registered.
  public static World initial() {
    return new World(
        LifecycleState.initial(),
        0,
        Os.NOTHING,
        Owed.NOTHING,
        new Ghost(false, false, Optional.empty(), Optional.empty(), Story.initial()));
  }

  /// One step of the world.
  record Step(World before, Move move, Transition transition, World after, double random) {}

  /// Lets `move` happen and looks at every invariant.
  ///
  /// @throws AssertionError when one is broken; it names it
  public World after(Move move, Rules rules, double random) {
    var step = step(move, rules, random);
    Invariants.check(step, rules);
    return step.after;
  }

  private Step step(Move move, Rules rules, double random) {
    long time = now + move.elapsed().toNanos();
    var transition = Lifecycle.step(state, move.input(), rules, time, random);
    if (move.spurious()) {
      var unchanged = new World(transition.state(), time, os, owed, ghost);
      return new Step(this, move, transition, unchanged, random);
    }
    var draft = new WorldDraft(this, time);
    draft.happens(move);
    transition.effects().forEach(draft::perform);
    return new Step(this, move, transition, draft.world(transition.state()), random);
  }

  /// Inputs that may come now, each with the least time.
  public List<Move> possible(Rules rules) {
    return Stream.of(commands(), answers(rules)).flatMap(List::stream).toList();
  }

  /// Whatever a person or a file change may ask for.
  public static List<Move> commands() {
    return List.of(
        Move.of(new Input.Start()),
        Move.of(new Input.Stop(Optional.empty())),
        Move.of(new Input.Stop(Optional.of(KILL))),
        Move.of(new Input.StopTimeOver()),
        Move.of(new Input.Restart(true, "a person")),
        Move.of(new Input.Restart(false, "a file change")),
        Move.of(new Input.Reset()));
  }

  /// What the shell and the operating system may say.
  public List<Move> answers(Rules rules) {
    var moves = new ArrayList<Move>();
    long generation = state.generation();
    owed.timer.ifPresent(alarm ->
        moves.add(
            Move.of(new Input.TimerFired(alarm.token))
                .after(Duration.ofNanos(Math.max(0, alarm.due - now)))));
    boolean skipped = state.phase() == ProcessState.SKIPPED;
    owed.dependencies
        .filter(_ -> skipped)
        .ifPresent(token -> moves.add(Move.of(new Input.DependencyPossible(token))));
    owed.dependencies
        .filter(_ -> !skipped)
        .ifPresent(token -> {
          moves.add(Move.of(new Input.DependenciesMet(token)));
          if (!(ghost.story.last() instanceof Effect.Announcement.Waiting)) {
            moves.add(Move.of(new Input.DependencyPending(token, "db")));
          }
          moves.add(Move.of(new Input.DependencyImpossible(token, "db")));
        });
    if (owed.launch) {
      moves.add(Move.of(new Input.Launched(generation, pid())));
      moves.add(launchFailed(true));
      moves.add(launchFailed(false));
    }
    if (owed.startProbes) {
      moves.add(Move.of(new Input.ProbedReady(generation)));
      moves.add(Move.of(new Input.StartupFailed(generation, "gave up")));
    }
    if (os.leader && isUp(state.phase())) {
      for (var action : ACTIONS) {
        moves.add(Move.of(new Input.LimitExceeded(generation, action, "too much")));
      }
    }
    if (owed.healthProbes) {
      moves.add(Move.of(new Input.LivenessFailed(generation, "gave up")));
      var other =
          state.health() == HealthStatus.HEALTHY ? HealthStatus.WARNING : HealthStatus.HEALTHY;
      moves.add(Move.of(new Input.Health(generation, other, FINDING)));
    }
    if (owed.beforeStop) {
      moves.add(Move.of(new Input.BeforeStopDone(generation)));
    }
    if (os.leader) {
      moves.addAll(exits());
    }
    if (owed.drain) {
      moves.add(Move.of(new Input.Drained(generation, false)));
    }
    if (owed.sweeps > 0) {
      moves.add(Move.of(new Input.Swept(generation, List.of())));
      if (os.descendants) {
        moves.add(Move.of(new Input.Swept(generation, List.of(pid() + 1))));
      }
    }
    if (owed.finish) {
      moves.add(Move.of(new Input.Finished(generation, false)));
      if (rules.probed() && !state.run().wasReady()) {
        moves.add(Move.of(new Input.Finished(generation, true)));
      }
    }
    return moves;
  }

  private List<Move> exits() {
    var moves = new ArrayList<Move>();
    for (int code : new int[] {0, 1}) {
      var exit = Move.of(new Input.Exited(state.generation(), new ExitStatus.Exited(code)));
      moves.add(exit);
      moves.add(new Move(exit.input(), false, Duration.ZERO, true));
      if (owed.timer.isEmpty()) {
        moves.add(exit.after(LONG));
      }
    }
    return moves;
  }

  /// Longer than any uptime or window that a policy under test looks at.
  static final Duration LONG = Duration.ofHours(2);

  private Move launchFailed(boolean retryable) {
    return Move.of(
        new Input.LaunchFailed(
            state.generation(), LaunchException.Reason.OTHER, retryable, "refused"));
  }

  /// When the armed timer is due.
  public Optional<Long> timerDue() {
    return owed.timer.map(Alarm::due);
  }

  /// Inputs that come late, twice, or for a generation or timer that is past.
  public List<Move> spurious() {
    var moves = new ArrayList<Move>();
    long generation = state.generation();
    for (var input : ofGeneration(generation - 1)) {
      moves.add(Move.spurious(input));
    }
    ghost.lateTimer.ifPresent(token -> moves.add(Move.spurious(new Input.TimerFired(token))));
    ghost.lateWait.ifPresent(token -> {
      moves.add(Move.spurious(new Input.DependenciesMet(token)));
      moves.add(Move.spurious(new Input.DependencyPending(token, "old")));
      moves.add(Move.spurious(new Input.DependencyImpossible(token, "old")));
      moves.add(Move.spurious(new Input.DependencyPossible(token)));
    });
    for (var input : ofGeneration(generation)) {
      if (comesTooLate(input)) {
        moves.add(Move.spurious(input));
      }
    }
    return moves;
  }

  private boolean comesTooLate(Input input) {
    return switch (input) {
      case Input.Launched _, Input.LaunchFailed _ -> !owed.launch;
      case Input.ProbedReady _,
          Input.StartupFailed _,
          Input.LivenessFailed _,
          Input.LimitExceeded _,
          Input.Health _ ->
          !os.leader || state.run().cause().isPresent();
      case Input.BeforeStopDone _ -> !owed.beforeStop;
      case Input.Exited _ -> !os.leader;
      case Input.Drained _ -> os.outputOver;
      case Input.Swept _ -> os.leader || (os.isEmpty() && owed.sweeps == 0 && !owed.launch);
      case Input.Finished _ -> !owed.finish;
      default -> throw new AssertionError(input);
    };
  }

  private static boolean isUp(ProcessState phase) {
    return phase == ProcessState.STARTING || phase == ProcessState.RUNNING;
  }

  private List<Input> ofGeneration(long generation) {
    return List.of(
        new Input.Launched(generation, 99),
        new Input.LaunchFailed(generation, LaunchException.Reason.OTHER, true, "old"),
        new Input.ProbedReady(generation),
        new Input.StartupFailed(generation, "old"),
        new Input.LivenessFailed(generation, "old"),
        new Input.LimitExceeded(generation, ResourceLimit.Action.KILL, "old"),
        new Input.Health(generation, HealthStatus.FAILED, FINDING),
        new Input.BeforeStopDone(generation),
        new Input.Exited(generation, new ExitStatus.Exited(7)),
        new Input.Drained(generation, true),
        new Input.Swept(generation, List.of()),
        new Input.Swept(generation, List.of(99L)),
        new Input.Finished(generation, true));
  }

  /// A pid of its own for each generation.
  private long pid() {
    return 1000 + 2 * state.generation();
  }
}
