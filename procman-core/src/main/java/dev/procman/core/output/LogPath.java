package dev.procman.core.output;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/// What a configured path leads to: the name under which one file is known, however it is named.
///
/// @param real the file, without links; for what is no regular file, the name to open it by
/// @param kind what it is
record LogPath(Path real, Kind kind) {
  /// What is written to.
  enum Kind {
    /// A regular file, or nothing yet: it is rotated.
    FILE,
    /// This JVM's standard output.
    STDOUT,
    /// This JVM's standard error.
    STDERR,
    /// A device, a FIFO, or another descriptor: it is written to as it is.
    STREAM
  }

  private static final int MOST_LINKS = 40; // as in the kernel, path_resolution(7)

  /// Follows a path link by link. Only links that this user or root has made are followed: a child
  /// that runs as another user, in whose directory the log lies, must not choose what this JVM
  /// writes to.
  ///
  /// @throws IOException when a directory on the way cannot be read, links lead in a circle, or
  ///   another user can change one
  static LogPath of(Path configured) throws IOException {
    var path = configured.toAbsolutePath();
    for (int links = 0; links < MOST_LINKS; links++) {
      var directory = real(parent(path), MOST_LINKS);
      var name = path.getFileName();
      if (name == null) {
        return new LogPath(path, Kind.STREAM);
      }
      var here = directory.resolve(name);
      // Links there lead to what is open and may have no name: they are opened, never followed.
      if (directory.startsWith("/proc")) {
        return new LogPath(here, descriptor(directory, name.toString()));
      }
      var attributes = attributes(here);
      if (attributes.isEmpty() || attributes.get().isRegularFile()) {
        return new LogPath(here, Kind.FILE);
      }
      if (!attributes.get().isSymbolicLink()) {
        return new LogPath(here, Kind.STREAM);
      }
      requireTrusted(directory, here);
      path = directory.resolve(Files.readSymbolicLink(here));
    }
    throw new FileSystemLoopException(configured.toString());
  }

  private static Path parent(Path path) {
    var parent = path.getParent();
    return parent == null ? path : parent;
  }

  /// Of a directory that is not there yet, what is there of the way to it is followed.
  private static Path real(Path directory, int links) throws IOException {
    if (links < 0) {
      throw new FileSystemLoopException(directory.toString());
    }
    var at = Objects.requireNonNull(directory.getRoot(), "absolute");
    for (var name : directory) {
      var here = at.resolve(name).normalize();
      if (attributes(here).filter(BasicFileAttributes::isSymbolicLink).isPresent()) {
        requireTrusted(at, here);
        at = real(at.resolve(Files.readSymbolicLink(here)), links - 1);
      } else {
        at = here;
      }
    }
    return at;
  }

  private static void requireTrusted(Path directory, Path link) throws IOException {
    if (!LinkTrust.isTrusted(directory, link)) {
      throw new FileSystemException(
          link.toString(),
          null,
          "it is a link that another user can change; name what it leads to, or take away the"
              + " permission to write in "
              + directory);
    }
  }

  private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  private static Kind descriptor(Path directory, String name) {
    var own = Path.of("/proc", Long.toString(ProcessHandle.current().pid()));
    if (directory.startsWith(own) && directory.endsWith("fd")) {
      return switch (name) {
        case "1" -> Kind.STDOUT;
        case "2" -> Kind.STDERR;
        default -> Kind.STREAM;
      };
    }
    return Kind.STREAM;
  }
}
