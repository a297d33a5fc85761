package dev.procman;

/// Host code that runs at a point of a process's life, on a virtual thread of its own, never on an
/// engine thread.
@FunctionalInterface
public interface Hook {

  /// Points of a process's life.
  enum Point {
    /// Before the spawn. A failure or a hook that exceeds the start timeout is a failed start.
    BEFORE_START,
    /// After it was proven ready. A failure is logged.
    AFTER_READY,
    /// Before the stop sequence; waited for at most 10 s. A failure is logged.
    BEFORE_STOP,
    /// After the tree is gone; waited for at most 10 s. A failure is logged.
    AFTER_EXIT
  }

  /// Runs.
  ///
  /// @throws Exception when it fails
  void run(ManagedProcess process) throws Exception;
}
