package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The socket by which one generation tells its state (`NOTIFY_SOCKET`, sd_notify(3)).
///
/// Each generation has its own, so that whoever fills one keeps nobody but itself waiting, and what
/// comes after the end of a generation finds nobody there. The name is an abstract one (unix(7)): a
/// process that runs as another user or has another root directory reaches it, and no file is left
/// behind when this JVM is killed. Anybody on the machine may send to it, as to the service
/// manager's own; who did, the kernel tells with each message.
///
/// @param descriptor to read from, without blocking
/// @param address for the environment
record NoticeSocket(int descriptor, String address) {
  /// The environment variable with the address.
  static final String VARIABLE = "NOTIFY_SOCKET";

  /// Opens one.
  ///
  /// @return its descriptor is a negative error number when it cannot be opened
  static NoticeSocket open(Libc libc, Arena arena) {
    int descriptor = libc.socket(Flags.AF_UNIX, Flags.SOCK_DGRAM | Flags.NONBLOCK, 0);
    if (descriptor < 0) {
      return new NoticeSocket(descriptor, "");
    }
    var random = ThreadLocalRandom.current();
    var hex = HexFormat.of();
    String name =
        "procman/" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    var on = arena.allocate(JAVA_INT);
    on.set(JAVA_INT, 0, 1);
    // First, so that no message comes without its sender.
    int error = libc.socketOption(descriptor, Flags.SO_PASSCRED, on);
    error =
        error < 0
            ? error
            : libc.bind(
                descriptor,
                SocketAddress.abstractName(arena, name.getBytes(StandardCharsets.US_ASCII)));
    if (error < 0) {
      libc.close(descriptor);
      return new NoticeSocket(error, "");
    }
    return new NoticeSocket(descriptor, "@" + name);
  }

  /// Closes it; nobody reads from it yet.
  void close() {
    try (var arena = Arena.ofConfined()) {
      new Libc(arena).close(descriptor);
    }
  }
}
