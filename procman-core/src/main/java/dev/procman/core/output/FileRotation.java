package dev.procman.core.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Moves `app.log` to `app.log.1`, `app.log.1` to `app.log.2`, and so on.
final class FileRotation {
  private FileRotation() {}

  /// @param keep how many rotated files remain; more than that, from an earlier setting, are
  ///   deleted too
  static void rotate(Path file, int keep) throws IOException {
    int count = 0;
    while (Files.exists(numbered(file, count + 1))) {
      count++;
    }
    for (int i = count; i >= Math.max(1, keep); i--) {
      Files.deleteIfExists(numbered(file, i));
    }
    for (int i = Math.min(count, keep - 1); i >= 1; i--) {
      move(numbered(file, i), numbered(file, i + 1));
    }
    if (keep == 0) {
      Files.deleteIfExists(file);
    } else if (Files.exists(file)) {
      move(file, numbered(file, 1));
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }
}
