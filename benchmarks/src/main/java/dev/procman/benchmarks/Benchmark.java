package dev.procman.benchmarks;

import java.util.List;

/// A question, and how it is answered by measurement.
interface Benchmark {
  /// Its name on the command line.
  String name();

  /// The question.
  String title();

  List<Target> targets();

  /// Measures.
  void run(Effort effort, Samples into) throws Exception;
}
