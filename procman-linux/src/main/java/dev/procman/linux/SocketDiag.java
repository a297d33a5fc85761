package dev.procman.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Asks the kernel for TCP sockets (sock_diag(7)); numbers and layouts are those of
/// `linux/netlink.h`, `linux/inet_diag.h` and `linux/tcp.h`. Asking is apart from reading answers.
final class SocketDiag {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final int IPPROTO_TCP = 6;

  private static final int HEADER = 16;
  private static final short NLMSG_ERROR = 2;
  private static final short NLMSG_DONE = 3;
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short REQUEST_AND_DUMP = 0x301;

  /// `struct inet_diag_req_v2`.
  private static final int REQUEST = 56;

  // struct inet_diag_msg, and behind it attributes
  private static final int STATE = 1;
  private static final int COOKIE = 44;
  private static final int INODE = 68;
  private static final int MESSAGE = 72;

  private static final short INET_DIAG_INFO = 2;

  // struct tcp_info; older kernels have a shorter one
  private static final int BYTES_ACKED = 120;
  private static final int BYTES_RECEIVED = 128;
  private static final int INFO = 136;

  /// Those that may have moved bytes and still count them: established, and the ways to the end.
  private static final int CONNECTED = bits(1, 4, 5, 8, 9, 11);

  private static final int BUFFER = 64 * 1024;

  /// A TCP connection.
  ///
  /// @param cookie by which the kernel knows the socket as long as it exists
  /// @param inode by which descriptors name it; 0 when nobody has it open any more
  /// @param state its state's number
  /// @param received bytes that came and were acknowledged
  /// @param sent bytes that the other side acknowledged
  record Connection(long cookie, long inode, int state, long received, long sent) {}

  /// The kernel does not tell.
  static final class Untold extends Exception {
    private static final long serialVersionUID = 1L;

    Untold(String what, int error) {
      super(what + ", error " + error);
    }
  }

  private SocketDiag() {}

  private static int bits(int... states) {
    int bits = 0;
    for (int state : states) {
      bits |= 1 << state;
    }
    return bits;
  }

  /// All connections in this JVM's network namespace.
  ///
  /// @throws Untold when the kernel does not tell
  static List<Connection> connections() throws Untold {
    var connections = new ArrayList<Connection>();
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      int socket = libc.socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
      if (socket < 0) {
        throw new Untold("no netlink socket can be opened", -socket);
      }
      try {
        for (int family : new int[] {Flags.AF_INET, Flags.AF_INET6}) {
          ask(libc, arena, socket, family, connections);
        }
      } finally {
        libc.close(socket);
      }
    }
    return connections;
  }

  private static void ask(
      Libc libc, Arena arena, int socket, int family, List<Connection> connections) throws Untold {
    var request = arena.allocate(HEADER + REQUEST, 8);
    request(request.asByteBuffer().order(ByteOrder.nativeOrder()), family);
    long error = libc.write(socket, request);
    if (error < 0) {
      throw new Untold("the kernel takes no question about sockets", (int) -error);
    }
    MemorySegment buffer = arena.allocate(BUFFER, 8);
    OptionalInt end;
    do {
      long count = libc.read(socket, buffer);
      if (count <= 0) {
        throw new Untold("the kernel gives no answer about sockets", (int) -count);
      }
      var answer = buffer.asSlice(0, count).asByteBuffer().order(ByteOrder.nativeOrder());
      end = read(answer, connections);
    } while (end.isEmpty());
    // Without IPv6 the answer is that there is nothing to ask about.
    if (end.getAsInt() != 0 && end.getAsInt() != Libc.ENOENT) {
      throw new Untold("the kernel does not tell about sockets", end.getAsInt());
    }
  }

  /// Writes the question for all connections of a family.
  static void request(ByteBuffer into, int family) {
    into.putInt(HEADER + REQUEST).putShort(SOCK_DIAG_BY_FAMILY).putShort(REQUEST_AND_DUMP);
    into.putInt(1).putInt(0);
    into.put((byte) family).put((byte) IPPROTO_TCP).put((byte) (1 << (INET_DIAG_INFO - 1)));
    into.put((byte) 0).putInt(CONNECTED);
  }

  /// Reads a part of the answer.
  ///
  /// @return empty when more will come; else 0, or the error number
  static OptionalInt read(ByteBuffer answer, List<Connection> connections) {
    while (answer.remaining() >= HEADER) {
      int begin = answer.position();
      int length = answer.getInt(begin);
      if (length < HEADER || length > answer.remaining()) {
        // Cut off, which the kernel does not do.
        return OptionalInt.empty();
      }
      short type = answer.getShort(begin + 4);
      if (type == NLMSG_DONE) {
        return OptionalInt.of(0);
      }
      if (type == NLMSG_ERROR) {
        return OptionalInt.of(-answer.getInt(begin + HEADER));
      }
      if (type == SOCK_DIAG_BY_FAMILY && length >= HEADER + MESSAGE) {
        connections.add(
            connection(
                answer.slice(begin + HEADER, length - HEADER).order(ByteOrder.nativeOrder())));
      }
      answer.position(Math.min(answer.limit(), begin + align(length)));
    }
    return OptionalInt.empty();
  }

  private static Connection connection(ByteBuffer message) {
    long sent = 0;
    long received = 0;
    int at = MESSAGE;
    while (at + 4 <= message.limit()) {
      int length = Short.toUnsignedInt(message.getShort(at));
      if (message.getShort(at + 2) == INET_DIAG_INFO
          && length >= 4 + INFO
          && at + 4 + INFO <= message.limit()) {
        sent = message.getLong(at + 4 + BYTES_ACKED);
        received = message.getLong(at + 4 + BYTES_RECEIVED);
      }
      at += Math.max(4, align(length));
    }
    return new Connection(
        message.getLong(COOKIE),
        Integer.toUnsignedLong(message.getInt(INODE)),
        message.get(STATE),
        received,
        sent);
  }

  private static int align(int length) {
    return (length + 3) & ~3;
  }
}
