package dev.procman;

/// A listening socket that the manager opens and passes to each generation (socket activation,
/// sd_listen_fds(3)): the child finds the sockets as descriptors from 3 on in the order of the
/// specification, their count in `LISTEN_FDS` and their names in `LISTEN_FDNAMES`. Since the socket
/// stays open between two generations, connections that come meanwhile wait rather than fail.
public sealed interface ListenSocket {

  /// Its name in `LISTEN_FDNAMES`.
  String name();

  /// How many connections may wait to be accepted.
  int backlog();

  /// One for TCP.
  ///
  /// @param name its name, without `:`
  /// @param port the name of a port of the specification, at whose number it listens
  /// @param host the address it listens at, such as `127.0.0.1`, `0.0.0.0` or `::`
  /// @param backlog how many connections may wait to be accepted
  record Tcp(String name, String port, String host, int backlog) implements ListenSocket {
    /// Checks the parts.
    ///
    /// @throws InvalidSpecException when one makes no sense
    public Tcp {
      check(name, backlog);
      if (port.isBlank() || host.isBlank()) {
        throw new InvalidSpecException("launch.sockets." + name, port, "name a port and a host");
      }
    }
  }

  /// One at a place in the file system.
  ///
  /// @param name its name, without `:`
  /// @param path where; templates are filled in; what is there is replaced
  /// @param backlog how many connections may wait to be accepted
  record Unix(String name, String path, int backlog) implements ListenSocket {
    /// Checks the parts.
    ///
    /// @throws InvalidSpecException when one makes no sense
    public Unix {
      check(name, backlog);
      if (path.isBlank()) {
        throw new InvalidSpecException("launch.sockets." + name, path, "name a path");
      }
      InvalidSpecException.rejectNul("launch.sockets." + name, path);
    }
  }

  /// One for TCP on the loopback address, at the named port, under the same name.
  static ListenSocket tcp(String port) {
    return new Tcp(port, port, "127.0.0.1", 128);
  }

  /// One at a path.
  static ListenSocket unix(String name, String path) {
    return new Unix(name, path, 128);
  }

  private static void check(String name, int backlog) {
    if (name.isBlank() || name.indexOf(':') >= 0 || name.length() > 255) {
      throw new InvalidSpecException(
          "launch.sockets", name, "use a name of 1 to 255 characters without a colon");
    }
    if (backlog < 1) {
      throw new InvalidSpecException("launch.sockets." + name, backlog, "use a backlog above zero");
    }
  }
}
