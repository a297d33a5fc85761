package dev.procman.proc;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The listening sockets of Linux, as `/proc/net/tcp` and `tcp6` show them (proc(5); the fields are
/// described in the kernel's networking/proc_net_tcp), and those that take datagrams, which `udp`
/// and `udp6` show alike. Parsing is apart from reading.
final class ListenTable {
  private static final String LISTEN = " 0A ";

  /// Of a datagram socket that is bound and not connected, TCP_CLOSE in the kernel's numbers.
  private static final String TAKES_DATAGRAMS = " 07 ";

  private ListenTable() {}

  /// A listening socket.
  ///
  /// @param address where it listens; the wildcard of either family means everywhere
  /// @param port the port
  /// @param inode the socket's number, by which descriptors name it
  record Entry(InetAddress address, int port, long inode) {}

  /// Those on `port` that would take a connection to `target`, chosen as the kernel does: those
  /// bound to that address; or else those bound to all addresses of its family; or else, since a
  /// socket of IPv6 may serve IPv4 too, those bound to all addresses of IPv6.
  static List<Entry> takers(List<Entry> entries, InetAddress target, int port) {
    var onPort = entries.stream().filter(entry -> entry.port == port).toList();
    var exact = onPort.stream().filter(entry -> entry.address.equals(target)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    var everywhere = onPort.stream().filter(entry -> entry.address.isAnyLocalAddress()).toList();
    var family =
        everywhere.stream().filter(entry -> entry.address.getClass() == target.getClass()).toList();
    return family.isEmpty() && target instanceof Inet4Address ? everywhere : family;
  }

  /// Those that would take a connection to `target` and `port` now.
  static List<Entry> takers(InetAddress target, int port) throws IOException {
    var takers = takers(read(Reading.LISTENING_FIRST), target, port);
    return takers.isEmpty() ? takers(read(Reading.ALL), target, port) : takers;
  }

  /// Those at `port` now, for connections or datagrams. What costs most to read is read only when
  /// there are none else.
  static List<Entry> at(int port) throws IOException {
    var found = new ArrayList<>(at(port, Reading.LISTENING_FIRST));
    found.addAll(at(port, Reading.DATAGRAMS));
    return found.isEmpty() ? at(port, Reading.ALL) : found;
  }

  private static List<Entry> at(int port, Reading reading) throws IOException {
    return read(reading).stream().filter(entry -> entry.port == port).toList();
  }

  /// How far a table is read. Linux lists listening sockets before all others (tcp_seq_start in
  /// net/ipv4/tcp_ipv4.c), of which there may be tens of thousands.
  enum Reading {
    LISTENING_FIRST,
    ALL,
    DATAGRAMS
  }

  private static List<String> tables(Reading reading) {
    return reading == Reading.DATAGRAMS
        ? List.of("/proc/net/udp", "/proc/net/udp6")
        : List.of("/proc/net/tcp", "/proc/net/tcp6");
  }

  private static List<Entry> read(Reading reading) throws IOException {
    var entries = new ArrayList<Entry>();
    for (String table : tables(reading)) {
      var path = Path.of(table);
      if (Files.exists(path)) {
        try (var reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
          entries.addAll(parse(reader.lines(), reading));
        }
      }
    }
    return entries;
  }

  static List<Entry> parse(Stream<String> table, Reading reading) {
    var lines = table.skip(1);
    var listening =
        switch (reading) {
          case LISTENING_FIRST -> lines.takeWhile(ListenTable::isListening);
          case ALL -> lines.filter(ListenTable::isListening);
          case DATAGRAMS -> lines.filter(line -> line.contains(TAKES_DATAGRAMS));
        };
    return listening.map(line -> entry(line.strip().split("\\s+"))).toList();
  }

  /// Without taking the line apart: mostly it is no listening one.
  private static boolean isListening(String line) {
    return line.contains(LISTEN);
  }

  private static Entry entry(String[] fields) {
    int colon = fields[1].indexOf(':');
    return new Entry(
        address(fields[1].substring(0, colon)),
        Integer.parseInt(fields[1].substring(colon + 1), 16),
        Long.parseLong(fields[9]));
  }

  /// Each group of eight hexadecimal digits is a 32-bit word in the byte order of the machine,
  /// whose bytes are in network order. The JDK turns an IPv4 address mapped into IPv6 into the IPv4
  /// one.
  private static InetAddress address(String hex) {
    var bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
    for (int i = 0; i < hex.length(); i += 8) {
      bytes.putInt(Integer.parseUnsignedInt(hex.substring(i, i + 8), 16));
    }
    try {
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException wrongLength) {
      throw new IllegalStateException("an address of " + hex.length() + " digits", wrongLength);
    }
  }
}
