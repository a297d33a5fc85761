package dev.procman.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.procman.ServiceState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/// Reads what one generation tells by its [NoticeSocket]. Only members of its tree are believed.
/// All but [#state()] is for the reactor's thread only.
final class Notices {
  /// How many are read in one turn.
  private static final int SHARE = 32;

  /// Memory for one message at a time: `struct msghdr`, its `struct iovec`, the bytes and the
  /// sender.
  ///
  /// There is no room for descriptors that are passed along, so that the kernel closes them rather
  /// than to give them to this process; a sender that waits for that (`BARRIER=1`) is let go.
  static final class Place {
    private static final long HEADER = 56;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long FLAGS = 48;
    private static final long CREDENTIALS_LENGTH = 16 + 12;
    private final MemorySegment header;
    private final MemorySegment bytes;
    private final MemorySegment control;

    Place(Arena arena) {
      header = arena.allocate(HEADER, 8);
      bytes = arena.allocate(NoticeParser.LONGEST);
      control = arena.allocate(CONTROL, 8);
      var vector = arena.allocate(16, 8);
      vector.set(ADDRESS, 0, bytes);
      vector.set(JAVA_LONG, 8, bytes.byteSize());
      header.set(ADDRESS, 16, vector);
      header.set(JAVA_LONG, 24, 1);
      header.set(ADDRESS, 32, control);
    }

    private long receive(Libc libc, int descriptor, int flags) {
      header.set(JAVA_LONG, CONTROL_LENGTH, CONTROL);
      return libc.receive(descriptor, header, flags | Flags.MSG_DONTWAIT | Flags.MSG_CMSG_CLOEXEC);
    }

    private boolean isCut() {
      return (header.get(JAVA_INT, FLAGS) & Flags.MSG_TRUNC) != 0;
    }

    /// The sender's pid; 0 when the kernel did not tell one that is known here.
    private int sender() {
      boolean told =
          header.get(JAVA_LONG, CONTROL_LENGTH) >= CREDENTIALS_LENGTH
              && control.get(JAVA_INT, 8) == Flags.SOL_SOCKET
              && control.get(JAVA_INT, 12) == Flags.SCM_CREDENTIALS;
      return told ? control.get(JAVA_INT, 16) : 0;
    }
  }

  private final NoticeSocket socket;
  private final LongPredicate isMember;
  private final Told told;
  private boolean open = true;

  /// @param isMember whether a pid is one of the tree
  Notices(NoticeSocket socket, LongPredicate isMember) {
    this.socket = socket;
    this.isMember = isMember;
    this.told = new Told(this::isKnownMember);
  }

  int descriptor() {
    return socket.descriptor();
  }

  /// What was told so far.
  ServiceState state() {
    return told.look(System.nanoTime());
  }

  /// Reads what is there, at most a fair share.
  ///
  /// @return whether that is news
  boolean read(Libc libc, Place place, long now) {
    boolean news = false;
    long known = 0;
    boolean believed = false;
    for (int i = 0; open && i < SHARE; i++) {
      // A look first: when the message is taken, a sender that waited for that may be gone.
      long length = place.receive(libc, socket.descriptor(), Flags.MSG_PEEK);
      if (length < 0) {
        break;
      }
      int sender = place.sender();
      if (sender != known) {
        // A pid is not given to another within one turn.
        known = sender;
        believed = sender > 0 && isKnownMember(sender);
      }
      if (believed && !place.isCut()) {
        news |= told.take(NoticeParser.parse(bytes(place, (int) length)), now);
      } else {
        told.ignore(1);
      }
      var _ = place.receive(libc, socket.descriptor(), 0);
    }
    return news;
  }

  private boolean isKnownMember(long pid) {
    try {
      return isMember.test(pid);
    } catch (UncheckedIOException cannotLook) {
      return false;
    }
  }

  private static ByteBuffer bytes(Place place, int length) {
    var bytes = new byte[length];
    MemorySegment.copy(place.bytes, JAVA_BYTE, 0, bytes, 0, length);
    return ByteBuffer.wrap(bytes);
  }

  void close(Libc libc) {
    if (open) {
      open = false;
      libc.close(socket.descriptor());
    }
  }
}
