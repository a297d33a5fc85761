package dev.procman.health;

import java.util.List;

/// Whose the socket is that listens on a port.
sealed interface PortOwner {

  /// A member of the process's own tree.
  ///
  /// @param pid which
  record Own(long pid) implements PortOwner {}

  /// Somebody else.
  ///
  /// @param holders who, as far as this user may see
  record Foreign(List<Holder> holders) implements PortOwner {}

  /// Nobody listens.
  record Nobody() implements PortOwner {}

  /// It cannot be told on this operating system, or for this user.
  ///
  /// @param reason why not
  record Untold(String reason) implements PortOwner {}

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
