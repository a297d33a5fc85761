package dev.procman.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import dev.procman.Desired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Walks every interleaving of inputs breadth-first, so that what is found broken comes with a
/// shortest way to it, and checks every invariant on every edge.
///
/// Worlds that cannot be told apart by anything that comes later are walked once. Left out of the
/// comparison: the numbers of generations and tokens, which are only ever compared for equality
/// with the current one (what is armed or awaited is compared as current or not; a late one must
/// never be current, which is checked before); pids and texts, which are only shown; absolute
/// times, of which only the uptime and the age of counted restarts are looked at (kept as uptime up
/// to the longest that any rule asks for, and as the number of restarts within the window: no
/// schedule of this length crosses a window except by the one long wait that is a move of its own);
/// counts that are only shown.
@Tag("long")
class ExplorationTest {
  private static final int DEPTH = Integer.getInteger("procman.exploration.depth", 12);

  /// The way to a world, newest first.
  private record Path(@Nullable Path before, Move move) {}

  private record Place(World world, @Nullable Path path) {}

  @ParameterizedTest
  @EnumSource
  void everyInterleavingKeepsTheInvariants(RulesUnderTest under) {
    var rules = under.rules();
    var seen = new HashSet<>();
    List<Place> frontier = List.of(new Place(World.initial(), null));
    seen.add(key(World.initial(), rules));
    int edges = 0;
    int depth = 0;
    for (; depth < DEPTH && !frontier.isEmpty(); depth++) {
      var next = new ArrayList<Place>();
      for (var place : frontier) {
        for (var move : place.world.spurious()) {
          edges++;
          var _ = follow(place, move, rules);
        }
        for (var move : place.world.possible(rules)) {
          edges++;
          var world = follow(place, move, rules);
          if (seen.add(key(world, rules))) {
            next.add(new Place(world, new Path(place.path, move)));
          }
        }
        comesToRestWhenStopped(place, rules);
      }
      frontier = next;
    }
    System.out.printf(
        "explored %s: %,d worlds, %,d edges, depth %d%s%n",
        under, seen.size(), edges, depth, frontier.isEmpty() ? ", all there are" : "");
    assertThat(seen).hasSizeGreaterThan(100);
  }

  /// From everywhere: once stopped, and all that is owed is told, it comes to rest in few steps.
  private static void comesToRestWhenStopped(Place place, Rules rules) {
    var world = follow(place, Move.of(new Input.Stop(Optional.empty())), rules);
    for (int step = 0; !world.state().phase().isSettled(); step++) {
      if (step > 40) {
        throw new AssertionError("does not come to rest from\n" + way(place) + "\n now " + world);
      }
      world = follow(new Place(world, null), Fairness.next(world, rules), rules);
    }
    assertThat(world.state().desired()).isEqualTo(Desired.DOWN);
  }

  private static World follow(Place place, Move move, Rules rules) {
    try {
      return place.world.after(move, rules, 0.5);
    } catch (AssertionError broken) {
      throw new AssertionError(broken.getMessage() + "\nby way of\n" + way(place));
    } catch (RuntimeException broken) {
      throw new AssertionError("failed at " + move + " by way of\n" + way(place), broken);
    }
  }

  private static String way(Place place) {
    var moves = new LinkedList<String>();
    for (Path path = place.path; path != null; path = path.before) {
      moves.addFirst("  " + path.move);
    }
    return String.join("\n", moves);
  }

  // What tells worlds apart.

  private record Key(
      List<Object> control,
      List<Object> run,
      World.Os os,
      World.Owed owed,
      boolean wanted,
      boolean startOwed,
      boolean lateTimer,
      boolean lateWait,
      Story story) {}

  private static Key key(World world, Rules rules) {
    var state = world.state();
    var run = state.run();
    var owed = world.owed();
    boolean current = owed.timer().map(alarm -> alarm.token() == state.token()).orElse(false);
    return new Key(
        List.of(
            state.phase(),
            state.desired(),
            state.health(),
            state.generation() == 0,
            state.counters().inRow(),
            state.counters().portRetries(),
            freshRestarts(world)),
        List.of(
            run.live(),
            run.launching(),
            run.wasReady(),
            run.lookedAgain(),
            run.cause(),
            run.restartPending(),
            run.stop(),
            run.step(),
            run.killed(),
            run.status(),
            run.drained(),
            run.truncated(),
            run.swept(),
            run.finishing(),
            run.retryable(),
            run.survivors().isEmpty(),
            uptime(world, rules)),
        world.os(),
        new World.Owed(
            owed.timer().map(alarm -> new World.Alarm(current ? 1 : 0, alarm.due() - world.now())),
            owed.dependencies().map(token -> token == state.token() ? 1L : 0L),
            owed.launch(),
            owed.beforeStop(),
            owed.sweeps(),
            owed.drain(),
            owed.finish(),
            owed.startProbes(),
            owed.healthProbes()),
        world.ghost().wanted(),
        world.ghost().startOwed(),
        world.ghost().lateTimer().isPresent(),
        world.ghost().lateWait().isPresent(),
        world.ghost().story().withoutTexts());
  }

  private static long freshRestarts(World world) {
    return world.state().counters().times().stream()
        .filter(time -> world.now() - time < Duration.ofHours(1).toNanos())
        .count();
  }

  private static Duration uptime(World world, Rules rules) {
    var run = world.state().run();
    boolean ended = run.status().isPresent() || world.os().exited();
    var uptime = Duration.ofNanos((ended ? run.exitedAt() : world.now()) - run.spawnedAt());
    var most = rules.restart().resetAfter();
    return !run.live() && !ended ? Duration.ZERO : uptime.compareTo(most) > 0 ? most : uptime;
  }
}
