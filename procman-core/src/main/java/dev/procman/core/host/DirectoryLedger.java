package dev.procman.core.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The temporary directories of one manager's processes, written down for the time after this JVM's
/// death: the next manager that starts here deletes them. Thread-safe.
///
/// One line for each, `d <inode> <path>`, and `- <path>` when it was deleted or is kept for good.
public final class DirectoryLedger implements AutoCloseable {
  static final String SUFFIX = ".dirs";
  private static final String HEADER = "directories\n";
  private static final Logger log = LoggerFactory.getLogger(DirectoryLedger.class);

  private final Journal journal;

  private DirectoryLedger(Journal journal) {
    this.journal = journal;
  }

  /// Begins one.
  ///
  /// @param mark of the manager, unique
  /// @throws UncheckedIOException when it cannot be written
  public static DirectoryLedger create(StateDirectory directory, String mark) {
    return new DirectoryLedger(new Journal(directory, mark + SUFFIX, HEADER));
  }

  /// Writes down a directory.
  ///
  /// @throws UncheckedIOException when it cannot be written now; it will be as soon as it can
  public void made(Path directory) {
    String path = directory.toAbsolutePath().toString();
    if (path.indexOf('\n') < 0) {
      inode(directory).ifPresent(inode -> journal.add(path, "d " + inode + " " + path + "\n"));
    }
  }

  /// Writes down that one is no longer to be deleted.
  ///
  /// @throws UncheckedIOException when it cannot be written now; it will be as soon as it can
  public void gone(Path directory) {
    String path = directory.toAbsolutePath().toString();
    journal.remove(path, "- " + path + "\n");
  }

  /// Makes it again when it was deleted, and writes what could not be written.
  public void mend() {
    journal.mend();
  }

  /// Makes it look used, to cleaners that go by age.
  public void touch() {
    journal.touch();
  }

  @Override
  public void close() {
    journal.close();
  }

  /// Deletes the directories of dead JVMs whose processes are over; a failure is logged and never
  /// thrown. To be called after [LedgerSweep].
  public static void sweep(StateDirectory directory) {
    Leftovers.each(
        directory,
        SUFFIX,
        (mark, journal) -> {
          // While the ledger is there, so may be those who use the directories.
          return !Files.exists(
                  directory.ledgers().resolve(mark + Ledger.SUFFIX), LinkOption.NOFOLLOW_LINKS)
              && deleteAll(listed(journal));
        });
  }

  private static Map<String, String> listed(FileChannel journal) throws IOException {
    var listed = new LinkedHashMap<String, String>();
    JournalReader.read(
        journal,
        line -> {
          var fields = line.split(" ", 3);
          if (fields.length == 3 && fields[0].equals("d")) {
            listed.put(fields[2], fields[1]);
          } else if (line.startsWith("- ")) {
            listed.remove(line.substring(2));
          }
        });
    return listed;
  }

  private static boolean deleteAll(Map<String, String> inodes) {
    boolean all = true;
    for (var entry : inodes.entrySet()) {
      var path = path(entry.getKey());
      if (path.isEmpty()) {
        continue;
      }
      var directory = path.get();
      try {
        if (isStill(directory, entry.getValue())) {
          TreeDeleter.delete(directory);
          log.atInfo()
              .addKeyValue("directory", directory)
              .log("deleted a temporary directory that a dead JVM left behind");
        }
      } catch (IOException stays) {
        all = false;
        log.atWarn()
            .addKeyValue("directory", directory)
            .setCause(stays)
            .log("a temporary directory that a dead JVM left behind could not be deleted");
      }
    }
    return all;
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException torn) {
      return Optional.empty();
    }
  }

  /// Whether it is what was written down: a directory of this user with the name that such a one
  /// has, and the very same one.
  private static boolean isStill(Path directory, String inode) throws IOException {
    var name = directory.getFileName();
    return directory.isAbsolute()
        && name != null
        && name.toString().startsWith(TempDirs.PREFIX)
        && directory.equals(directory.normalize())
        && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && UserIdentity.ownerOf(directory).equals(UserIdentity.self().uid())
        && inode(directory).filter(inode::equals).isPresent();
  }

  private static Optional<String> inode(Path directory) {
    try {
      return Optional.of(
          Files.getAttribute(directory, "unix:ino", LinkOption.NOFOLLOW_LINKS).toString());
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException none) {
      return Optional.empty();
    }
  }
}
