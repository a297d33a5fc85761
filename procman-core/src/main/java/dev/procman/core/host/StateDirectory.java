package dev.procman.core.host;

import dev.procman.InvalidSpecException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The directory that the JVMs of one user share.
///
/// @param path where it is, without links; it exists
public record StateDirectory(Path path) {

  /// Opens it, and makes it if it is not there.
  ///
  /// @param chosen where; by default `procman-<user>` under the system's temporary directory
  /// @throws InvalidSpecException when it cannot be used
  public static StateDirectory open(Optional<Path> chosen) {
    var path =
        chosen.orElseGet(() ->
            Path.of(
                System.getProperty("java.io.tmpdir", "/tmp"),
                "procman-" + System.getProperty("user.name", "unknown")));
    try {
      if (!Files.isDirectory(path)) {
        make(path);
      }
      // One name for one directory: locks and what this JVM knows of its own go by names.
      var real = path.toRealPath();
      requireOwn(real);
      Files.createDirectories(real.resolve("ports"));
      Files.createDirectories(real.resolve("ledgers"));
      return new StateDirectory(real);
    } catch (IOException failed) {
      throw refused(path, "make it writable for this user or choose another (" + failed + ")");
    }
  }

  private static void make(Path path) throws IOException {
    var parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      if (posix) {
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(path);
      }
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(path)) {
        throw raced;
      }
    }
  }

  /// A directory in a place that everybody may write to could be somebody else's trap.
  private static void requireOwn(Path path) throws IOException {
    String owner = Files.getOwner(path).getName();
    String user = System.getProperty("user.name", owner);
    if (!owner.equals(user) && !user.equals("?")) {
      throw refused(
          path, "it belongs to user " + owner + ", this JVM runs as " + user + "; choose another");
    }
  }

  private static InvalidSpecException refused(Path path, String remedy) {
    return new InvalidSpecException("manager.stateDirectory", path, remedy);
  }

  Path ports() {
    return path.resolve("ports");
  }

  Path ledgers() {
    return path.resolve("ledgers");
  }
}
