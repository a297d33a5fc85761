package dev.procman.core.lifecycle;

/// Why a generation is ending.
public enum EndCause {
  /// It ended by itself, or somebody outside ended it.
  OWN_EXIT,
  /// It could not be launched.
  LAUNCH_FAILED,
  /// A person asked for it to stop.
  STOP,
  /// A person asked for it to stop, and the time that its manager's end leaves it is over.
  STOP_CUT_SHORT,
  /// A restart was asked for.
  RESTART,
  /// It was not ready in time, or its startup probe gave up.
  START_FAILED,
  /// Its liveness probe gave up.
  UNHEALTHY,
  /// It used more than a limit allows; its restart policy decides what follows.
  LIMIT_RESTART,
  /// It used more than a limit allows, which leaves it ended.
  LIMIT_STOP;

  /// Whether somebody asked for this end, so that it counts neither as failure nor against the
  /// limit.
  public boolean isRequested() {
    return this == STOP || this == STOP_CUT_SHORT || this == RESTART;
  }
}
