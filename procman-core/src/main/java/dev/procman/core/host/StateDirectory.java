package dev.procman.core.host;

import dev.procman.InvalidSpecException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directory that the JVMs of one user share: `ports` with the locks of leases, `ledgers` with
/// what is to be ended and deleted after a JVM's death. What is read there can end processes, so it
/// must be this user's, and nobody else may write to it; who that is, is a question of user ids.
///
/// One that is deleted while it is in use, as cleaners of temporary directories do, is made again.
/// Thread-safe.
public final class StateDirectory {
  private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);
  private static final String PORTS = "ports";
  private static final String LEDGERS = "ledgers";
  private static final Set<String> PARTS = Set.of(PORTS, LEDGERS);
  private static final int STICKY = 01000;

  private final Optional<Path> chosen;
  private final DefaultPlaces places;
  private volatile Path path;

  private StateDirectory(Optional<Path> chosen, DefaultPlaces places) throws IOException {
    this.chosen = chosen;
    this.places = places;
    this.path = settle();
  }

  /// Opens it, and makes it if it is not there.
  ///
  /// @param chosen where; by default `procman` under `XDG_RUNTIME_DIR` if that is this user's, else
  ///   `procman-<uid>` under the system's temporary directory, or, when that is another user's, one
  ///   with a number appended
  /// @throws InvalidSpecException when it cannot be used
  public static StateDirectory open(Optional<Path> chosen) {
    return open(chosen, DefaultPlaces.ofThisJvm());
  }

  static StateDirectory open(Optional<Path> chosen, DefaultPlaces places) {
    try {
      return new StateDirectory(chosen, places);
    } catch (NotOursException trap) {
      throw refused(chosen, places, trap.getMessage() + "; choose another");
    } catch (IOException failed) {
      throw refused(
          chosen, places, "make it writable for this user or choose another (" + failed + ")");
    }
  }

  private static InvalidSpecException refused(
      Optional<Path> chosen, DefaultPlaces places, String remedy) {
    return new InvalidSpecException(
        "manager.stateDirectory", chosen.orElse(places.temporary()), remedy);
  }

  private Path settle() throws IOException {
    if (chosen.isPresent()) {
      return prepare(chosen.get());
    }
    for (var place : places.all()) {
      try {
        if (Files.isSymbolicLink(place)) {
          throw new NotOursException("it is a link");
        }
        return prepare(place);
      } catch (NotOursException trap) {
        log.atWarn()
            .addKeyValue("directory", place)
            .log(
                "the default state directory is not used: {}; JVMs that use another one do not"
                    + " know of each other's ports and children",
                trap.getMessage());
      } catch (IOException unusable) {
        log.atDebug().addKeyValue("directory", place).setCause(unusable).log("not usable");
      }
    }
    return prepare(places.alone());
  }

  /// Makes what is missing and checks what is there.
  ///
  /// @return its path without links: locks and what this JVM knows of its own go by names
  /// @throws NotOursException when others could have a hand in it
  private static Path prepare(Path wanted) throws IOException {
    if (!Files.isDirectory(wanted)) {
      make(wanted);
    }
    var real = wanted.toRealPath();
    requireOwn(real);
    for (String part : List.of(PORTS, LEDGERS)) {
      var directory = real.resolve(part);
      if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
        makeOne(directory);
      }
      try {
        OwnDirectory.closedToOthers(directory).close();
      } catch (NotOursException trap) {
        throw new NotOursException("'" + part + "' in it " + trap.getMessage());
      }
    }
    return real;
  }

  private static void make(Path path) throws IOException {
    var parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    makeOne(path);
  }

  private static void makeOne(Path path) throws IOException {
    try {
      if (isPosix(path)) {
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(path);
      }
    } catch (FileAlreadyExistsException raced) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw raced;
      }
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /// A directory that somebody else may write to could be somebody else's trap.
  private static void requireOwn(Path real) throws IOException {
    var uid = UserIdentity.self().uid();
    var owner = UserIdentity.ownerOf(real);
    if (owner.isPresent() && uid.isPresent() && owner.getAsInt() != uid.getAsInt()) {
      throw new NotOursException(
          "it belongs to user %s (uid %s), this JVM runs as uid %s"
              .formatted(
                  Files.getOwner(real).getName(),
                  Integer.toUnsignedString(owner.getAsInt()),
                  Integer.toUnsignedString(uid.getAsInt())));
    }
    if (isPosix(real)
        && OwnDirectory.isWritableByOthers(
            Files.readAttributes(real, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS))) {
      closeToOthers(real);
    }
  }

  /// Takes others' right to write to it, when it is for procman alone: a place that this user
  /// shares with others is not procman's to change.
  private static void closeToOthers(Path real) throws IOException {
    int mode = (Integer) Files.getAttribute(real, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    if ((mode & STICKY) != 0 || !holdsOnlyOurs(real)) {
      throw new NotOursException(
          "others may write to it (mode %o): take away that right with chmod go-w".formatted(mode));
    }
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    permissions.addAll(Files.getPosixFilePermissions(real));
    permissions.remove(PosixFilePermission.GROUP_WRITE);
    permissions.remove(PosixFilePermission.OTHERS_WRITE);
    Files.setPosixFilePermissions(real, permissions);
    log.atWarn()
        .addKeyValue("directory", real)
        .log("others could write to the state directory; that right was taken away");
  }

  private static boolean holdsOnlyOurs(Path real) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
      for (var entry : entries) {
        if (!PARTS.contains(entry.getFileName().toString())) {
          return false;
        }
      }
    }
    return true;
  }

  /// Where it is, without links.
  public Path path() {
    return path;
  }

  Path ports() {
    return path.resolve(PORTS);
  }

  Path ledgers() {
    return path.resolve(LEDGERS);
  }

  /// Opens the directory of the leases' locks.
  ///
  /// @throws IOException when it cannot be used
  OwnDirectory openPorts() throws IOException {
    return open(PORTS);
  }

  /// Opens the directory of the ledgers.
  ///
  /// @throws IOException when it cannot be used
  OwnDirectory openLedgers() throws IOException {
    return open(LEDGERS);
  }

  private OwnDirectory open(String part) throws IOException {
    try {
      return OwnDirectory.open(path.resolve(part));
    } catch (NoSuchFileException | NotOursException changed) {
      rebuild(changed);
      return OwnDirectory.open(path.resolve(part));
    }
  }

  private synchronized void rebuild(IOException why) throws IOException {
    var before = path;
    // The place of a default may be gone as well: XDG_RUNTIME_DIR is deleted when the user logs
    // out.
    path = chosen.isPresent() ? prepare(before) : settle();
    log.atWarn()
        .addKeyValue("directory", path)
        .log(
            "the state directory {} was deleted or changed ({}); it was made again",
            before,
            why.toString());
  }

  /// Makes it look used, to cleaners that go by age.
  public void touch() {
    List.of(path, ports(), ledgers()).forEach(StateDirectory::touch);
  }

  static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException gone) {
      log.atDebug().addKeyValue("file", file).setCause(gone).log("not touched");
    }
  }
}
