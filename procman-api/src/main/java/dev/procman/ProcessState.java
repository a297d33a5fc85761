package dev.procman;

/// The state of a managed process. What is *wanted* and how *healthy* it is are separate things:
/// see [ProcessSnapshot#desired()] and [ProcessSnapshot#health()].
public enum ProcessState {
  /// Registered, never asked to run.
  NEW,
  /// Asked to run; a dependency is not there yet.
  WAITING,
  /// Spawning, or spawned and not yet proven ready.
  STARTING,
  /// Ready.
  RUNNING,
  /// Ending: stop sequence, or after an exit: sweeping the tree, draining output, running hooks.
  STOPPING,
  /// Will be started again at a known time.
  BACKOFF,
  /// Ended because someone asked.
  STOPPED,
  /// Ended by itself with a success code, and the policy leaves it so.
  COMPLETED,
  /// Ended by itself without success, or could not be started, and the policy leaves it so.
  FAILED,
  /// The restart limit was exceeded; waits for a person, [ManagedProcess#reset()], or a configured
  /// cool-down.
  CRASH_LOOP,
  /// A dependency can never be met, as it stands. It comes back by itself when its dependencies run
  /// again, unless it was asked to stop meanwhile; one that was refused for lack of room does not.
  SKIPPED,
  /// Still alive after KILL and its deadline; never respawned, leaves by itself if it dies.
  STUCK;

  /// Whether an operating-system process may exist in this state.
  public boolean mayBeAlive() {
    return switch (this) {
      case STARTING, RUNNING, STOPPING, STUCK -> true;
      case NEW, WAITING, BACKOFF, STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED -> false;
    };
  }

  /// Whether the process stays in this state until somebody asks for something, of it or, where it
  /// is [#SKIPPED], of what it depends on.
  public boolean isSettled() {
    return switch (this) {
      case NEW, STOPPED, COMPLETED, FAILED, CRASH_LOOP, SKIPPED -> true;
      case WAITING, STARTING, RUNNING, STOPPING, BACKOFF, STUCK -> false;
    };
  }
}
