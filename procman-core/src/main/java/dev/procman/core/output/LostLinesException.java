package dev.procman.core.output;

import java.io.IOException;

/// A sink failed, and lost more or fewer lines than the one it was just given.
final class LostLinesException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long count;

  LostLinesException(long count, IOException cause) {
    super(cause.getMessage(), cause);
    this.count = count;
  }

  long count() {
    return count;
  }
}
