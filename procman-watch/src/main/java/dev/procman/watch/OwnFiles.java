package dev.procman.watch;

import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Files that a process and procman write themselves: if they counted, a restart would lead to the
/// next.
final class OwnFiles implements Predicate<Path> {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\$|\\{([^}]*)})");

  private final Set<Path> written = new HashSet<>();
  private final List<Log> logs = new ArrayList<>();
  private final Path temporary;
  private final Path state;

  /// @param names matches its own and those of its rotated files, compressed or about to be
  private record Log(Path file, Pattern names) {
    static Log of(Path file) {
      var name = Pattern.quote(String.valueOf(file.getFileName()));
      return new Log(
          file,
          Pattern.compile(name + "(?:\\.[0-9]+(?:\\.gz)?)?|\\." + name + "\\.[0-9a-f]+\\.gz-new"));
    }
  }

  /// @param state where the manager keeps what it has to remember
  OwnFiles(ProcessSpec spec, Path state) {
    this.state = state;
    temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath().normalize();
    for (RotatingFile file : spec.output().files()) {
      logs.add(Log.of(absolute(filled(file.path().toString(), spec.name()))));
    }
    var directory = absolute(filled(spec.directory().orElse(""), spec.name()));
    for (var path : spec.files().keySet()) {
      written.add(directory.resolve(filled(path, spec.name())).normalize());
    }
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }

  /// What only a start can fill in lies in a temporary directory or is left as it is, and then it
  /// names no file.
  private static String filled(String template, String name) {
    return VARIABLE
        .matcher(template)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(), found.group(1), name)));
  }

  private static String value(String whole, @Nullable String variable, String name) {
    if (variable == null) {
      return "$";
    }
    if (variable.equals("name")) {
      return name;
    }
    String value =
        variable.startsWith("env.") ? System.getenv(variable.substring("env.".length())) : null;
    return value == null ? whole : value;
  }

  @Override
  public boolean test(Path path) {
    return isWritten(path) || isLog(path) || isTemporary(path) || isState(path);
  }

  private boolean isWritten(Path path) {
    for (Path file : written) {
      if (Objects.equals(path.getFileName(), file.getFileName()) && isBeside(path, file)) {
        return true;
      }
    }
    return false;
  }

  /// The tree may have been reached by a link.
  private static boolean isBeside(Path one, Path other) {
    var here = one.getParent();
    var there = other.getParent();
    return Objects.equals(here, there) || (here != null && there != null && isSame(here, there));
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException gone) {
      return false;
    }
  }

  private boolean isLog(Path path) {
    String name = String.valueOf(path.getFileName());
    for (var log : logs) {
      boolean named = log.names.matcher(name).matches() && isBeside(path, log.file);
      if (named || path.startsWith(log.file)) {
        return true;
      }
    }
    return false;
  }

  private boolean isState(Path path) {
    return Objects.equals(path.getFileName(), state.getFileName()) && isSame(path, state);
  }

  /// procman's temporary and state directories, all of which bear its name.
  private boolean isTemporary(Path path) {
    return String.valueOf(path.getFileName()).startsWith("procman-")
        && isBeside(path, temporary.resolve("procman-"));
  }
}
