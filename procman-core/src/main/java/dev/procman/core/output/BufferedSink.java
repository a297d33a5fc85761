package dev.procman.core.output;

import dev.procman.spi.OutputSink;

/// A sink of ours that gathers lines while more are queued.
interface BufferedSink extends OutputSink {

  /// Called when nothing is queued.
  ///
  /// @throws LostLinesException when gathered lines were lost
  void flush() throws LostLinesException;

  /// Called once before the close: what is gathered or under way is written, or given up.
  ///
  /// @throws LostLinesException when lines were lost
  void drain() throws LostLinesException;
}
