package dev.procman.linux;

import java.lang.foreign.MemorySegment;

/// What a child that is being started gets as its standard streams.
interface Streams {
  int NONE = -1;

  /// This side of them; what is written to or read from does not block.
  ///
  /// @param stdin to write to, or [#NONE] where the child reads from a file
  /// @param stdout to read from
  /// @param stderr to read from, or [#NONE] where it comes with stdout
  /// @param terminal whether it is a terminal
  record Parent(int stdin, int stdout, int stderr, boolean terminal) {}

  /// Opens all.
  ///
  /// @return 0, or a negative error number, and then none is open
  int open();

  /// Has the child take its side.
  ///
  /// @return 0 or an error number
  int connect(MemorySegment actions);

  /// Hands out this side, which [#close()] then leaves open.
  Parent keepParent();

  /// Closes the child's side, and this one unless it was handed out.
  void close();
}
