package dev.procman;

import dev.procman.event.ProcessEvents;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Supervises operating-system processes. Thread-safe. Closing it stops them all, in reverse order
/// of dependency, and nothing it started survives it, the JVM's exit or the JVM's death.
public interface ProcessManager extends AutoCloseable {

  /// A manager with all defaults.
  static ProcessManager create() {
    return builder().build();
  }

  /// A builder with all defaults.
  static ProcessManagerBuilder builder() {
    return new ProcessManagerBuilder();
  }

  /// Its name, `procman` unless chosen.
  String name();

  /// Registers a process without starting it.
  ///
  /// @throws RegistryException when the name is taken or the manager closed
  /// @throws UnsupportedByLauncherException when the launcher cannot do what the specification asks
  ManagedProcess register(ProcessSpec spec);

  /// Registers a process and asks for it to run; returns at once, see [ManagedProcess#awaitReady].
  ///
  /// @throws DependencyException when it depends on an unknown process, or on itself through others
  /// @throws AllocationException when it would reserve more than the manager's budget has left
  ManagedProcess start(ProcessSpec spec);

  /// Asks for all registered processes that are not [ProcessSpec#onDemand()] to run, in order of
  /// dependency and else in parallel.
  ///
  /// @throws DependencyException when a dependency is unknown or there is a cycle; then none is
  ///   started
  void startAll();

  /// Stops all processes in reverse order of dependency and waits for it; the manager stays usable.
  void stopAll();

  /// The process of that name.
  Optional<ManagedProcess> find(String name);

  /// The process of that name.
  ///
  /// @throws RegistryException when there is none; the message lists those there are
  default ManagedProcess get(String name) {
    return find(name)
        .orElseThrow(() ->
            RegistryException.unknown(
                name, processes().stream().map(ManagedProcess::name).toList()));
  }

  /// All registered processes, in order of registration.
  Collection<ManagedProcess> processes();

  /// Snapshots of all registered processes, in order of registration.
  default List<ProcessSnapshot> snapshots() {
    return processes().stream().map(ManagedProcess::snapshot).toList();
  }

  /// The events of all processes.
  ProcessEvents events();

  /// The directory of ledgers and port leases, without links; the JVMs that share it write to it.
  Path stateDirectory();

  /// What the processes use, have used and reserve.
  Resources resources();

  /// Waits until the manager has been closed and all that it started has ended: by [#close()] on
  /// another thread, or since this JVM ends (`System.exit`, SIGTERM, SIGINT, SIGHUP). It is what
  /// the main thread of an application does that has nothing else to do. Not to be called by a
  /// listener or hook, for which the close would wait.
  ///
  /// @throws InterruptedException when the thread is interrupted meanwhile; nothing is closed by
  ///   that
  void awaitShutdown() throws InterruptedException;

  /// Stops all processes in reverse order of dependency, at most for the shutdown timeout, then
  /// kills what is left; hooks after an exit and subscribers of events may take 15 s beyond that.
  /// Idempotent. Does not throw for processes that fail to stop: they are logged and reported as
  /// stuck.
  @Override
  void close();
}
