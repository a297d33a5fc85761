package dev.procman.core.output;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Moves `app.log` to `app.log.1`, `app.log.1` to `app.log.2`, and so on, each with or without
/// `.gz`. Nothing but regular files is moved or deleted, and no file is replaced by another.
final class FileRotation {
  private static final String COMPRESSED = ".gz";

  private FileRotation() {}

  /// Called while no other writer of the file may rotate it.
  ///
  /// @param keep how many rotated files remain; more than that, from an earlier setting, are
  ///   deleted too
  /// @throws IOException when something is in the way or may not be moved; the file is still there
  ///   then
  static void rotate(Path file, int keep) throws IOException {
    int count = count(file);
    for (int i = count; i >= Math.max(1, keep); i--) {
      for (var old : variants(file, i)) {
        Files.deleteIfExists(old);
      }
    }
    for (int i = Math.min(count, keep - 1); i >= 1; i--) {
      if (Files.exists(numbered(file, i), LinkOption.NOFOLLOW_LINKS)) {
        move(numbered(file, i), numbered(file, i + 1));
      }
      if (Files.exists(compressed(file, i), LinkOption.NOFOLLOW_LINKS)) {
        move(compressed(file, i), compressed(file, i + 1));
      }
    }
    if (keep == 0) {
      Files.deleteIfExists(file);
    } else if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      move(file, numbered(file, 1));
    }
  }

  /// Deletes rotated files that were written longer ago than `age`.
  static void expire(Path file, Duration age, Instant now) throws IOException {
    for (int i = count(file); i >= 1; i--) {
      for (var old : variants(file, i)) {
        var modified = Files.getLastModifiedTime(old, LinkOption.NOFOLLOW_LINKS).toInstant();
        if (Duration.between(modified, now).compareTo(age) <= 0) {
          return; // those with smaller numbers are younger
        }
        Files.deleteIfExists(old);
      }
    }
  }

  /// Rotated files that are not compressed, oldest first.
  static List<Path> uncompressed(Path file) throws IOException {
    var all = new ArrayList<Path>();
    for (int i = count(file); i >= 1; i--) {
      if (Files.exists(numbered(file, i), LinkOption.NOFOLLOW_LINKS)) {
        all.add(numbered(file, i));
      }
    }
    return all;
  }

  /// Where a rotated file is by now; its number only grows.
  ///
  /// @param before where it was
  static Optional<Path> find(Path file, Path before, Object key) throws IOException {
    int dot = before.toString().lastIndexOf('.');
    for (int i = Integer.parseInt(before.toString().substring(dot + 1)); ; i++) {
      var present = variants(file, i);
      if (present.isEmpty()) {
        return Optional.empty();
      }
      for (var candidate : present) {
        if (Objects.equals(key, key(candidate))) {
          return Optional.of(candidate);
        }
      }
    }
  }

  static Path compressedOf(Path rotated) {
    return rotated.resolveSibling(rotated.getFileName() + COMPRESSED);
  }

  static Object key(Path file) throws IOException {
    var key =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    // Where files have no key, names have to do.
    return key == null ? file : key;
  }

  /// How many there are without a gap in the numbers.
  private static int count(Path file) throws IOException {
    int count = 0;
    while (!variants(file, count + 1).isEmpty()) {
      count++;
    }
    return count;
  }

  private static List<Path> variants(Path file, int number) throws IOException {
    var present = new ArrayList<Path>(1);
    for (var path : List.of(numbered(file, number), compressed(file, number))) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException(
              "it cannot be rotated: " + path + " is in the way and is not a regular file");
        }
        present.add(path);
      }
    }
    return present;
  }

  /// The system replaces what is there; so it is looked at before.
  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Files.move(from, to);
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private static Path compressed(Path file, int number) {
    return compressedOf(numbered(file, number));
  }
}
