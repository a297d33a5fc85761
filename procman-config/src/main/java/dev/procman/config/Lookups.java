package dev.procman.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads what values only refer to: secrets and files of variables. A file is read once for one
/// load. Not thread-safe.
final class Lookups {
  private final Map<String, String> environment;
  private final Files files;
  private final Problems problems;
  private final Map<String, Map<String, String>> read = new LinkedHashMap<>();

  /// How files are read.
  @FunctionalInterface
  interface Files {
    /// Reads one; nothing when it cannot be read, which is told.
    ///
    /// @param kind what it is, which says where it may lie
    Optional<String> read(
        Path file, Place asked, KeyPath path, boolean required, SourceReader.Kind kind);
  }

  Lookups(Map<String, String> environment, Files files, Problems problems) {
    this.environment = environment;
    this.files = files;
    this.problems = problems;
  }

  Map<String, String> envFile(String file, boolean required, Place place, KeyPath path) {
    var known = read.get(file);
    if (known != null) {
      return known;
    }
    var values = new LinkedHashMap<String, String>();
    files
        .read(Path.of(file), place, path, required, SourceReader.Kind.INCLUDED)
        .map(text -> new Source(file, directory(file), text, Source.Lines.TOLD))
        .ifPresent(source ->
            DotEnv.read(source, environment, problems)
                .forEach((name, value) -> values.put(name, value.text())));
    read.put(file, values);
    return values;
  }

  private static Path directory(String file) {
    var parent = Path.of(file).getParent();
    return parent == null ? Path.of("/") : parent;
  }

  Secret secretFile(String file, Place place, KeyPath path) {
    var text = files.read(Path.of(file), place, path, true, SourceReader.Kind.SECRET).orElse("");
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return new Secret(new Secret.Source.InFile(file), text.substring(0, end));
  }

  Secret secretVariable(String name, Place place, KeyPath path) {
    var value = environment.get(name);
    if (value == null) {
      problems.add(
          place,
          path,
          name,
          "there is no variable '" + Problems.cut(name) + "' to take the secret from",
          "one that is set in the environment or the .env file",
          Nearest.to(name, environment.keySet()));
    }
    return new Secret(new Secret.Source.InVariable(name), value == null ? "" : value);
  }
}
