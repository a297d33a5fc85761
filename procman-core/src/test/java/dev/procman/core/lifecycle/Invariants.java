package dev.procman.core.lifecycle;

import dev.procman.Desired;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.core.lifecycle.World.Step;
import dev.procman.spi.StandardRestartPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What must hold of every step, one predicate each. They speak of the model's truth and of what
/// was told and done, never of the code that decides, so a wrong decision cannot excuse itself.
final class Invariants {

  private interface Invariant {
    boolean holds(Step step, Rules rules);
  }

  private static final Map<String, Invariant> ALL = new LinkedHashMap<>();

  static {
    ALL.put("stale inputs are dropped without change", Invariants::staleInputsChangeNothing);
    ALL.put(
        "at most one live generation, a new one only when the tree before is proven empty",
        Invariants::aNewGenerationOnlyAfterAnEmptyTree);
    ALL.put("each launch is a new generation, numbered in order", Invariants::numberedInOrder);
    ALL.put("a stop beats a restart", Invariants::aStopBeatsARestart);
    ALL.put("a stop is the word that counts at once", Invariants::aStopIsKnownAtOnce);
    ALL.put("a start that a person asked for is not lost", Invariants::anAskedStartIsNotLost);
    ALL.put(
        "a stop with another sequence is obeyed at once", Invariants::anotherStopSequenceIsObeyed);
    ALL.put("every exit is followed by a sweep", Invariants::anExitIsFollowedByASweep);
    ALL.put(
        "an exit is reported when the tree is empty and the output over or cut",
        Invariants::reportedWhenGoneAndDrained);
    ALL.put("no state that is not settled is in limbo", Invariants::nothingIsInLimbo);
    ALL.put("the armed timer is the current one", Invariants::theArmedTimerIsCurrent);
    ALL.put("stuck leaves only when the survivors are gone", Invariants::stuckLeavesOnlyWhenEmpty);
    ALL.put(
        "a restart that was asked for is made and not counted",
        Invariants::anAskedRestartIsMadeUncounted);
    ALL.put(
        "only restarts by policy are counted, and all of them",
        Invariants::onlyPolicyRestartsAreCounted);
    ALL.put(
        "failures are forgotten for a command or a cool-down only",
        Invariants::failuresAreForgottenOnPurposeOnly);
    ALL.put("the policy is carried out", Invariants::thePolicyIsCarriedOut);
    ALL.put(
        "the limit counts whatever the back-off was, and ends in a crash loop",
        Invariants::theLimitEndsInACrashLoop);
    ALL.put("the back-off grows whatever the limit is", Invariants::theBackOffIsThePolicys);
    ALL.put("a readiness or health verdict kills nobody", Invariants::healthKillsNobody);
    ALL.put("a kill comes after every step of the stop sequence", Invariants::killComesLast);
  }

  private Invariants() {}

  /// @throws AssertionError naming the first that does not hold
  static void check(Step step, Rules rules) {
    ALL.forEach((name, invariant) -> {
      if (!invariant.holds(step, rules)) {
        throw new AssertionError(
            "broken: %s%n  move    %s%n  before  %s%n  after   %s%n  effects %s%n  reason  %s"
                .formatted(
                    name,
                    step.move(),
                    step.before(),
                    step.after(),
                    step.transition().effects(),
                    step.transition().reason()));
      }
    });
  }

  // One live generation.

  private static boolean staleInputsChangeNothing(Step step, Rules rules) {
    return !step.move().spurious()
        || (step.transition().stale()
            && step.transition().effects().isEmpty()
            && step.transition().state().equals(step.before().state()));
  }

  private static boolean aNewGenerationOnlyAfterAnEmptyTree(Step step, Rules rules) {
    long launches = effects(step, Effect.Launch.class).count();
    var before = step.before();
    boolean free = before.os().isEmpty() && !before.owed().launch() && !before.owed().finish();
    return launches == 0 || (launches == 1 && free);
  }

  private static boolean numberedInOrder(Step step, Rules rules) {
    return effects(step, Effect.Launch.class)
        .allMatch(launch ->
            launch.generation() == step.before().state().generation() + 1
                && step.after().state().generation() == launch.generation());
  }

  private static boolean stuckLeavesOnlyWhenEmpty(Step step, Rules rules) {
    boolean left =
        step.before().state().phase() == ProcessState.STUCK
            && step.after().state().phase() != ProcessState.STUCK;
    return !left || step.after().os().isEmpty();
  }

  // A stop beats a restart.

  private static boolean aStopBeatsARestart(Step step, Rules rules) {
    return step.after().ghost().wanted() || effects(step, Effect.Launch.class).findAny().isEmpty();
  }

  private static boolean aStopIsKnownAtOnce(Step step, Rules rules) {
    return step.after().ghost().wanted() || step.after().state().desired() == Desired.DOWN;
  }

  private static boolean anAskedStartIsNotLost(Step step, Rules rules) {
    return !step.after().ghost().startOwed() || !step.after().state().phase().isSettled();
  }

  /// While it is ending; a closing manager whose patience is over relies on it.
  private static boolean anotherStopSequenceIsObeyed(Step step, Rules rules) {
    var before = step.before();
    if (step.move().input() instanceof Input.StopTimeOver) {
      return timeThatIsOverEndsTheStop(step);
    }
    if (!(step.move().input() instanceof Input.Stop(Optional<StopSequence> sequence))
        || sequence.isEmpty()
        || before.state().phase() != ProcessState.STOPPING
        || before.state().run().killed()) {
      return true;
    }
    if (before.owed().launch()) {
      return step.after().state().run().stop().equals(sequence);
    }
    if (before.os().leader()) {
      return effects(step, Effect.KillTree.class).count() == 1;
    }
    return before.owed().sweeps() == 0
        || before.os().isEmpty()
        || effects(step, Effect.Sweep.class).anyMatch(sweep -> sweep.grace().isZero());
  }

  private static boolean timeThatIsOverEndsTheStop(Step step) {
    var before = step.before();
    if (before.state().phase() != ProcessState.STOPPING || before.state().run().killed()) {
      return step.after().state().equals(before.state());
    }
    if (before.owed().launch()) {
      return step.after().state().run().stop().orElseThrow().steps().isEmpty();
    }
    if (before.os().leader()) {
      return effects(step, Effect.KillTree.class).count() == 1;
    }
    return before.owed().sweeps() == 0
        || before.os().isEmpty()
        || effects(step, Effect.Sweep.class).anyMatch(sweep -> sweep.grace().isZero());
  }

  // The one road out.

  private static boolean anExitIsFollowedByASweep(Step step, Rules rules) {
    return !(step.move().input() instanceof Input.Exited)
        || step.move().spurious()
        || effects(step, Effect.Sweep.class).count() == 1;
  }

  private static boolean reportedWhenGoneAndDrained(Step step, Rules rules) {
    return effects(step, Effect.Finish.class)
        .allMatch(finish ->
            finish.generation() == step.after().state().generation()
                && step.after().os().isEmpty()
                && !step.after().owed().launch()
                && step.after().os().exited()
                && step.after().os().outputOver()
                && (finish.ending().truncated() || !step.after().owed().drain()));
  }

  private static boolean killComesLast(Step step, Rules rules) {
    if (effects(step, Effect.KillTree.class).findAny().isEmpty()
        || step.move().input() instanceof Input.StopTimeOver) {
      return true;
    }
    var before = step.before().state().run();
    var sequence =
        step.move().input() instanceof Input.Stop stop && stop.sequence().isPresent()
            ? stop.sequence()
            : before.stop();
    return sequence.orElseThrow().steps().isEmpty()
        || (step.move().input() instanceof Input.TimerFired
            && before.step() == sequence.orElseThrow().steps().size() - 1)
        // What is stuck was killed before, and is again as long as it lives.
        || (step.before().state().phase() == ProcessState.STUCK && before.killed());
  }

  private static boolean healthKillsNobody(Step step, Rules rules) {
    return !(step.move().input() instanceof Input.Health)
        || step.transition().effects().stream()
            .allMatch(effect -> effect instanceof Effect.Announce(Announcement.HealthChanged _));
  }

  // No limbo.

  /// Each state that is not settled has something coming that will move it.
  private static boolean nothingIsInLimbo(Step step, Rules rules) {
    var world = step.after();
    var owed = world.owed();
    boolean timer = owed.timer().isPresent();
    return switch (world.state().phase()) {
      case NEW, STOPPED, COMPLETED, FAILED -> world.os().isEmpty();
      // Whoever is wanted comes back with what it depends on.
      case SKIPPED ->
          world.os().isEmpty()
              && owed.dependencies()
                  .equals(
                      world.ghost().wanted()
                          ? Optional.of(world.state().token())
                          : Optional.empty());
      case CRASH_LOOP -> world.os().isEmpty() && timer == coolDown(rules).isPresent();
      case WAITING -> owed.dependencies().equals(Optional.of(world.state().token()));
      case STARTING -> timer && (owed.launch() || world.os().leader());
      case RUNNING -> world.os().leader();
      case BACKOFF -> timer;
      case STUCK -> timer && (world.os().leader() || owed.sweeps() > 0 || world.os().descendants());
      case STOPPING ->
          owed.launch()
              || owed.finish()
              || (world.os().leader() && (timer || owed.beforeStop()))
              || (world.os().exited() && (owed.sweeps() > 0 || (world.os().isEmpty() && timer)));
    };
  }

  private static boolean theArmedTimerIsCurrent(Step step, Rules rules) {
    return step.after()
        .owed()
        .timer()
        .map(alarm -> alarm.token() == step.after().state().token())
        .orElse(true);
  }

  // Restarts.

  /// An end is decided with nobody against it, nobody asking for a start and no port lost.
  private static boolean isLeftToThePolicy(Step step) {
    return isDecision(step)
        && step.before().state().desired() == Desired.UP
        && !step.before().state().run().restartPending()
        && !(step.move().input() instanceof Input.Finished finished && finished.portLost());
  }

  private static boolean isDecision(Step step) {
    return step.move().input() instanceof Input.Finished && !step.move().spurious();
  }

  private static boolean anAskedRestartIsMadeUncounted(Step step, Rules rules) {
    boolean asked =
        isDecision(step)
            && step.before().state().desired() == Desired.UP
            && step.before().state().run().cause().filter(EndCause::isRequested).isPresent();
    return !asked
        || (step.after().state().phase() == ProcessState.WAITING
            && step.after().state().counters().equals(step.before().state().counters()));
  }

  private static boolean onlyPolicyRestartsAreCounted(Step step, Rules rules) {
    long announced = announced(step, Announcement.RestartScheduled.class).count();
    var before = step.before().state();
    return step.after().state().counters().total() - before.counters().total() == announced
        && (announced == 0
            || (isDecision(step)
                && !before.run().cause().orElseThrow().isRequested()
                && step.after().state().counters().times().getFirst() == step.after().now()));
  }

  private static boolean failuresAreForgottenOnPurposeOnly(Step step, Rules rules) {
    var before = step.before().state();
    boolean onPurpose =
        (step.move().input() instanceof Input.Command
                && !(step.move().input() instanceof Input.Stop))
            || (before.phase() == ProcessState.CRASH_LOOP
                && step.move().input() instanceof Input.TimerFired);
    var times = step.after().state().counters().times();
    return onPurpose
        || times
            .subList(times.size() - before.counters().times().size(), times.size())
            .equals(before.counters().times());
  }

  private static boolean thePolicyIsCarriedOut(Step step, Rules rules) {
    if (!isLeftToThePolicy(step)) {
      return true;
    }
    var run = step.before().state().run();
    boolean success =
        Objects.requireNonNull(run.cause().orElse(null)) == EndCause.OWN_EXIT
            && run.status().filter(status -> status.shellCode() == 0).isPresent()
            && uptime(step).compareTo(rules.minimumUptime()) >= 0;
    boolean again =
        run.retryable()
            && run.cause().orElseThrow() != EndCause.LIMIT_STOP
            && switch (policy(rules).when()) {
              case NEVER -> false;
              case ALWAYS -> true;
              case ON_FAILURE -> !success;
              case ON_CODES -> throw new AssertionError("not under test");
            };
    var left = success ? ProcessState.COMPLETED : ProcessState.FAILED;
    return switch (step.after().state().phase()) {
      case BACKOFF, WAITING, CRASH_LOOP -> again;
      case COMPLETED, FAILED -> !again && step.after().state().phase() == left;
      default -> false;
    };
  }

  private static boolean theLimitEndsInACrashLoop(Step step, Rules rules) {
    var policy = policy(rules);
    long now = step.after().now();
    long recent =
        step.before().state().counters().times().stream()
            .filter(time -> Duration.ofNanos(now - time).compareTo(policy.window()) < 0)
            .count();
    boolean exceeded = !policy.window().isZero() && recent >= policy.limit();
    return announced(step, Announcement.RestartScheduled.class).allMatch(_ -> !exceeded)
        && announced(step, Announcement.CrashLoop.class)
            .allMatch(loop ->
                exceeded
                    && loop.coolDown().equals(policy.coolDown())
                    && step.after().state().phase() == ProcessState.CRASH_LOOP);
  }

  private static boolean theBackOffIsThePolicys(Step step, Rules rules) {
    var policy = policy(rules);
    int inRow =
        uptime(step).compareTo(policy.resetAfter()) >= 0
            ? 0
            : step.before().state().counters().inRow();
    return announced(step, Announcement.RestartScheduled.class)
        .allMatch(restart ->
            restart.attempt() == inRow + 1
                && restart.delay().equals(policy.backoff().delay(inRow + 1, step.random()))
                && (restart.delay().isZero()
                    || step.after().owed().timer().orElseThrow().due() - step.after().now()
                        == restart.delay().toNanos()));
  }

  private static Duration uptime(Step step) {
    var run = step.before().state().run();
    return Duration.ofNanos(run.exitedAt() - run.spawnedAt());
  }

  private static StandardRestartPolicy policy(Rules rules) {
    return (StandardRestartPolicy) rules.restart();
  }

  private static Optional<Duration> coolDown(Rules rules) {
    return policy(rules).coolDown();
  }

  private static <E extends Effect> Stream<E> effects(Step step, Class<E> type) {
    return step.transition().effects().stream().filter(type::isInstance).map(type::cast);
  }

  private static <A extends Announcement> Stream<A> announced(Step step, Class<A> type) {
    return effects(step, Effect.Announce.class)
        .map(Effect.Announce::announcement)
        .filter(type::isInstance)
        .map(type::cast);
  }
}
