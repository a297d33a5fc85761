package dev.procman.config.importer;

import dev.procman.config.importer.Foreign.Field;
import dev.procman.config.importer.Foreign.Fields;
import dev.procman.config.importer.Foreign.Scalar;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads files of other supervisors. Immutable.
///
/// ```java
/// Imported imported = Importer.ofDefaults().processCompose(Path.of("process-compose.yaml"));
/// imported.findings().forEach(System.err::println);
/// Files.writeString(Path.of("procman.yaml"), imported.yaml());
/// ```
///
/// What procman has no word for is told, key by key, with what was done instead; nothing is left
/// out in silence. Nothing is started, and no command of the file is run.
public final class Importer {
  private static final long MOST_BYTES = 10L * 1024 * 1024;

  private final Map<String, String> environment;

  private Importer(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// With this JVM's environment.
  public static Importer ofDefaults() {
    return new Importer(System.getenv());
  }

  /// With another environment, for what a file takes from it where procman has no variables, such
  /// as in numbers.
  public Importer environment(Map<String, String> variables) {
    return new Importer(variables);
  }

  /// Reads a `Procfile`, as foreman means it.
  ///
  /// @throws dev.procman.config.ConfigException when it cannot be read
  public Imported procfile(Path file) {
    return new ProcfileReader(
            file.toString(), read(file).lines().toList(), dotEnv(file), environment)
        .read();
  }

  /// Reads a `process-compose.yaml` and those that override it, in this order.
  ///
  /// @throws dev.procman.config.ConfigException when one cannot be read or is no YAML
  public Imported processCompose(Path file, Path... overrides) {
    var project = compose(file, List.of());
    for (Path override : overrides) {
      project = ComposeMerge.over(project, compose(override, List.of()));
    }
    boolean present = Files.exists(file.resolveSibling(".env"));
    return new ComposeReader(
            project, present ? Optional.of(".env") : Optional.empty(), dotEnv(file), environment)
        .read();
  }

  /// Reads a `supervisord.conf` with the files that it includes.
  ///
  /// @throws dev.procman.config.ConfigException when one cannot be read or is no ini file
  public Imported supervisord(Path file) {
    var findings = new Findings();
    var sections = new LinkedHashMap<String, Field>();
    var main = IniFile.read(file.toString(), read(file).lines().toList());
    sections.putAll(main.fields());
    for (Path included : included(file, main, findings)) {
      sections.putAll(IniFile.read(included.toString(), read(included).lines().toList()).fields());
    }
    return new SupervisordReader(new Fields(main.place(), sections), environment, findings).read();
  }

  private static Fields compose(Path file, List<Path> path) {
    var own = ForeignYaml.read(file.toString(), read(file));
    if (!(own.fields().get("extends") instanceof Field(Place at, Foreign value))
        || !(value instanceof Scalar(Place _, String other))) {
      return own;
    }
    var base = file.resolveSibling(other);
    var longer = new ArrayList<>(path);
    longer.add(file.normalize());
    if (longer.contains(base.normalize())) {
      throw Unreadable.at(at, "'" + other + "' extends itself", "another file");
    }
    own.fields().remove("extends");
    var directory = Path.of(other).getParent();
    var below = compose(base, longer);
    return ComposeMerge.over(
        directory == null ? below : ComposeMerge.movedTo(below, directory.toString()), own);
  }

  private List<Path> included(Path file, Fields main, Findings findings) {
    var all = new ArrayList<Path>();
    var directory = file.toAbsolutePath().getParent();
    if (main.fields().get("include") instanceof Field(Place _, Foreign section)
        && section instanceof Fields fields
        && fields.fields().remove("files") instanceof Field(Place at, Foreign value)
        && value instanceof Scalar(Place _, String patterns)
        && directory != null) {
      for (String pattern : patterns.strip().split("\\s+", -1)) {
        var found = matching(directory, pattern);
        if (found.isEmpty()) {
          findings.add(at, "include.files", "left out: no file matches '" + pattern + "'");
        }
        all.addAll(found);
      }
    }
    return all;
  }

  /// Wildcards count in names of files, not of directories.
  private static List<Path> matching(Path directory, String pattern) {
    var here = pattern.replace("%(here)s", directory.toString());
    int slash = here.lastIndexOf('/');
    var parent = directory.resolve(here.substring(0, Math.max(0, slash + 1)));
    var found = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(parent, here.substring(slash + 1))) {
      files.forEach(found::add);
    } catch (IOException none) {
      return List.of();
    }
    return found.stream().sorted().toList();
  }

  /// What `.env` beside a file holds; nothing when there is none.
  private static Map<String, String> dotEnv(Path file) {
    var beside = file.resolveSibling(".env");
    return Files.isRegularFile(beside) ? DotEnv.read(read(beside)) : Map.of();
  }

  private static String read(Path file) {
    var place = new Place(file.toString(), 1, 1);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw Unreadable.at(place, "the file is too large", "at most " + MOST_BYTES + " bytes");
      }
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw Unreadable.at(place, "there is no such file", "a file");
    } catch (CharacterCodingException binary) {
      throw Unreadable.at(place, "it is no text", "UTF-8");
    } catch (IOException failed) {
      throw Unreadable.at(place, "it cannot be read: " + failed.getMessage(), "a file");
    }
  }
}
