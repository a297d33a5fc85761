package dev.procman;

/// A standard output stream of a child.
public enum StdStream {
  /// Standard output, descriptor 1.
  STDOUT,
  /// Standard error, descriptor 2.
  STDERR
}
