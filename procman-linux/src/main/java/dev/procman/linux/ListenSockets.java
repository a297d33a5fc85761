package dev.procman.linux;

import dev.procman.LaunchException;
import dev.procman.LaunchSettings;
import dev.procman.ListenSocket;
import dev.procman.spi.LaunchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// Listening sockets of processes, kept between their generations, so that who connects meanwhile
/// waits rather than is refused. Thread-safe.
final class ListenSockets {
  private static final Set<String> VARIABLES = Set.of("LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID");

  /// Above all places that they are copied to in a child.
  private static final int LOWEST = Given.FIRST + LaunchSettings.MOST_SOCKETS;

  private record Owner(String manager, String process) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Owner, List<OpenSocket>> open = new HashMap<>();
  private boolean closed;

  /// What a generation is given of them: sockets that are asked for are opened if they are not yet,
  /// what is not asked for any more is closed.
  ///
  /// @throws LaunchException when one cannot be opened; then those that were open still are
  Given give(LaunchRequest request) {
    var asked = request.settings().sockets();
    if (asked.isEmpty()) {
      return new Given(Map.of(), Set.of(), List.of());
    }
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the launcher is closed");
      }
      var descriptors =
          reconcile(request, owner(request)).stream().map(OpenSocket::descriptor).toList();
      var names = asked.stream().map(ListenSocket::name).collect(Collectors.joining(":"));
      return new Given(
          Map.of("LISTEN_FDS", Integer.toString(asked.size()), "LISTEN_FDNAMES", names),
          VARIABLES,
          descriptors);
    } finally {
      lock.unlock();
    }
  }

  private List<OpenSocket> reconcile(LaunchRequest request, Owner owner) {
    var present = new ArrayList<>(open.getOrDefault(owner, List.of()));
    var wanted = request.settings().sockets().stream().map(spec -> place(request, spec)).toList();
    // Before others are opened, which may be at the same place with another name.
    present.removeIf(socket -> {
      boolean over = !wanted.contains(socket.place());
      if (over) {
        socket.close();
      }
      return over;
    });
    open.put(owner, present);
    var given = new ArrayList<OpenSocket>();
    for (var place : wanted) {
      var known = present.stream().filter(socket -> socket.place().equals(place)).findFirst();
      var socket = known.orElseGet(() -> OpenSocket.open(request, place, LOWEST));
      if (known.isEmpty()) {
        present.add(socket);
      }
      given.add(socket);
    }
    return given;
  }

  private static OpenSocket.Place place(LaunchRequest request, ListenSocket spec) {
    int port =
        switch (spec) {
          case ListenSocket.Tcp tcp -> request.ports().getOrDefault(tcp.port(), 0);
          case ListenSocket.Unix _ -> 0;
        };
    return new OpenSocket.Place(spec, port);
  }

  private static Owner owner(LaunchRequest request) {
    String mark = request.environment().getOrDefault(LaunchRequest.TREE_MARK, "");
    return new Owner(mark.substring(0, Math.max(0, mark.lastIndexOf('/'))), request.id().name());
  }

  /// Closes those of one process.
  void release(String manager, String process) {
    lock.lock();
    try {
      var released = open.remove(new Owner(manager, process));
      if (released != null) {
        released.forEach(OpenSocket::close);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Closes all.
  void close() {
    lock.lock();
    try {
      closed = true;
      open.values().forEach(sockets -> sockets.forEach(OpenSocket::close));
      open.clear();
    } finally {
      lock.unlock();
    }
  }
}
