package dev.procman.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Tells files that anybody on the machine may change.
final class FileSafety {
  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;

  private FileSafety() {}

  /// Why anybody may change what is there; empty when not, or when this system has no such
  /// permissions.
  static Optional<String> openToAll(Path file) {
    try {
      var real = file.toRealPath();
      if ((mode(real) & OTHERS_WRITE) != 0) {
        return Optional.of("anybody may write to '" + real + "'");
      }
      var directory = real.getParent();
      if (directory != null
          && (mode(directory) & OTHERS_WRITE) != 0
          && (mode(directory) & STICKY) == 0) {
        return Optional.of("anybody may replace what is in '" + directory + "'");
      }
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException notVisible) {
      return Optional.empty();
    }
  }

  private static int mode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:mode") instanceof Integer mode ? mode : 0;
  }
}
