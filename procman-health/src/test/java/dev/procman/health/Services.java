package dev.procman.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// Where Debian puts the services that serve as subjects.
final class Services {
  private static final Path POSTGRES = Path.of("/usr/lib/postgresql");

  private Services() {}

  static String nginx() {
    return require(Path.of("/usr/sbin/nginx"), "nginx-light");
  }

  static String redis() {
    return require(Path.of("/usr/bin/redis-server"), "redis-server");
  }

  /// A program of the newest PostgreSQL.
  static String postgres(String program) throws IOException {
    try (var versions = Files.list(POSTGRES)) {
      var newest = versions.max(Comparator.comparing(Path::toString)).orElse(POSTGRES);
      return require(newest.resolve("bin").resolve(program), "postgresql");
    }
  }

  private static String require(Path program, String debianPackage) {
    if (!Files.isExecutable(program)) {
      throw new AssertionError(
          program + " is missing: apt-get install --no-install-recommends " + debianPackage);
    }
    return program.toString();
  }
}
