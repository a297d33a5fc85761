package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.ListenSocket;
import dev.procman.proc.LaunchErrors;
import dev.procman.spi.LaunchRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One listening socket that is kept for a process.
///
/// @param place where it listens
/// @param descriptor of this JVM
/// @param file what it has made in the file system
record OpenSocket(Place place, int descriptor, Optional<SocketFile> file) {

  /// What makes a socket another one.
  ///
  /// @param spec as asked for
  /// @param port its number, 0 for none
  record Place(ListenSocket spec, int port) {}

  /// A socket's file and what tells it from another at its path.
  record SocketFile(Path path, Object key) {}

  /// Opens one.
  ///
  /// @param lowest the lowest number that its descriptor may have
  /// @throws LaunchException when it cannot be; the message names it and what to do
  static OpenSocket open(LaunchRequest request, Place place, int lowest) {
    try (var arena = Arena.ofConfined()) {
      return switch (place.spec()) {
        case ListenSocket.Tcp tcp -> open(new Call(request, arena, place, lowest), tcp);
        case ListenSocket.Unix unix -> open(new Call(request, arena, place, lowest), unix);
      };
    }
  }

  private static OpenSocket open(Call call, ListenSocket.Tcp tcp) {
    InetAddress host;
    try {
      host = InetAddress.getByName(tcp.host());
    } catch (UnknownHostException unknown) {
      throw call.refuse("the host '" + tcp.host() + "' is not known here", unknown);
    }
    int port = call.place.port();
    var address = SocketAddress.internet(call.arena, host, port);
    String words = "port " + tcp.port() + " (" + port + " at " + tcp.host() + ")";
    return new OpenSocket(
        call.place, call.listen(SocketAddress.family(host), address, words), Optional.empty());
  }

  private static OpenSocket open(Call call, ListenSocket.Unix unix) {
    var asked = Path.of(unix.path());
    var path =
        call.request.directory().map(base -> base.resolve(asked)).orElse(asked).toAbsolutePath();
    var bytes = path.toString().getBytes(NativeStrings.CHARSET);
    if (bytes.length > SocketAddress.LONGEST_PATH) {
      throw call.refuse(
          "the path '%s' is longer than %d bytes; use a shorter one"
              .formatted(path, SocketAddress.LONGEST_PATH),
          null);
    }
    makeRoom(call, path);
    var address = SocketAddress.path(call.arena, bytes);
    int descriptor = call.listen(Flags.AF_UNIX, address, "the path '" + path + "'");
    return new OpenSocket(call.place, descriptor, key(path).map(key -> new SocketFile(path, key)));
  }

  /// What a socket that nobody listens at any more has left behind is in the way of the next.
  private static void makeRoom(Call call, Path path) {
    try {
      var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!found.isOther()) {
        throw call.refuse("there is something else than a socket at '" + path + "'", null);
      }
      Files.delete(path);
    } catch (NoSuchFileException free) {
      // As it should be.
    } catch (IOException failed) {
      throw call.refuse("'" + path + "' cannot be replaced: " + failed, failed);
    }
  }

  private static Optional<Object> key(Path path) {
    try {
      return Optional.ofNullable(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /// Closes it, and takes its file away unless another has taken its place.
  void close() {
    file.filter(made -> key(made.path()).filter(key -> Objects.equals(key, made.key())).isPresent())
        .ifPresent(made -> {
          try {
            Files.deleteIfExists(made.path());
          } catch (IOException remains) {
            // Nobody listens there, and the next one replaces it.
          }
        });
    try (var arena = Arena.ofConfined()) {
      new Libc(arena).close(descriptor);
    }
  }

  /// The calls that open one socket.
  private record Call(LaunchRequest request, Arena arena, Place place, int lowest) {

    int listen(int family, MemorySegment address, String words) {
      var libc = new Libc(arena);
      int first = libc.socket(family, Flags.SOCK_STREAM, 0);
      if (first < 0) {
        throw Spawner.failure(request, -first);
      }
      // Above all places that it is copied to in a child.
      int descriptor = libc.fcntl(first, Flags.F_DUPFD_CLOEXEC, lowest);
      libc.close(first);
      if (descriptor < 0) {
        throw Spawner.failure(request, -descriptor);
      }
      var on = arena.allocate(JAVA_INT);
      on.set(JAVA_INT, 0, 1);
      int error = libc.socketOption(descriptor, Flags.SO_REUSEADDR, on);
      error = error < 0 ? error : libc.bind(descriptor, address);
      error = error < 0 ? error : libc.listen(descriptor, place.spec().backlog());
      if (error < 0) {
        libc.close(descriptor);
        throw refuse(words + " " + reason(-error), null);
      }
      return descriptor;
    }

    private static String reason(int error) {
      return switch (error) {
        case Libc.EADDRINUSE -> "is in use; end what listens there, or use another";
        case Libc.EADDRNOTAVAIL -> "is not an address of this machine";
        case Libc.EACCES -> "needs a privilege that this JVM does not have";
        case Libc.ENOENT, Libc.ENOTDIR -> "is in a directory that does not exist; create it";
        default -> "cannot be listened at, error " + error;
      };
    }

    LaunchException refuse(String words, @Nullable Throwable cause) {
      return LaunchErrors.of(
          Reason.PREPARATION_FAILED,
          request,
          "its socket '" + place.spec().name() + "': " + words,
          cause);
    }
  }
}
