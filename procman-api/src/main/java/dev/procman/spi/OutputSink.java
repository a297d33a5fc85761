package dev.procman.spi;

import dev.procman.OutputLine;

/// A place where lines of output go. One virtual thread per process calls it, in order, behind a
/// bounded queue. A sink that throws is reported as an event and tried again with the next line; it
/// never stops the draining of a child.
@FunctionalInterface
public interface OutputSink {

  /// Takes one line.
  ///
  /// @throws Exception when it cannot
  void write(String process, OutputLine line) throws Exception;

  /// Called once when the process is removed or the manager closed.
  ///
  /// @throws Exception when it fails; logged
  default void close() throws Exception {}
}
