package dev.procman.core.host;

import dev.procman.spi.ProcessOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Makes files and directories that belong to another user: to the one that a child runs as.
///
/// That user may be at work in the same directory at that moment, and would gladly be given a file
/// that is not its own, such as by a link that takes the place of the new file before it is given
/// away. So nothing is given away by its path: all names are looked up in open directories
/// (openat(2)), what is given is what was opened (fchown(2)), and a file is written and given in a
/// directory that nobody else may enter, and then renamed to its place. Links are followed only in
/// directories that no other user can change.
final class Handover {
  private static final String FRESH = "file";
  private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final FileAttribute<?> DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private Handover() {}

  /// Writes a file in place of an older one. Directories that are missing are made, and given too.
  ///
  /// @param target absolute
  static void write(Path target, String content, ProcessOwner owner) throws IOException {
    var name = target.getFileName();
    var parent = target.getParent();
    if (name == null || parent == null) {
      throw new IOException(target + " is no file");
    }
    try (var directory = open(parent, owner)) {
      var own =
          Path.of(
              ".procman-"
                  + Long.toString(ThreadLocalRandom.current().nextLong(36), 36)
                  + Long.toString(ThreadLocalRandom.current().nextLong() >>> 8, 36));
      Files.createDirectory(parent.resolve(own), DIRECTORY);
      try (var closed = directory.newDirectoryStream(own, LinkOption.NOFOLLOW_LINKS)) {
        requireClosed(closed);
        write(closed, content);
        give(
            closed.getFileAttributeView(
                Path.of(FRESH), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS),
            owner);
        closed.move(Path.of(FRESH), directory, name);
      } finally {
        remove(directory, own);
      }
    }
  }

  private static void write(SecureDirectoryStream<Path> closed, String content) throws IOException {
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = closed.newByteChannel(Path.of(FRESH), options, FILE)) {
      var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        var _ = channel.write(bytes);
      }
    }
  }

  private static void remove(SecureDirectoryStream<Path> directory, Path own) {
    try (var closed = directory.newDirectoryStream(own, LinkOption.NOFOLLOW_LINKS)) {
      try {
        closed.deleteFile(Path.of(FRESH));
      } catch (NoSuchFileException inItsPlace) {
        // As wanted.
      }
      directory.deleteDirectory(own);
    } catch (IOException taken) {
      // Whose directory it is has moved it away; it is empty, or holds what could not be given.
    }
  }

  /// Gives a directory that this user has made.
  ///
  /// @param directory absolute
  static void give(Path directory, ProcessOwner owner) throws IOException {
    var name = directory.getFileName();
    var parent = directory.getParent();
    if (name == null || parent == null) {
      throw new IOException(directory + " cannot be given away");
    }
    try (var above = opened(parent);
        var opened = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      give(opened.getFileAttributeView(PosixFileAttributeView.class), owner);
    }
  }

  /// Opens a directory; what is missing on the way is made and given.
  private static SecureDirectoryStream<Path> open(Path directory, ProcessOwner owner)
      throws IOException {
    var path = directory.getRoot();
    var current = opened(path);
    for (var name : directory.normalize()) {
      path = path.resolve(name);
      var above = current;
      try {
        current = enter(above, name, path, owner);
      } finally {
        above.close();
      }
    }
    return current;
  }

  private static SecureDirectoryStream<Path> enter(
      SecureDirectoryStream<Path> above, Path name, Path path, ProcessOwner owner)
      throws IOException {
    var options = isOurs(above) ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    try {
      return secure(path, above.newDirectoryStream(name, options));
    } catch (NoSuchFileException missing) {
      Files.createDirectory(path);
      var made = secure(path, above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
      give(made.getFileAttributeView(PosixFileAttributeView.class), owner);
      return made;
    } catch (NotDirectoryException | java.nio.file.FileSystemLoopException link) {
      throw new IOException(
          path + " is no directory, or a link in a directory that other users can change", link);
    }
  }

  /// Whether only this user can change what is in it.
  private static boolean isOurs(SecureDirectoryStream<Path> directory) throws IOException {
    var attributes = directory.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    return UserIdentity.self().principal().filter(attributes.owner()::equals).isPresent()
        && attributes.permissions().stream().noneMatch(WRITABLE_BY_OTHERS::contains);
  }

  private static void requireClosed(SecureDirectoryStream<Path> directory) throws IOException {
    var attributes = directory.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    boolean ours = UserIdentity.self().principal().filter(attributes.owner()::equals).isPresent();
    if (!ours || !PosixFilePermissions.toString(attributes.permissions()).equals("rwx------")) {
      throw new NotOursException("was put in the place of a new directory by another user");
    }
  }

  private static void give(PosixFileAttributeView opened, ProcessOwner owner) throws IOException {
    var lookup = Path.of("/").getFileSystem().getUserPrincipalLookupService();
    var present = opened.readAttributes();
    if (owner.group().isPresent()) {
      var group = lookup.lookupPrincipalByGroupName(Integer.toString(owner.group().getAsInt()));
      if (!group.equals(present.group())) {
        opened.setGroup(group);
      }
    }
    if (owner.user().isPresent()) {
      var user = lookup.lookupPrincipalByName(Integer.toString(owner.user().getAsInt()));
      if (!user.equals(present.owner())) {
        opened.setOwner(user);
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // closed by the caller
  private static SecureDirectoryStream<Path> opened(Path path) throws IOException {
    return secure(path, Files.newDirectoryStream(path));
  }

  private static SecureDirectoryStream<Path> secure(Path path, DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("files under " + path + " cannot be given to another user here");
  }
}
