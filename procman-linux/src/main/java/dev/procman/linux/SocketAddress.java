package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Addresses as bind(2) takes them. What is longer than one byte and not the family is in network
/// order, byte by byte.
final class SocketAddress {
  /// The longest path of `struct sockaddr_un`, its end not counted.
  static final int LONGEST_PATH = 107;

  private SocketAddress() {}

  static int family(InetAddress host) {
    return host instanceof Inet4Address ? Flags.AF_INET : Flags.AF_INET6;
  }

  /// `struct sockaddr_in` or `struct sockaddr_in6`.
  static MemorySegment internet(Arena arena, InetAddress host, int port) {
    var bytes = host.getAddress();
    boolean four = host instanceof Inet4Address;
    var address = arena.allocate(four ? 16 : 28, 4);
    address.set(JAVA_SHORT, 0, (short) family(host));
    address.set(JAVA_BYTE, 2, (byte) (port >> 8));
    address.set(JAVA_BYTE, 3, (byte) port);
    MemorySegment.copy(bytes, 0, address, JAVA_BYTE, four ? 4 : 8, bytes.length);
    if (host instanceof Inet6Address six) {
      address.set(JAVA_INT, 24, six.getScopeId());
    }
    return address;
  }

  /// `struct sockaddr_un` of a name that is not a path; it ends with the structure.
  static MemorySegment abstractName(Arena arena, byte[] name) {
    var address = arena.allocate(3L + name.length, 2);
    address.set(JAVA_SHORT, 0, (short) Flags.AF_UNIX);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, 3, name.length);
    return address;
  }

  /// `struct sockaddr_un` of a path of at most [#LONGEST_PATH] bytes.
  static MemorySegment path(Arena arena, byte[] path) {
    var address = arena.allocate(3L + path.length, 2);
    address.set(JAVA_SHORT, 0, (short) Flags.AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
    return address;
  }
}
