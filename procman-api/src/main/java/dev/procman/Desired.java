package dev.procman;

/// What somebody last asked of a process.
public enum Desired {
  /// It shall run.
  UP,
  /// It shall not run.
  DOWN
}
