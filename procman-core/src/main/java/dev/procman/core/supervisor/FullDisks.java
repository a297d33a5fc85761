package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The directories a process's output is written to whose disk is full.
final class FullDisks {
  /// With less than this, the next line may not fit.
  private static final long FULL = 64 * 1024;

  private FullDisks() {}

  static List<String> of(ProcessSpec spec) {
    return spec.output().files().stream()
        .map(file -> Path.of(file.path().toString().replace("${name}", spec.name())))
        .map(path -> path.toAbsolutePath().getParent())
        .filter(FullDisks::isFull)
        .map(directory -> "no space is left in " + directory)
        .toList();
  }

  private static boolean isFull(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace() < FULL;
    } catch (IOException notThere) {
      return false;
    }
  }
}
