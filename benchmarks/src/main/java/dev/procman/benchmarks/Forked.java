package dev.procman.benchmarks;

import java.util.List;

/// A benchmark whose contestants take turns in a virtual machine of its own, several times over.
///
/// @param body what happens in it
record Forked(String name, String title, List<Target> targets, Body body) implements Benchmark {

  /// One virtual machine's part.
  @FunctionalInterface
  interface Body {
    void play(Effort effort, Samples into) throws Exception;
  }

  @Override
  public void run(Effort effort, Samples into) throws Exception {
    if (effort.forks == 0) {
      body.play(effort, into);
    }
    for (int fork = 0; fork < effort.forks; fork++) {
      Jvm.run(Forked.class, List.of(name, effort.name())).forEach(into::read);
    }
  }

  /// The other virtual machine: prints what it measured.
  public static void main(String[] args) throws Exception {
    var samples = new Samples();
    var benchmark = (Forked) Benchmarks.named(args[0]);
    benchmark.body.play(Effort.valueOf(args[1]), samples);
    samples.lines().forEach(System.out::println);
  }
}
