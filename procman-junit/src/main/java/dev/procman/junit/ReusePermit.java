package dev.procman.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// Whether processes may outlive a run: only where a person has said so, for the own machine, and
/// never on a build server.
final class ReusePermit {
  private static final String FILE = ".procman.properties";
  private static final String KEY = "junit.reuse";

  private ReusePermit() {}

  /// The directory where is written down what runs; empty when reuse is not permitted.
  ///
  /// @param home of the user
  /// @param environment of this JVM
  static Optional<Path> directory(Path home, Map<String, String> environment) throws IOException {
    if (isBuildServer(environment) || !isWanted(home.resolve(FILE)) || !isPossible()) {
      return Optional.empty();
    }
    var xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    var cache = xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg);
    var directory = cache.resolve("procman").resolve("reuse");
    Files.createDirectories(directory.getParent());
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Optional.of(directory);
  }

  private static boolean isBuildServer(Map<String, String> environment) {
    var ci = environment.getOrDefault("CI", "");
    return !ci.isBlank() && !ci.equals("false");
  }

  private static boolean isWanted(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return Boolean.parseBoolean(properties.getProperty(KEY, "").strip());
  }

  private static boolean isPossible() {
    return Files.isDirectory(Path.of("/proc/self")) && Files.isExecutable(Path.of("/bin/sh"));
  }
}
