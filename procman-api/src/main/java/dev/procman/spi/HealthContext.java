package dev.procman.spi;

import dev.procman.LaunchException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessId;
import dev.procman.ServiceState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What a [HealthCheck] may know and use: the process and the one generation that is asked about.
/// Thread-safe.
public interface HealthContext {

  /// The process.
  ManagedProcess process();

  /// The generation that is asked about.
  ProcessId id();

  /// Its process id, for people; -1 where its launcher has none. See [#identity()].
  long pid();

  /// Which process of this machine it is; empty when it is none, or has ended before that could be
  /// found out.
  Optional<ProcessIdentity> identity();

  /// Wall time of its spawn.
  Instant startedAt();

  /// Time since its spawn, monotonic.
  Duration uptime();

  /// The pids of the live members of its tree. Blocks shortly.
  List<Long> tree();

  /// The working directory of the generation.
  Path directory();

  /// A text with the templates of the specification filled in, as they were for this generation.
  ///
  /// @throws LaunchException when it names an unknown variable
  String fill(String template);

  /// How long one check may take.
  Duration timeout();

  /// The sampler that the manager uses; empty when there is none.
  Optional<ResourceSampler> sampler();

  /// Runs a command in the process's directory and environment and waits for its end; templates are
  /// filled in. When the waiting thread is interrupted, as at the timeout, the command's whole tree
  /// is killed.
  ///
  /// @throws LaunchException when it cannot be started
  CommandResult run(List<String> command) throws InterruptedException;

  /// What `owner` remembers between two questions of this probe about this generation; made when
  /// first asked for. What is [AutoCloseable] is closed when the probe ends.
  ///
  /// @param owner whose memory; compared by identity
  <T> T memory(Object owner, Supplier<T> first);

  /// What the generation has told of itself by sd_notify(3); empty when its launch settings do not
  /// let it. A check that has asked is asked again at once whenever there is news.
  default Optional<ServiceState> serviceState() {
    return Optional.empty();
  }

  /// Asks for a check now, since something has changed; at once, or when the one in flight has
  /// ended. Several at the same time make one.
  void checkAgain();
}
