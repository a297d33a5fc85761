package dev.procman.watch;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Copies of the watched files as they were when the process was last ready. What changes is copied
/// before the restart and becomes the good copy when that has succeeded. Thread-safe.
final class GoodCopy implements AutoCloseable {

  /// A file's copy.
  private record Copy(Path file, long size, Digest content) {}

  private final long most;
  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Path, Copy> good = new HashMap<>();
  private final Map<Path, Optional<Copy>> fresh = new HashMap<>();
  private long bytes;
  private long count;
  private boolean closed;

  GoodCopy(long most) throws IOException {
    this.most = most;
    // Of a name that no watch takes for a change.
    this.directory = Files.createTempDirectory("procman-watch-");
  }

  /// Copies files that are there.
  ///
  /// @throws IOException when they are more than may be copied, or cannot be read
  void add(Collection<Path> files) throws IOException {
    lock.lock();
    try {
      for (var file : files) {
        stage(file);
      }
      keep();
    } finally {
      lock.unlock();
    }
  }

  /// Copies what changed.
  ///
  /// @throws IOException when it is more than may be copied, or cannot be read
  void stage(List<FileChange> changes) throws IOException {
    lock.lock();
    try {
      for (var change : changes) {
        stage(change.path());
      }
    } finally {
      lock.unlock();
    }
  }

  private void stage(Path file) throws IOException {
    var copy = directory.resolve(Long.toString(count++));
    Optional<Copy> made;
    try {
      // What is a directory by now is no file any more.
      made = isDirectory(file) ? Optional.empty() : Optional.of(copied(file, copy));
    } catch (NoSuchFileException gone) {
      made = Optional.empty();
    }
    var before = fresh.put(file, made);
    if (before != null) {
      before.ifPresent(this::discard);
    }
    bytes += made.map(Copy::size).orElse(0L);
    if (bytes > most || closed) {
      throw new IOException("the files are larger than %d bytes".formatted(most));
    }
  }

  private static Copy copied(Path file, Path copy) throws IOException {
    Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
    boolean link = Files.isSymbolicLink(copy);
    return new Copy(copy, link ? 0 : Files.size(copy), Digest.of(copy, link));
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// What was staged is good.
  void keep() {
    lock.lock();
    try {
      fresh.forEach((path, made) -> {
        var before = made.isPresent() ? good.put(path, made.get()) : good.remove(path);
        if (before != null) {
          discard(before);
        }
      });
      fresh.clear();
    } finally {
      lock.unlock();
    }
  }

  private void discard(Copy copy) {
    bytes -= copy.size;
    try {
      Files.deleteIfExists(copy.file);
    } catch (IOException goesWithTheDirectory) {
      // Only its space is lost until then.
    }
  }

  /// Writes and deletes files so that they are the good ones again.
  ///
  /// @param present those that are there
  /// @return those that were written or deleted
  List<Path> restore(Collection<Path> present) throws IOException {
    lock.lock();
    try {
      fresh.values().forEach(made -> made.ifPresent(this::discard));
      fresh.clear();
      var touched = new TreeSet<Path>();
      // First what is too much: a file may stand where a directory has to be.
      for (var path : present) {
        if (!good.containsKey(path) && !isDirectory(path) && Files.deleteIfExists(path)) {
          touched.add(path);
        }
      }
      for (var path : good.keySet()) {
        var copy = good.get(path);
        if (copy != null && !isContent(path, copy)) {
          put(path, copy);
          touched.add(path);
        }
      }
      return List.copyOf(touched);
    } finally {
      lock.unlock();
    }
  }

  /// Whether a file is as it was when it was good, there or not.
  boolean isGood(Path path) {
    lock.lock();
    try {
      return isContent(path, good.get(path));
    } finally {
      lock.unlock();
    }
  }

  private static boolean isContent(Path path, @Nullable Copy copy) {
    boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isDirectory(path);
    if (copy == null || !there) {
      return copy == null && !there;
    }
    try {
      return copy.content.equals(Digest.of(path, Files.isSymbolicLink(path)));
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static void put(Path path, Copy copy) throws IOException {
    if (isDirectory(path)) {
      deleteEmpty(path);
    }
    var parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    // Whole or not at all, should the host end meanwhile.
    var beside = path.resolveSibling("." + path.getFileName() + ".procman.tmp");
    Files.copy(
        copy.file,
        beside,
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES,
        LinkOption.NOFOLLOW_LINKS);
    Files.move(beside, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      try (var copies = Files.newDirectoryStream(directory)) {
        for (var each : copies) {
          Files.deleteIfExists(each);
        }
      }
      Files.deleteIfExists(directory);
    } finally {
      lock.unlock();
    }
  }

  /// A directory in which only directories are left; any other stays, with what is in it.
  private static void deleteEmpty(Path top) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
