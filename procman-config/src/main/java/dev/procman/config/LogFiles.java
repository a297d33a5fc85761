package dev.procman.config;

import dev.procman.RotatingFile;
import dev.procman.StdStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The log files of a project: several processes may write one file, but by one set of settings.
final class LogFiles {
  private final Map<Path, Owner> owners = new HashMap<>();

  /// @param process who named it first
  /// @param file by which settings
  private record Owner(String process, RotatingFile file) {}

  /// A process writes a file.
  ///
  /// @return the process that writes the same file by other settings
  Optional<String> add(String process, RotatingFile file) {
    var path =
        Path.of(file.path().toString().replace("${name}", process)).toAbsolutePath().normalize();
    var here = new Owner(process, settings(path, file));
    var before = owners.putIfAbsent(path, here);
    return before == null || before.file.equals(here.file)
        ? Optional.empty()
        : Optional.of(before.process);
  }

  /// Without what concerns each line, which is each process's own matter.
  private static RotatingFile settings(Path path, RotatingFile file) {
    return new RotatingFile(
        path,
        file.maxBytes(),
        file.keep(),
        file.maxAge(),
        file.keepFor(),
        file.compress(),
        EnumSet.allOf(StdStream.class),
        Set.of(),
        file.owner(),
        file.group(),
        file.mode());
  }
}
