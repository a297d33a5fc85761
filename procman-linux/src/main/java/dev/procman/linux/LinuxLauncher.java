package dev.procman.linux;

import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts processes with posix_spawn(3) and waits for all of them on one thread. Found as a service
/// where Linux, the C library and the JVM permit it; elsewhere it says what is missing.
/// Thread-safe.
public final class LinuxLauncher implements ProcessLauncher {
  private final ListenSockets sockets = new ListenSockets();
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
        Capability.TERMINAL,
        Capability.NOTIFICATIONS,
        Capability.SOCKETS);
  }

  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    var watcher = reactor(request);
    var socket = noticeSocket(request);
    var process = new LinuxProcess(spawn(request, socket), socket, request, listener, watcher);
    try {
      watcher.add(process, request);
    } catch (RuntimeException | Error failed) {
      process.giveUp();
      throw failed;
    }
    return process;
  }

  private static Optional<NoticeSocket> noticeSocket(LaunchRequest request) {
    if (!request.settings().notifications()) {
      return Optional.empty();
    }
    try (var arena = Arena.ofConfined()) {
      var socket = NoticeSocket.open(new Libc(arena), arena);
      if (socket.descriptor() < 0) {
        throw Spawner.failure(request, -socket.descriptor());
      }
      return Optional.of(socket);
    }
  }

  private Spawner.Spawned spawn(LaunchRequest request, Optional<NoticeSocket> socket) {
    try {
      var given = sockets.give(request);
      // Who is given sockets looks whether it is meant (sd_listen_fds(3)).
      List<BeforeProgram> before =
          given.descriptors().isEmpty()
              ? List.of()
              : List.of(pid -> Map.of("LISTEN_PID", Integer.toString(pid)));
      return Spawner.spawn(
          request,
          socket.map(open -> given.with(NoticeSocket.VARIABLE, open.address())).orElse(given),
          before);
    } catch (RuntimeException | Error failed) {
      socket.ifPresent(NoticeSocket::close);
      throw failed;
    }
  }

  @Override
  public void release(String manager, String process) {
    sockets.release(manager, process);
  }

  private synchronized Reactor reactor(LaunchRequest request) {
    if (closed) {
      throw new IllegalStateException("the launcher is closed");
    }
    var present = reactor;
    if (present == null) {
      present = new Reactor(request);
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
    sockets.close();
    if (present != null) {
      present.close();
    }
  }
}
