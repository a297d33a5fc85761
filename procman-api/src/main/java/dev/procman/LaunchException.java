package dev.procman;

import org.jspecify.annotations.Nullable;

/// The operating system would not start a process. No descriptor, thread or process is left of the
/// attempt.
public final class LaunchException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  /// Why a launch failed.
  public enum Reason {
    /// There is no such program, on the PATH or at that place.
    COMMAND_NOT_FOUND,
    /// The program exists and may not be executed.
    NOT_EXECUTABLE,
    /// The working directory does not exist or is not a directory.
    BAD_DIRECTORY,
    /// One argument, or all with the environment, are longer than the operating system takes.
    ARGUMENTS_TOO_LONG,
    /// Processes, memory or descriptors are exhausted.
    RESOURCES_EXHAUSTED,
    /// The JDK's spawn helper does not fit the running JVM (the JDK was upgraded underneath it).
    SPAWN_HELPER_BROKEN,
    /// A template names an unknown variable, a port could not be leased, or a hook before the start
    /// failed.
    PREPARATION_FAILED,
    /// Anything else; the message has the operating system's words.
    OTHER
  }

  private final Reason reason;

  /// With the reason, a message that holds the remedy, and the cause if there is one.
  public LaunchException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /// Why it failed.
  public Reason reason() {
    return reason;
  }

  /// Whether another attempt without any change could succeed.
  public boolean isRetryable() {
    return reason != Reason.SPAWN_HELPER_BROKEN;
  }
}
