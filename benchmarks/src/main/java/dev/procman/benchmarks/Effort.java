package dev.procman.benchmarks;

import java.time.Duration;

/// How long a run takes.
enum Effort {
  /// For figures that are written down: under six minutes for everything.
  FULL(3, 6, 2, 1, 4, Duration.ofMillis(400), Duration.ofMillis(400), 300, Duration.ofSeconds(10)),
  /// For a look: under a minute.
  QUICK(1, 3, 1, 0.5, 2, Duration.ofMillis(200), Duration.ofMillis(100), 60, Duration.ofSeconds(2)),
  /// For a test that everything still runs.
  SMOKE(0, 1, 0, 0.05, 1, Duration.ofMillis(10), Duration.ofMillis(1), 3, Duration.ofMillis(50));

  /// How many virtual machines a benchmark is run in, one after the other; 0 for this one.
  final int forks;

  /// How often each contestant has its turn in one virtual machine.
  final int rounds;

  /// Rounds before those, not counted.
  final int warmups;

  /// Of the samples of a whole turn.
  final double turn;

  /// How often JMH measures in one virtual machine.
  final int iterations;

  final Duration iteration;
  final Duration warmup;
  final int idleChildren;
  final Duration idle;

  Effort(
      int forks,
      int rounds,
      int warmups,
      double turn,
      int iterations,
      Duration iteration,
      Duration warmup,
      int idleChildren,
      Duration idle) {
    this.forks = forks;
    this.rounds = rounds;
    this.warmups = warmups;
    this.turn = turn;
    this.iterations = iterations;
    this.iteration = iteration;
    this.warmup = warmup;
    this.idleChildren = idleChildren;
    this.idle = idle;
  }

  /// How many samples a turn takes that has `whole` of them in a full run.
  int turnOf(int whole) {
    return (int) Math.max(1, whole * turn);
  }
}
