package dev.procman.junit;

/// Suppressed in the failure of a test: what became of its processes, and where more is told.
final class SupervisedProcesses extends Exception {
  private static final long serialVersionUID = 1L;

  SupervisedProcesses(String message) {
    // Where it was made says nothing.
    super(message, null, false, false);
  }
}
