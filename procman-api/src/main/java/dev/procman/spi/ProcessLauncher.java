package dev.procman.spi;

import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ResourceSample;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Starts operating-system processes. Implementations are thread-safe.
public interface ProcessLauncher extends AutoCloseable {

  /// What a launcher may be able to do beyond starting a process and telling its exit.
  enum Capability {
    /// Processes are of this machine and have an identity, see [LaunchedProcess#identity()].
    /// Without it none is written into the ledger or guarded, and nothing ends them when this JVM
    /// is killed; none is measured, and no port proved to be its own.
    LOCAL_PID,
    /// Any [dev.procman.Signal] can be sent, not only TERM and KILL.
    SIGNALS,
    /// The whole tree can be listed and ended. Without it signals go to the process alone, and what
    /// it leaves behind goes on.
    TREE,
    /// Standard input may be a file, `/dev/null` among others.
    INPUT_FILE,
    /// The kernel's limits of a process are set.
    RLIMITS,
    /// Niceness, processors and disk priority are set.
    SCHEDULING,
    /// User, group and file mode creation mask are set.
    CREDENTIALS,
    /// Standard streams may be a terminal.
    TERMINAL,
    /// A tree may be put into a control group with bounds.
    CONTROL_GROUP,
    /// The process may tell its state by sd_notify(3).
    NOTIFICATIONS,
    /// Listening sockets are opened and passed on.
    SOCKETS
  }

  /// Its name, for messages.
  String name();

  /// Why it cannot be used here, with the remedy; empty when it can. A launcher that was found as a
  /// service and cannot be used is passed over, and that is logged once.
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /// As above, where the host accepts that the JVM warns of native access that was not allowed.
  /// Default the same.
  default Optional<String> unavailableThoughWarningIsAccepted() {
    return unavailable();
  }

  /// What it can do.
  Set<Capability> capabilities();

  /// What on this machine keeps it from launching with these settings, with the remedy; empty when
  /// nothing does. Asked when a specification is registered, before [#capabilities()] are; for a
  /// launcher that can do something, but not everywhere or not all of it.
  default Optional<String> obstacle(LaunchSettings settings) {
    return Optional.empty();
  }

  /// Who a process of these settings runs as, when that is another than this JVM's user or group:
  /// what is prepared for it, files, temporary directories and log files, belongs to that user.
  /// Asked before each launch. Empty, which is the default, where it is this JVM's own, and where
  /// the user is not known, which the launch will tell.
  default Optional<ProcessOwner> owner(LaunchSettings settings) {
    return Optional.empty();
  }

  /// Puts what it knows of its processes better than a sampler into samples that were just taken,
  /// such as what the kernel counts for a control group.
  ///
  /// @param samples of its processes, and perhaps of others
  /// @return a sample for each of them
  default Map<ResourceSampler.Target, ResourceSample> refine(
      Map<ResourceSampler.Target, ResourceSample> samples) {
    return samples;
  }

  /// Starts a process; returns once the program was executed. `listener` may be called before this
  /// returns.
  ///
  /// @throws LaunchException when it could not be started; then nothing is left of the attempt and
  ///   the listener is not called
  LaunchedProcess launch(LaunchRequest request, LaunchListener listener);

  /// Whether a process that the next launch takes up, rather than starting one, listens on that
  /// port already; then it is leased although it is not free.
  default boolean holds(int port) {
    return false;
  }

  /// Frees what is kept between the generations of a process, its listening sockets: it is removed,
  /// gives its ports back or has no sockets any more. Nothing happens when nothing is kept.
  ///
  /// @param manager the manager's part of the tree mark, see [LaunchRequest#TREE_MARK]
  /// @param process its name
  default void release(String manager, String process) {}

  /// Ends threads and frees what the launcher holds; does not end processes. Idempotent.
  @Override
  default void close() {}
}
