package dev.procman.watch;

import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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
  private final Set<Path> rotated = new HashSet<>();
  private final Path temporary;
  private final Path state;

  /// @param state where the manager keeps what it has to remember
  OwnFiles(ProcessSpec spec, Path state) {
    this.state = state;
    temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath().normalize();
    for (RotatingFile file : spec.output().files()) {
      rotated.add(absolute(filled(file.path().toString(), spec.name())));
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
    return written.contains(path) || isLog(path) || isTemporary(path) || isState(path);
  }

  private boolean isLog(Path path) {
    for (Path log : rotated) {
      if (path.startsWith(log)) {
        return true;
      }
      String name = String.valueOf(log.getFileName());
      boolean beside = Objects.equals(path.getParent(), log.getParent());
      if (beside && String.valueOf(path.getFileName()).matches(Pattern.quote(name) + "\\.[0-9]+")) {
        return true;
      }
    }
    return false;
  }

  /// The tree may have been reached by a link.
  private boolean isState(Path path) {
    try {
      return Objects.equals(path.getFileName(), state.getFileName())
          && Files.isSameFile(path, state);
    } catch (IOException gone) {
      return false;
    }
  }

  /// procman's temporary and state directories, all of which bear its name.
  private boolean isTemporary(Path path) {
    return temporary.equals(path.getParent())
        && String.valueOf(path.getFileName()).startsWith("procman-");
  }
}
