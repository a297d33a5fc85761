package dev.procman.spi;

import dev.procman.ProcessId;
import dev.procman.ResourceSample;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/// Measures what processes use, all in one call. Found through [java.util.ServiceLoader].
/// Thread-safe.
public interface ResourceSampler extends AutoCloseable {

  /// A process whose whole tree is to be measured, identified beyond reuse of its pid.
  ///
  /// @param id which generation it is
  /// @param pid its process id
  /// @param startTime when it was started, as its launcher tells
  record Target(ProcessId id, long pid, Instant startTime) {}

  /// Its name, for messages.
  String name();

  /// Of several samplers that are found the one with the highest rank is used; one that was given
  /// to the manager's builder always is. 0 is for what works everywhere, core's own for Linux's
  /// `/proc` has 100, and something better than that says more. A rank is needed since one module
  /// serves many platforms: on Linux, what reads `/proc` directly is an order of magnitude cheaper.
  /// Default 0.
  default int rank() {
    return 0;
  }

  /// Measures each target with its whole tree; one that has ended, or whose pid belongs to another
  /// process by now, is missing from the answer. Blocks shortly.
  Map<Target, ResourceSample> sample(Collection<Target> targets);

  /// Gives back what it keeps of a generation, which has ended: open files, figures of earlier
  /// samples. Called once for each generation that it was asked to measure, on any thread, and
  /// after every [#sample] for it has returned. Default: nothing.
  default void forget(ProcessId id) {}

  /// Frees what it holds. Idempotent.
  @Override
  default void close() {}
}
