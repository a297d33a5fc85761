package dev.procman.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.core.lifecycle.Fairness;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.lifecycle.Move;
import dev.procman.core.lifecycle.Rules;
import dev.procman.core.lifecycle.World;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.StandardRestartPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Long random schedules of the state machine in virtual time, each with rules of its own, every
/// invariant checked at every step. Where the exploration sees all short schedules with few rules,
/// this sees long ones: many generations, windows and back-offs that really pass, limits reached
/// and left.
///
/// The state machine is driven with an interpreter of its effects, not through the supervisor's
/// thread: then a seed is the whole schedule, it replays exactly, and a step costs a microsecond.
/// What the shell adds (mailbox, inline answers, several processes) is the matter of
/// [SimulatedEngineTest].
@Tag("long")
class RandomScheduleTest {
  private static final int SCHEDULES = Seeds.schedules(12_000);
  private static final int MOVES = 150;

  @Test
  void everyRandomScheduleKeepsTheInvariantsAndComesToRest() {
    System.out.printf("%,d random schedules from seed %d%n", SCHEDULES, Seeds.base());
    var reached = EnumSet.noneOf(ProcessState.class);
    long generations = 0;
    for (long seed = Seeds.base(); seed < Seeds.base() + SCHEDULES; seed++) {
      var schedule = new Schedule(seed);
      schedule.run();
      reached.addAll(schedule.reached);
      generations += schedule.world.state().generation();
    }
    System.out.printf("%,d generations%n", generations);
    if (SCHEDULES < 1000) {
      return; // A replay of a few, which need not see everything.
    }
    assertThat(reached)
        .as("states that the schedules reached")
        .containsExactlyInAnyOrder(ProcessState.values());
    assertThat(generations).isGreaterThan(5L * SCHEDULES);
  }

  private static final class Schedule {
    final EnumSet<ProcessState> reached = EnumSet.noneOf(ProcessState.class);
    World world = World.initial();
    private final long seed;
    private final RandomGenerator random;
    private final Rules rules;
    private final double commands;
    private final ArrayDeque<Move> latest = new ArrayDeque<>();

    Schedule(long seed) {
      this.seed = seed;
      this.random = Seeds.random(seed);
      this.rules = randomRules(random);
      this.commands = random.nextDouble(0.02, 0.4);
    }

    void run() {
      for (int i = 0; i < MOVES; i++) {
        follow(next());
      }
      follow(Move.of(new Input.Stop(Optional.empty())));
      for (int i = 0; !world.state().phase().isSettled(); i++) {
        if (i > 50) {
          throw failed("does not come to rest; it is " + world, null);
        }
        try {
          follow(Fairness.next(world, rules));
        } catch (AssertionError limbo) {
          throw failed(String.valueOf(limbo.getMessage()), limbo);
        }
      }
    }

    private Move next() {
      if (random.nextInt(8) == 0) {
        return pick(world.spurious());
      }
      var answers = world.answers(rules);
      if (answers.isEmpty() || random.nextDouble() < commands) {
        return later(pick(World.commands()));
      }
      return later(pick(answers));
    }

    private <T> T pick(java.util.List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    /// Time passes, but never past an armed timer; a timer fires when it is due.
    private Move later(Move move) {
      long due =
          world
              .timerDue()
              .map(time -> Math.max(0, time - world.now()))
              .orElse(Duration.ofSeconds(90).toNanos());
      return move.input() instanceof Input.TimerFired
          ? move
          : move.after(Duration.ofNanos((long) (due * Math.pow(random.nextDouble(), 4))));
    }

    private void follow(Move move) {
      latest.addLast(move);
      if (latest.size() > 25) {
        latest.removeFirst();
      }
      try {
        world = world.after(move, rules, random.nextDouble());
      } catch (AssertionError | RuntimeException broken) {
        throw failed(String.valueOf(broken.getMessage()), broken);
      }
      reached.add(world.state().phase());
    }

    private AssertionError failed(String what, Throwable cause) {
      var text = new StringBuilder("seed " + seed + ": " + what + "\nrules " + rules + "\nlatest");
      latest.forEach(move -> text.append("\n  ").append(move));
      text.append("\nreplay with -Dprocman.simulation.seed=")
          .append(seed)
          .append(" -Dprocman.simulation.schedules=1");
      return new AssertionError(text.toString(), cause);
    }
  }

  private static Rules randomRules(RandomGenerator random) {
    var policy =
        switch (random.nextInt(4)) {
          case 0 -> RestartPolicy.never();
          case 1 -> RestartPolicy.onFailure();
          default -> RestartPolicy.always();
        };
    var limited = limit(policy, random).backoff(randomBackoff(random));
    if (random.nextBoolean()) {
      limited = limited.coolDown(seconds(random, 1, 100));
    }
    var stop = StopSequence.kill();
    for (int steps = random.nextInt(3); steps > 0; steps--) {
      stop = stop.write("quit\n", seconds(random, 0, 12));
    }
    var minimumUptime = random.nextBoolean() ? Duration.ZERO : seconds(random, 0, 20);
    return new Rules(
        random.nextBoolean(),
        minimumUptime.plus(random.nextBoolean() ? Duration.ZERO : seconds(random, 0, 2)),
        limited.resetAfter(seconds(random, 0, 60)),
        Set.of(0),
        seconds(random, 1, 60),
        minimumUptime,
        stop);
  }

  private static Backoff randomBackoff(RandomGenerator random) {
    var first = seconds(random, 0, 3);
    return switch (random.nextInt(4)) {
      case 0 -> Backoff.none();
      case 1 -> Backoff.fixed(first);
      case 2 -> Backoff.linear(first, first.plusSeconds(20));
      default -> Backoff.exponential(first, first.plusSeconds(60)).jitter(random.nextInt(2) * 0.5);
    };
  }

  /// A window that every one of these back-offs can reach.
  private static StandardRestartPolicy limit(StandardRestartPolicy policy, RandomGenerator random) {
    return random.nextInt(4) == 0
        ? policy.unlimited()
        : policy.limit(random.nextInt(6), Duration.ofSeconds(300 + random.nextInt(300)));
  }

  private static Duration seconds(RandomGenerator random, int from, int to) {
    return Duration.ofMillis(random.nextLong(1000L * from, 1000L * to + 1));
  }
}
