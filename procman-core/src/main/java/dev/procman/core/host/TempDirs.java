package dev.procman.core.host;

import dev.procman.LaunchException;
import dev.procman.ProcessId;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The temporary directories of one generation, or of all generations of a process, made on first
/// use. Thread-safe.
public final class TempDirs {
  private static final Logger log = LoggerFactory.getLogger(TempDirs.class);

  private final ProcessId id;
  private final Map<String, Path> directories = new LinkedHashMap<>();

  /// None yet.
  ///
  /// @param id whose; generation 0 means all generations
  public TempDirs(ProcessId id) {
    this.id = id;
  }

  /// The directory of that name; only this user may enter it.
  ///
  /// @throws LaunchException when it cannot be made
  public synchronized Path get(String name) {
    var known = directories.get(name);
    if (known != null) {
      return known;
    }
    String plain = (id + "-" + name).replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      // createTempDirectory gives POSIX systems mode 0700.
      var made = Files.createTempDirectory("procman-" + plain + "-");
      directories.put(name, made);
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
      return all;
    }
    all.forEach(TempDirs::delete);
    return List.of();
  }

  private static void delete(Path directory) {
    try {
      // Links are deleted, never followed.
      Files.walkFileTree(directory, new Deleter());
    } catch (IOException failed) {
      log.atWarn()
          .addKeyValue("directory", directory)
          .setCause(failed)
          .log("a temporary directory could not be deleted");
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
        throws IOException {
      if (failed != null) {
        throw failed;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
