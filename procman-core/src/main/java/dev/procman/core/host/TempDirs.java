package dev.procman.core.host;

import dev.procman.LaunchException;
import dev.procman.ProcessId;
import dev.procman.spi.ProcessOwner;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The temporary directories of one generation, or of all generations of a process, made on first
/// use. Thread-safe.
public final class TempDirs {
  private static final Logger log = LoggerFactory.getLogger(TempDirs.class);

  /// Of the names of all of them.
  static final String PREFIX = "procman-";

  /// The numbers from here to the double all have eight letters and digits.
  private static final long RANDOM = 36L * 36 * 36 * 36 * 36 * 36 * 36;

  private final ProcessId id;
  private final Supplier<Journal> journal;
  private final Map<String, Path> directories = new LinkedHashMap<>();
  private Optional<ProcessOwner> owner = Optional.empty();
  private boolean spared;
  private boolean forGood;

  /// Remembers them outside of this JVM, for the time after its death. Calls return at once.
  public interface Journal {
    /// A directory was made.
    void made(Path directory);

    /// A directory was deleted, or is kept for good.
    void gone(Path directory);
  }

  /// None yet.
  ///
  /// @param id whose; generation 0 means all generations
  /// @param journal where they are written down
  public TempDirs(ProcessId id, Supplier<Journal> journal) {
    this.id = id;
    this.journal = journal;
  }

  /// They are for a child that runs as another user, or as this one when empty: those that are made
  /// from now on belong to that user. Those there are do too; what is in them stays as it is.
  ///
  /// @throws LaunchException when one cannot be given
  public synchronized void belongTo(Optional<ProcessOwner> other) {
    if (!other.equals(owner)) {
      owner = other;
      directories.forEach(this::give);
    }
  }

  private void give(String name, Path directory) {
    try {
      if (owner.isPresent()) {
        Handover.give(directory, owner.get());
      }
    } catch (IOException failed) {
      throw new LaunchException(
          LaunchException.Reason.PREPARATION_FAILED,
          "the temporary directory '" + name + "' cannot be given to its user: " + failed,
          failed);
    }
  }

  /// The directory of that name; only the user that it is for may enter it.
  ///
  /// @throws LaunchException when it cannot be made
  public synchronized Path get(String name) {
    var known = directories.get(name);
    if (known != null) {
      if (spared && !forGood) {
        spared = false;
        directories.values().forEach(journal.get()::made);
      }
      return known;
    }
    try {
      var made = make(name);
      if (!forGood) {
        journal.get().made(made);
      }
      directories.put(name, made);
      give(name, made);
      return made;
    } catch (IOException failed) {
      throw new LaunchException(
          LaunchException.Reason.PREPARATION_FAILED,
          "no temporary directory '"
              + name
              + "' could be made under "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + failed.getMessage(),
          failed);
    }
  }

  /// They are evidence of a failure: until their next use they outlive this JVM.
  ///
  /// @return those there are
  public synchronized List<Path> spare() {
    spared = true;
    directories.values().forEach(journal.get()::gone);
    return present();
  }

  /// A person wants to see them: they outlive this JVM.
  ///
  /// @return those there are
  public synchronized List<Path> spareForGood() {
    forGood = true;
    return spare();
  }

  /// Short, since a Unix socket in it has a path of at most 107 bytes, and libraries' random parts
  /// alone take twenty.
  private Path make(String name) throws IOException {
    String plain =
        (cut(id.name(), 16) + "#" + id.generation() + "-" + cut(name, 12))
            .replaceAll("[^A-Za-z0-9._-]", "_");
    var parent = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    while (true) {
      long number = ThreadLocalRandom.current().nextLong(RANDOM);
      var path = parent.resolve(PREFIX + plain + "-" + Long.toString(RANDOM + number, 36));
      try {
        return Files.createDirectory(path, PrivateFiles.directoryMode(path));
      } catch (FileAlreadyExistsException taken) {
        // Another's, whoever made it.
      }
    }
  }

  private static String cut(String text, int most) {
    return text.substring(0, Math.min(text.length(), most));
  }

  /// Those that were made and not deleted.
  public synchronized List<Path> present() {
    return List.copyOf(directories.values());
  }

  /// What they belong to has ended.
  ///
  /// @param keep whether its directories are kept; else they are deleted, and a failure to is
  ///   logged
  /// @return those kept
  public synchronized List<Path> finish(boolean keep) {
    var all = new ArrayList<>(directories.values());
    directories.clear();
    if (keep) {
      // They are for a person now, and nobody's to delete.
      all.forEach(journal.get()::gone);
      return all;
    }
    all.forEach(this::delete);
    return List.of();
  }

  private void delete(Path directory) {
    try {
      TreeDeleter.delete(directory);
      journal.get().gone(directory);
    } catch (IOException failed) {
      log.atWarn()
          .addKeyValue("directory", directory)
          .setCause(failed)
          .log("a temporary directory could not be deleted");
    }
  }
}
