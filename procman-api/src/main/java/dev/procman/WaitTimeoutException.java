package dev.procman;

/// A wait other than one for readiness was over before what it waited for happened. The process
/// goes on being supervised.
public final class WaitTimeoutException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  /// With a message that says what was waited for and what is there instead.
  public WaitTimeoutException(String message) {
    super(message, null);
  }
}
