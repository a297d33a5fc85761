package dev.procman.services;

import dev.procman.LaunchException;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds programs: on the `PATH`, and in places where distributions put them although they are not
/// on it. Thread-safe.
public final class Executables {
  private static final List<String> USUAL =
      List.of(
          "/usr/local/bin",
          "/usr/local/sbin",
          "/usr/bin",
          "/usr/sbin",
          "/bin",
          "/sbin",
          "/opt/homebrew/bin",
          "/opt/homebrew/sbin",
          "/usr/lib/postgresql/*/bin",
          "/usr/pgsql-*/bin",
          "/opt/homebrew/opt/postgresql@*/bin");

  private Executables() {}

  /// The program of that name: the first on the `PATH`, else the one in a usual place, of several
  /// versions the newest.
  ///
  /// @param name a name, or a path that is taken as it is
  public static Optional<Path> find(String name) {
    if (name.indexOf('/') >= 0) {
      return Optional.of(Path.of(name)).filter(Executables::isProgram);
    }
    return candidates().stream()
        .map(directory -> directory.resolve(name))
        .filter(Executables::isProgram)
        .findFirst();
  }

  /// The program of that name.
  ///
  /// @param debianPackage what to install on Debian and its relatives when it is missing
  /// @throws LaunchException when there is none; it names where it was looked for and what to
  ///   install
  public static Path require(String name, String debianPackage) {
    return find(name)
        .orElseThrow(() ->
            new LaunchException(
                LaunchException.Reason.COMMAND_NOT_FOUND,
                "'%s' was not found on the PATH nor in %s; install it (Debian, Ubuntu: apt-get install %s) or name its place"
                    .formatted(name, String.join(", ", USUAL), debianPackage),
                null));
  }

  private static List<Path> candidates() {
    var directories = new ArrayList<Path>();
    for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        if (!entry.isBlank()) {
          directories.add(Path.of(entry));
        }
      } catch (InvalidPathException notAPath) {
        // No program is there.
      }
    }
    USUAL.forEach(pattern -> directories.addAll(expand(Path.of(pattern))));
    return directories;
  }

  /// The directories that a pattern with one wildcard means, newest version first.
  static List<Path> expand(Path pattern) {
    for (int i = 0; i < pattern.getNameCount(); i++) {
      String glob = pattern.getName(i).toString();
      if (glob.indexOf('*') >= 0) {
        var parent = pattern.getRoot().resolve(pattern.subpath(0, i));
        var rest = pattern.subpath(i + 1, pattern.getNameCount());
        return matching(parent, glob).stream().map(found -> found.resolve(rest)).toList();
      }
    }
    return List.of(pattern);
  }

  private static List<Path> matching(Path parent, String glob) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    try (var entries = Files.list(parent)) {
      return entries
          .filter(entry -> matcher.matches(entry.getFileName()))
          .sorted(Comparator.comparingDouble(Executables::version).reversed())
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static double version(Path directory) {
    var digits = directory.getFileName().toString().replaceAll("[^0-9.]", "");
    try {
      return Double.parseDouble(digits);
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
