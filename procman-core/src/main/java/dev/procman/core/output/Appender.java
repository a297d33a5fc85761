package dev.procman.core.output;

/// Where the lines of one or more processes are written. Thread-safe.
interface Appender {

  /// Writes lines, whole and in order.
  ///
  /// @param lines always the same object for one owner
  /// @throws LostLinesException when some were not written; it has how many
  void append(GatheredLines lines) throws LostLinesException;

  /// Waits shortly for what was taken of these lines' owner and is not written yet. Called before
  /// the owner leaves.
  ///
  /// @param lines those that the owner gathers in, which tell it from others
  /// @throws LostLinesException when some has to be given up; it has how many
  default void drain(GatheredLines lines) throws LostLinesException {}

  /// Gives back what it holds; used again, it opens it again.
  void close();
}
