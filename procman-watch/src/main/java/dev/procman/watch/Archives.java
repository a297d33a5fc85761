package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipFile;

/// Tells half written archives from whole ones: the directory of a ZIP file is written last.
final class Archives {
  private static final Set<String> KINDS = Set.of("jar", "war", "ear", "zip", "jmod", "aar");

  private Archives() {}

  static boolean isHalfWritten(Path file) {
    String name = String.valueOf(file.getFileName());
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!KINDS.contains(kind)) {
      return false;
    }
    try (var _ = new ZipFile(file.toFile())) {
      return false;
    } catch (IOException halfWritten) {
      return true;
    }
  }
}
