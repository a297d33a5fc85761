package dev.procman;

import org.jspecify.annotations.Nullable;

/// Standard input could not be written.
public final class ProcessInputException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  /// Why a write failed.
  public enum Reason {
    /// There is no running generation.
    NOT_RUNNING,
    /// The child has ended or closed its end, or the input was closed here.
    CLOSED,
    /// The child did not take the bytes in time; it may have taken a part.
    TIMEOUT
  }

  private final Reason reason;

  /// With the reason and a message.
  public ProcessInputException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /// Why it failed.
  public Reason reason() {
    return reason;
  }
}
