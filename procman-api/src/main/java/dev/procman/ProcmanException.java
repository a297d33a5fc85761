package dev.procman;

import org.jspecify.annotations.Nullable;

/// The root of what procman throws. Messages never contain values of environment variables.
public sealed class ProcmanException extends RuntimeException
    permits AllocationException,
        InvalidSpecException,
        DependencyException,
        LaunchException,
        ProcessNotReadyException,
        ProcessInputException,
        RegistryException,
        UnsupportedByLauncherException,
        WaitTimeoutException {

  private static final long serialVersionUID = 1L;

  ProcmanException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
