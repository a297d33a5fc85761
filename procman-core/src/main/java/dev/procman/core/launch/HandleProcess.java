package dev.procman.core.launch;

import dev.procman.Signal;
import dev.procman.UnsupportedByLauncherException;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A child started by the JDK, where there is no `/proc`: its tree is what
/// [ProcessHandle#descendants()] shows while parents live, and what was seen of it before.
final class HandleProcess implements LaunchedProcess {
  private final Process process;
  private final Stdin stdin;
  private final Map<Long, ProcessHandle> seen = new LinkedHashMap<>();
  private volatile Optional<ProcessIdentity> identity = Optional.empty();
  private volatile boolean held;

  HandleProcess(Process process) {
    this.process = process;
    this.stdin = new Stdin(process.getOutputStream());
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    if (identity.isEmpty()) {
      var found = ProcessIdentity.of(pid());
      // As long as it lives its pid is not another's.
      identity = process.isAlive() ? found : Optional.empty();
    }
    return identity;
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public boolean signal(Signal signal) {
    return process.isAlive() && send(signal, process.toHandle());
  }

  private static boolean send(Signal signal, ProcessHandle target) {
    return switch (signal) {
      case TERM -> target.destroy();
      case KILL -> target.destroyForcibly();
      default ->
          throw new UnsupportedByLauncherException(
              "signal " + signal, "portable", "send TERM or KILL on this operating system");
    };
  }

  @Override
  public void signalTree(Signal signal) {
    members().forEach(handle -> send(signal, handle));
  }

  private synchronized List<ProcessHandle> members() {
    seen.putIfAbsent(process.pid(), process.toHandle());
    for (var known : List.copyOf(seen.values())) {
      known.descendants().forEach(handle -> seen.putIfAbsent(handle.pid(), handle));
    }
    seen.values().removeIf(handle -> !handle.isAlive());
    return List.copyOf(seen.values());
  }

  @Override
  public List<Long> tree() {
    return members().stream().map(ProcessHandle::pid).toList();
  }

  boolean hasDescendants() {
    return members().stream().anyMatch(handle -> handle.pid() != process.pid());
  }

  @Override
  public void holdOutput(boolean held) {
    this.held = held;
  }

  /// Whether its output is left unread while it lives.
  boolean isHeldBack() {
    return held;
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }
}
