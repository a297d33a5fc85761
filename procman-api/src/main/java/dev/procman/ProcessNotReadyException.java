package dev.procman;

import org.jspecify.annotations.Nullable;

/// A wait for readiness failed: the process ended, could not be launched, or the time was over. The
/// message holds the command, directory, pid, exit, the probe's words and the last lines of output.
public final class ProcessNotReadyException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ProcessSnapshot snapshot;

  /// With the whole story as message, and the process at that moment.
  public ProcessNotReadyException(
      String message, ProcessSnapshot snapshot, @Nullable Throwable cause) {
    super(message, cause);
    this.snapshot = snapshot;
  }

  /// The process at the moment of failure; `null` only after deserialization.
  public @Nullable ProcessSnapshot snapshot() {
    return snapshot;
  }
}
