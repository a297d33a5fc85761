package dev.procman.watch;

import java.util.ArrayDeque;

/// Counts restarts, so that a process that changes its own files is not restarted for ever. Not
/// thread-safe.
final class RestartCount {
  private final int most;
  private final long window;
  private final ArrayDeque<Long> moments = new ArrayDeque<>();

  /// @param window in nanoseconds
  RestartCount(int most, long window) {
    this.most = most;
    this.window = window;
  }

  /// Whether one more is within the limit; then it counts.
  boolean admits(long now) {
    while (!moments.isEmpty() && now - moments.peek() >= window) {
      moments.remove();
    }
    if (moments.size() >= most) {
      return false;
    }
    moments.add(now);
    return true;
  }

  void forget() {
    moments.clear();
  }
}
