package dev.procman;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/// A handle on one supervised process over all its generations. Thread-safe.
///
/// Commands ([#start()], [#restart()], [#reset()], …) return when the supervisor has taken them, so
/// that a wait that follows sees their effect; [#stop()] and [#remove()] return when the process is
/// gone, or at once when a hook of the process itself called them. All are idempotent, may be
/// called from listeners and hooks, and throw [RegistryException] once the process was removed or
/// the manager closed. A waiting thread that is interrupted returns with its interrupt flag set and
/// an [InterruptedException] from the `await` methods; the process stays supervised.
public interface ManagedProcess {

  /// Its name.
  String name();

  /// What it is made from now.
  ProcessSpec spec();

  /// Everything about it at one moment.
  ProcessSnapshot snapshot();

  /// Its state.
  default ProcessState state() {
    return snapshot().state();
  }

  /// Its health.
  default HealthStatus health() {
    return snapshot().health();
  }

  /// What each probe of the current or latest generation says, those that have begun.
  List<ProbeSnapshot> probes();

  /// What its current or latest generation has told of itself by sd_notify(3), such as what it is
  /// busy with; empty unless its launch settings let it.
  default Optional<ServiceState> serviceState() {
    return Optional.empty();
  }

  /// The process id while it may be alive.
  default OptionalLong pid() {
    return snapshot().pid();
  }

  /// Counts spawns from 1; 0 before the first.
  default long generation() {
    return snapshot().generation();
  }

  /// Restarts by policy since registration.
  default int restarts() {
    return snapshot().restarts();
  }

  /// The number of the port that the specification calls `name`.
  ///
  /// @throws InvalidSpecException when the specification names no such port
  /// @throws IllegalStateException when it was never started, so that no port is leased yet
  int port(String name);

  /// Asks for it to run. Dependencies that are registered and not running are started too.
  ///
  /// @throws AllocationException when it would reserve more than the manager's budget has left
  void start();

  /// Ends it with its own stop sequence and waits until its tree is gone, or it counts as stuck.
  ///
  /// @return how it ended, if it ever ran
  Optional<ExitReport> stop();

  /// Ends it with another stop sequence.
  Optional<ExitReport> stop(StopSequence sequence);

  /// Stops it and starts it again; not counted by the restart limit. Several at once make one.
  void restart();

  /// Stops it and starts it again, unless it shall not run: one that somebody has stopped stays so,
  /// one that ended by itself or waits for its next attempt is started. Not counted by the restart
  /// limit. For what restarts processes by itself, such as a watch on files.
  ///
  /// @param reason why, for people
  void restartIfWanted(String reason);

  /// Sends a signal to the process itself, not its tree.
  ///
  /// @return whether there was a live process to send it to
  boolean signal(Signal signal);

  /// Forgets failures: leaves CRASH_LOOP, FAILED, STOPPED, COMPLETED or SKIPPED for NEW, and zeroes
  /// the back-off and the limit's window. No effect while it runs except on the counters.
  void reset();

  /// Replaces the specification under the same name. Restarts it only when what changed needs it,
  /// see [ProcessSpec#needsRestartFrom(ProcessSpec)], or probes while it is starting. Probes
  /// otherwise, policies, stop sequence and labels are taken over in place.
  ///
  /// @return whether a restart was begun
  /// @throws InvalidSpecException when the name differs
  boolean update(ProcessSpec spec);

  /// Keeps its temporary directories from now on, also when it ends with success; exit reports name
  /// them.
  ///
  /// @return those there are now
  List<Path> keepDirectories();

  /// Stops it and takes it out of the registry. Called from a hook of its own it returns at once,
  /// and the removal follows the end. An interrupt does not cut the wait.
  ///
  /// @throws RegistryException when another registered process depends on it, or when it is stuck;
  ///   then it stays registered and stopped
  void remove();

  /// Waits until it is ready. A `startup` or `ready` probe tells when that is; without one, that
  /// its tree listens on its named ports, see [ProcessSpec#portsToListenOn()]; without these, that
  /// it has lived for a short time, see [ProcessSpec#readyAfter()], or has completed with success.
  /// One that was ready and has died since is not.
  ///
  /// @throws ProcessNotReadyException at once when a generation ends or cannot be launched before
  ///   it was ready, also one that did since the process was last asked to run, so that it makes no
  ///   difference how fast it dies; when it is not asked to run; or when `timeout` is over. The
  ///   message tells the whole story
  void awaitReady(Duration timeout) throws InterruptedException;

  /// Waits until the current generation has ended and its tree is gone; returns at once the latest
  /// report when it is not running.
  ///
  /// @throws WaitTimeoutException when `timeout` is over
  /// @throws IllegalStateException when it was never asked to run
  ExitReport awaitExit(Duration timeout) throws InterruptedException;

  /// Waits until it is in one of `states`.
  ///
  /// @throws WaitTimeoutException when `timeout` is over
  ProcessSnapshot awaitState(Duration timeout, ProcessState... states) throws InterruptedException;

  /// Completes when it is ready, or exceptionally as [#awaitReady(Duration)] fails, without a limit
  /// of time.
  CompletionStage<ManagedProcess> whenReady();

  /// Completes with the report of the current generation when that has ended.
  CompletionStage<ExitReport> onExit();

  /// Its output.
  ProcessOutput output();

  /// Its standard input.
  ProcessInput input();

  /// The chain of decisions that led to the present state, newest last, at most 64.
  List<Decision> why();
}
