package dev.procman.benchmarks;

import java.time.Duration;

/// How long a run takes.
enum Effort {
  /// For figures that are written down: half an hour for everything.
  FULL(3, 6, 1, 2, 4, Duration.ofMillis(300), Duration.ofMillis(300), 1000, Duration.ofSeconds(10)),
  /// For a look: under a minute.
  QUICK(1, 3, 0.3, 1, 2, Duration.ofMillis(200), Duration.ofMillis(100), 60, Duration.ofSeconds(2)),
  /// For a test that everything still runs.
  SMOKE(0, 1, 0.02, 1, 1, Duration.ofMillis(10), Duration.ofMillis(1), 3, Duration.ofMillis(50));

  /// How many virtual machines a benchmark is run in, one after the other; 0 for this one.
  final int forks;

  /// How often each contestant has its turn in one virtual machine.
  final int rounds;

  /// Of the samples of a whole turn.
  final double turn;

  /// How many virtual machines each microbenchmark is run in.
  final int jmhRounds;

  /// How often JMH measures in one of them.
  final int iterations;

  final Duration iteration;
  final Duration warmup;
  final int idleChildren;
  final Duration idle;

  Effort(
      int forks,
      int rounds,
      double turn,
      int jmhRounds,
      int iterations,
      Duration iteration,
      Duration warmup,
      int idleChildren,
      Duration idle) {
    this.forks = forks;
    this.rounds = rounds;
    this.turn = turn;
    this.jmhRounds = jmhRounds;
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
