package dev.procman.spi;

import dev.procman.ExitUsage;
import dev.procman.ServiceState;
import dev.procman.Signal;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A started process, as its launcher sees it. Thread-safe.
public interface LaunchedProcess {

  /// The process id, for people; -1 where there is none. Where the process is not one of this
  /// machine, the number may be that of a stranger here, so nobody acts on it.
  long pid();

  /// Which process of this machine it is. Only what has an identity is written into the ledger, by
  /// which it is ended when this JVM was killed, measured, and recognised as the owner of a port.
  /// Empty where it is not one of this machine, which is the default, and when it has ended before
  /// it was asked for. Not asked unless the launcher has
  /// [dev.procman.spi.ProcessLauncher.Capability#LOCAL_PID].
  default Optional<ProcessIdentity> identity() {
    return Optional.empty();
  }

  /// Whether the process itself has not ended. A zombie has ended.
  boolean isAlive();

  /// Sends a signal to the process itself.
  ///
  /// @return whether it was alive and the signal sent
  boolean signal(Signal signal);

  /// Sends a signal to every live member of the tree, parents first; KILL repeats until no new
  /// member appears. Blocks shortly.
  void signalTree(Signal signal);

  /// The pids of the live members of the tree, the process itself included while it lives; zombies
  /// are not. Members whose parents are gone are found as far as the platform lets. Blocks shortly.
  List<Long> tree();

  /// Its standard input; closed from the beginning where that is a file. Writing may block; closing
  /// never does and frees a blocked writer within the stop grace.
  OutputStream stdin();

  /// Has its output left unread for now, or read again. While held, it waits as soon as a pipe is
  /// full; its end is told all the same, and what it left in the pipes is read then. Returns at
  /// once, also on a thread of the launcher. The default, for those who cannot, reads on.
  default void holdOutput(boolean held) {}

  /// What the process had used in all, once its end was told; empty where the launcher cannot know.
  default Optional<ExitUsage> exitUsage() {
    return Optional.empty();
  }

  /// What it has told of itself, also after its end; empty unless its settings let it.
  default Optional<ServiceState> serviceState() {
    return Optional.empty();
  }

  /// The directory of the control group (cgroup v2) that holds its tree and nothing else, if it has
  /// one: what is in there is ended with it, also after the death of this JVM. Its name begins with
  /// `procman-`, this JVM's id and a hyphen.
  default Optional<Path> controlGroup() {
    return Optional.empty();
  }

  /// How many members of its tree the kernel has killed for lack of memory; empty where that is not
  /// counted for this tree alone.
  default OptionalLong outOfMemoryKills() {
    return OptionalLong.empty();
  }
}
