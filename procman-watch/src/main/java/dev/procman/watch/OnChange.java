package dev.procman.watch;

import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.Signal;
import java.util.List;

/// What is done when files have changed. Nothing is done for a process that shall not run.
public sealed interface OnChange {

  /// Stops the process with its own stop sequence, starts it again, and waits until it is ready.
  ///
  /// @param dependents whether processes that depend on it, directly or through others, are then
  ///   restarted too, one after the other in order of dependency
  record Restart(boolean dependents) implements OnChange {}

  /// Sends a signal to the process itself.
  ///
  /// @param signal which
  record Send(Signal signal) implements OnChange {}

  /// Runs a command to its end, as a process of the same manager named after the watched one with
  /// `-on-change` behind, in the same directory and environment.
  ///
  /// @param command the program and its arguments; templates are filled in
  record Run(List<String> command) implements OnChange {
    /// Copies and checks the command.
    ///
    /// @throws InvalidSpecException when it is empty
    public Run {
      command = List.copyOf(command);
      if (command.isEmpty() || command.getFirst().isBlank()) {
        throw new InvalidSpecException("watch.command", command, "name the program to run");
      }
    }
  }

  /// Calls the host, also for a process that shall not run.
  ///
  /// @param action what to call; compared by identity
  record Call(Action action) implements OnChange {}

  /// Host code that is called on a virtual thread, never twice at a time. What changes while it
  /// runs is the next call.
  @FunctionalInterface
  interface Action {
    /// Acts.
    ///
    /// @throws Exception when it fails
    void changed(ManagedProcess process, List<FileChange> changes) throws Exception;
  }
}
