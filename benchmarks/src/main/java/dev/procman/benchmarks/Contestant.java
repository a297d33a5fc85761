package dev.procman.benchmarks;

/// One way to do what a case asks for.
///
/// @param name for people
/// @param slow whether it is so slow that a tenth of the samples must do
/// @param once does it once
record Contestant(String name, boolean slow, Once once) {

  /// Does the work once and tells the figure.
  @FunctionalInterface
  interface Once {
    double measure() throws Exception;
  }

  /// Work that is timed as a whole.
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  Contestant(String name, Once once) {
    this(name, false, once);
  }

  /// Times the work in microseconds.
  static Contestant timed(String name, Work work) {
    return new Contestant(name, () -> micros(work));
  }

  /// Times the work in milliseconds.
  static double millis(Work work) throws Exception {
    return micros(work) / 1e3;
  }

  static double micros(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e3;
  }
}
