package dev.procman.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Whose the socket is that listens on a port.
public sealed interface PortOwner {

  /// A member of the process's own tree.
  ///
  /// @param pid which
  /// @param descriptors by which the tree holds each socket that takes connections
  record Own(long pid, List<Descriptor> descriptors) implements PortOwner {
    /// Copies the descriptors.
    public Own {
      descriptors = List.copyOf(descriptors);
    }
  }

  /// Somebody else.
  ///
  /// @param holders who, as far as this user may see
  record Foreign(List<Holder> holders) implements PortOwner {
    /// Copies the holders.
    public Foreign {
      holders = List.copyOf(holders);
    }

    /// For messages: who holds it.
    public String words() {
      return holders.isEmpty()
          ? "a process of another user"
          : holders.stream().map(Holder::toString).collect(Collectors.joining(", "));
    }
  }

  /// Nobody listens.
  record Nobody() implements PortOwner {}

  /// It cannot be told on this operating system, or for this user.
  ///
  /// @param reason why not
  /// @param listened whether someone is known to listen
  record Untold(String reason, boolean listened) implements PortOwner {}

  /// A descriptor that is a socket.
  ///
  /// @param path where it is shown
  /// @param socket what is shown there; no two sockets that are open have the same
  record Descriptor(Path path, String socket) {
    /// Whether it still is that socket.
    public boolean isOpen() {
      try {
        return Files.readSymbolicLink(path).toString().equals(socket);
      } catch (IOException gone) {
        return false;
      }
    }
  }

  /// A process that holds a socket.
  ///
  /// @param pid its id
  /// @param name its name
  record Holder(long pid, String name) {
    @Override
    public String toString() {
      return "pid " + pid + " (" + name + ")";
    }
  }
}
