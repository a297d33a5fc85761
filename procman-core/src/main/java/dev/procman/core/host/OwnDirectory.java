package dev.procman.core.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An open directory that is proven to be this user's and closed to the writing of others, so that
/// nobody else can change what is in it any more. What was put there *before* it was closed may
/// still be another's; hence the questions about each file.
///
/// Names are looked up in the open directory (openat(2)) where the operating system allows it, not
/// along a path that somebody might turn elsewhere in the meantime. Nothing follows a link, and no
/// opening waits: a FIFO that is opened to be read *and* written does not (fifo(7)).
final class OwnDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final String CLOSED_TO_OTHERS = "rwx------";

  private final Path path;
  private final DirectoryStream<Path> stream;

  private OwnDirectory(Path path, DirectoryStream<Path> stream) {
    this.path = path;
    this.stream = stream;
  }

  /// Opens one that is there.
  ///
  /// @throws NotOursException when it is not this user's, or others may write to it
  static OwnDirectory open(Path path) throws IOException {
    return open(path, false);
  }

  /// Opens one that is there, and closes it to others when they may write to it.
  ///
  /// @throws NotOursException when it is not this user's
  static OwnDirectory closedToOthers(Path path) throws IOException {
    return open(path, true);
  }

  // The stream stays open as long as this directory does.
  @SuppressWarnings("StreamResourceLeak")
  private static OwnDirectory open(Path path, boolean repair) throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw new NotOursException("is a link");
    }
    var stream = Files.newDirectoryStream(path);
    var directory = new OwnDirectory(path, stream);
    try {
      directory.requireOurs(repair);
      return directory;
    } catch (IOException | RuntimeException refused) {
      stream.close();
      throw refused;
    }
  }

  private void requireOurs(boolean repair) throws IOException {
    var view =
        stream instanceof SecureDirectoryStream<Path> secure
            ? secure.getFileAttributeView(PosixFileAttributeView.class)
            : Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    var attributes = view.readAttributes();
    requireOwner(attributes);
    if (isWritableByOthers(attributes)) {
      if (!repair) {
        throw new NotOursException("may be written to by others");
      }
      view.setPermissions(PosixFilePermissions.fromString(CLOSED_TO_OTHERS));
    }
  }

  private static void requireOwner(PosixFileAttributes attributes) throws NotOursException {
    var self = UserIdentity.self();
    if (self.principal().isPresent() && !attributes.owner().equals(self.principal().get())) {
      throw new NotOursException("belongs to user " + attributes.owner().getName());
    }
  }

  static boolean isWritableByOthers(PosixFileAttributes attributes) {
    return attributes.permissions().stream().anyMatch(WRITABLE_BY_OTHERS::contains);
  }

  /// Where it was when it was opened.
  Path path() {
    return path;
  }

  /// The names in it; to be asked once.
  List<String> names() throws IOException {
    var names = new ArrayList<String>();
    try {
      for (var entry : stream) {
        names.add(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
    return names;
  }

  /// Whether there is anything of that name.
  boolean has(String name) {
    return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /// Why the content of a file is not to be believed; empty when only this user can have written
  /// it.
  ///
  /// @throws NoSuchFileException when there is none
  Optional<String> objection(String name) throws IOException {
    var foreign = strangeness(name);
    if (foreign.isPresent()) {
      return foreign;
    }
    var attributes = attributes(name);
    return attributes != null && isWritableByOthers(attributes)
        ? Optional.of("may be written to by others")
        : Optional.empty();
  }

  /// Why this cannot have been made by this user's procman; empty when it may have.
  ///
  /// @throws NoSuchFileException when there is none
  Optional<String> strangeness(String name) throws IOException {
    var attributes = attributes(name);
    if (attributes == null) {
      return Optional.empty();
    }
    if (!attributes.isRegularFile()) {
      return Optional.of(
          attributes.isSymbolicLink()
              ? "is a link"
              : attributes.isDirectory() ? "is a directory" : "is not a regular file");
    }
    try {
      requireOwner(attributes);
    } catch (NotOursException foreign) {
      return Optional.of(String.valueOf(foreign.getMessage()));
    }
    var file = path.resolve(name);
    if (file.getFileSystem().supportedFileAttributeViews().contains("unix")
        && (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1) {
      return Optional.of("has another name elsewhere");
    }
    return Optional.empty();
  }

  private @Nullable PosixFileAttributes attributes(String name) throws IOException {
    var view =
        stream instanceof SecureDirectoryStream<Path> secure
            ? secure.getFileAttributeView(
                Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            : Files.getFileAttributeView(
                path.resolve(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    return view == null ? null : view.readAttributes();
  }

  /// Opens a file to be read and written; one that is made is for this user only.
  FileChannel open(String name, StandardOpenOption... more) throws IOException {
    var options = new HashSet<OpenOption>(Set.of(more));
    options.add(StandardOpenOption.READ);
    options.add(StandardOpenOption.WRITE);
    options.add(LinkOption.NOFOLLOW_LINKS);
    SeekableByteChannel channel =
        stream instanceof SecureDirectoryStream<Path> secure
            ? secure.newByteChannel(Path.of(name), options, privately())
            : Files.newByteChannel(path.resolve(name), options, privately());
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException("files in " + path + " cannot be locked");
  }

  private FileAttribute<?>[] privately() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /// Which file a name leads to now; compares equal to that of the same file only.
  ///
  /// @throws NoSuchFileException when there is none
  static Object key(Path file) throws IOException {
    var attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    var key = attributes.fileKey();
    return key == null ? file : key;
  }

  /// Whether a name still leads to that file.
  static boolean leadsTo(Path file, Object key) {
    try {
      return key(file).equals(key);
    } catch (IOException gone) {
      return false;
    }
  }

  /// Gives a file another name, in place of what has it.
  void rename(String from, String to) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      secure.move(Path.of(from), secure, Path.of(to));
    } else {
      Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Deletes a file or a link, if there is one of that name.
  void delete(String name) throws IOException {
    try {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        secure.deleteFile(Path.of(name));
      } else {
        Files.deleteIfExists(path.resolve(name));
      }
    } catch (NoSuchFileException already) {
      // As wanted.
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
