package dev.procman.core.host;

import dev.procman.LaunchException;
import dev.procman.spi.ProcessOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/// Files that only this user may read.
public final class PrivateFiles {
  private PrivateFiles() {}

  /// Writes a file, UTF-8, in place of an older one: nobody ever sees half of it. Its directory is
  /// made.
  ///
  /// @throws LaunchException when it cannot be written
  public static void write(Path file, String content) {
    write(file, content, Optional.empty());
  }

  /// As above, for another user, who gets the directories too that are made for it.
  public static void write(Path file, String content, Optional<ProcessOwner> owner) {
    var target = file.toAbsolutePath();
    try {
      if (owner.isPresent()) {
        Handover.write(target.normalize(), content, owner.get());
      } else {
        writeOwn(target, content);
      }
    } catch (IOException failed) {
      throw new LaunchException(
          LaunchException.Reason.PREPARATION_FAILED,
          "the file " + file + " cannot be written: " + failed,
          failed);
    }
  }

  private static void writeOwn(Path target, String content) throws IOException {
    var fresh = target.resolveSibling(target.getFileName() + ".procman-new");
    Files.createDirectories(target.getParent());
    Files.deleteIfExists(fresh);
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = Files.newByteChannel(fresh, options, mode(target, "rw-------"))) {
      var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
    }
    Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Attributes of a directory that only this user may enter; none where there are no permissions.
  static FileAttribute<?>[] directoryMode(Path directory) {
    return mode(directory, "rwx------");
  }

  private static FileAttribute<?>[] mode(Path file, String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
