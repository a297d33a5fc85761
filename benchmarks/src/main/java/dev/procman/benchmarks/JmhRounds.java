package dev.procman.benchmarks;

import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Microbenchmarks run by JMH, each contestant in a virtual machine of its own, one after the other
/// in rounds.
///
/// @param entries what is measured
record JmhRounds(String name, String title, List<Target> targets, List<Entry> entries)
    implements Benchmark {

  /// One contestant in one case.
  ///
  /// @param in the case
  /// @param contestant its name
  /// @param of the class with the method
  /// @param method the method
  /// @param parameters those of the class
  /// @param figure from JMH's score
  record Entry(
      Samples.Case in,
      String contestant,
      Class<?> of,
      String method,
      Map<String, String> parameters,
      java.util.function.DoubleUnaryOperator figure) {}

  @Override
  public void run(Effort effort, Samples into) throws Exception {
    // The lock is against two runs on one machine at a time, and fails the second.
    System.setProperty("jmh.ignoreLock", "true");
    for (int round = 0; round < effort.jmhRounds; round++) {
      for (var entry : entries) {
        var options =
            new OptionsBuilder()
                .include(entry.of.getName().replace("$", "\\.") + "\\." + entry.method + "$")
                .forks(Math.min(1, effort.forks))
                .jvmArgsPrepend(Jvm.OPTIONS.toArray(String[]::new))
                .warmupIterations(effort.forks == 0 ? 0 : 3)
                .warmupTime(TimeValue.milliseconds(effort.warmup.toMillis()))
                .measurementIterations(effort.iterations)
                .measurementTime(TimeValue.milliseconds(effort.iteration.toMillis()))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        entry.parameters.forEach(options::param);
        for (var result : new Runner(options.build()).run()) {
          collect(entry, result, into);
        }
      }
    }
  }

  private static void collect(Entry entry, RunResult result, Samples into) {
    for (var fork : result.getBenchmarkResults()) {
      for (var iteration : fork.getIterationResults()) {
        double score = iteration.getPrimaryResult().getScore();
        into.add(entry.in, entry.contestant, entry.figure.applyAsDouble(score));
      }
    }
  }
}
