package dev.procman.core.output;

/// Told that a sink lost lines: at most once a second for each sink, on the sink's own thread.
@FunctionalInterface
public interface SinkFailureListener {

  /// A sink lost lines.
  ///
  /// @param sink which: `log`, the path of a file, or the class of a caller's sink
  /// @param lost lines it did not take since the last report
  /// @param cause the latest failure
  void failed(String sink, long lost, Throwable cause);
}
