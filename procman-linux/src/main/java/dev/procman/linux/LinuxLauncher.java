package dev.procman.linux;

import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts processes with posix_spawn(3) and waits for all of them on one thread. Found as a service
/// where Linux, the C library and the JVM permit it; elsewhere it says what is missing.
/// Thread-safe.
public final class LinuxLauncher implements ProcessLauncher {
  private @Nullable Reactor reactor;
  private boolean closed;

  /// Called by the service loader; costs nothing until the first launch.
  public LinuxLauncher() {}

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public Optional<String> unavailable() {
    return Platform.unfit();
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.LOCAL_PID,
        Capability.SIGNALS,
        Capability.TREE,
        Capability.RLIMITS,
        Capability.SCHEDULING,
        Capability.CREDENTIALS,
        Capability.TERMINAL);
  }

  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    var watcher = reactor();
    var process = new LinuxProcess(Spawner.spawn(request, List.of()), request, listener, watcher);
    try {
      watcher.add(process, request);
    } catch (RuntimeException | Error failed) {
      process.giveUp();
      throw failed;
    }
    return process;
  }

  private synchronized Reactor reactor() {
    if (closed) {
      throw new IllegalStateException("the launcher is closed");
    }
    var present = reactor;
    if (present == null) {
      present = new Reactor();
      reactor = present;
    }
    return present;
  }

  @Override
  public void close() {
    Reactor present;
    synchronized (this) {
      closed = true;
      present = reactor;
      reactor = null;
    }
    if (present != null) {
      present.close();
    }
  }
}
