package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/// Reads files of other supervisors. Immutable.
///
/// ```java
/// Imported imported = Importer.ofDefaults().processCompose(Path.of("process-compose.yaml"));
/// List<ImportFinding> lost = imported.findings();
/// Files.writeString(Path.of("procman.yaml"), imported.yaml());
/// ```
///
/// What procman has no word for is told, key by key, with what was done instead; nothing is left
/// out in silence. Nothing is started, and no command of the file is run.
public final class Importer {
  private static final String DOT_ENV = ".env";
  private static final String INCLUDE = "include";
  private static final String FILES = "files";

  /// More than any file written by hand.
  static final Limits LIMITS = new Limits(10 * 1024 * 1024, 50, 200, 200_000, 100);

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
  /// @throws ConfigException when it cannot be read
  public Imported procfile(Path file) {
    var findings = new ImportFindings();
    return new ProcfileReader(read(file), dotEnv(file, findings), environment, findings).read();
  }

  /// Reads a `process-compose.yaml` and those that override it, in this order.
  ///
  /// @throws ConfigException when one cannot be read or is no YAML
  public Imported processCompose(Path file, Path... overrides) {
    var findings = new ImportFindings();
    var project = compose(file, List.of());
    for (Path override : overrides) {
      project = ComposeMerge.over(project, compose(override, List.of()));
    }
    boolean present = Files.exists(file.resolveSibling(DOT_ENV));
    return new ComposeReader(
            project,
            present ? Optional.of(DOT_ENV) : Optional.empty(),
            dotEnv(file, findings),
            environment,
            findings)
        .read();
  }

  /// Reads a `supervisord.conf` with the files that it includes.
  ///
  /// @throws ConfigException when one cannot be read or is no ini file
  public Imported supervisord(Path file) {
    var findings = new ImportFindings();
    var main = IniFile.read(read(file));
    var sections = new LinkedHashMap<>(main.entries());
    sections.computeIfPresent(INCLUDE, (_, entry) -> withoutFiles(entry));
    for (Path included : included(main, findings)) {
      sections.putAll(IniFile.read(read(included)).entries());
    }
    return new SupervisordReader(main.with(sections), environment, findings).read();
  }

  private static Mapping compose(Path file, List<Path> way) {
    var own = ForeignYaml.read(read(file), LIMITS);
    if (!(own.find("extends").orElse(null) instanceof Scalar extending)) {
      return own;
    }
    var other = path(extending);
    var base = file.resolveSibling(other);
    var longer = new ArrayList<>(way);
    longer.add(file.normalize());
    if (longer.contains(base.normalize())) {
      throw Problems.only(
          own.keyPlace("extends"),
          "'" + Problems.cut(extending.text()) + "' extends itself",
          "another file");
    }
    var directory = other.getParent();
    var below = compose(base, longer);
    return ComposeMerge.over(
        directory == null ? below : ComposeMerge.movedTo(below, directory.toString()),
        own.without("extends"));
  }

  private static Path path(Scalar extending) {
    try {
      return Path.of(extending.text());
    } catch (InvalidPathException wrong) {
      throw Problems.only(
          extending.place(), "'extends' names no file: " + wrong.getReason(), "another file");
    }
  }

  /// What is read here is not told as left out.
  private static Entry withoutFiles(Entry include) {
    return include.value() instanceof Mapping section
        ? new Entry(include.keyPlace(), section.without(FILES))
        : include;
  }

  /// The files that the section `include` names.
  private static List<Path> included(Mapping main, ImportFindings findings) {
    var all = new ArrayList<Path>();
    if (main.find(INCLUDE).orElse(null) instanceof Mapping section
        && section.find(FILES).orElse(null) instanceof Scalar patterns) {
      for (String pattern : patterns.text().strip().split("\\s+", -1)) {
        var found = matching(main.place().source().directory(), pattern);
        if (found.isEmpty()) {
          findings.add(
              section.keyPlace(FILES),
              INCLUDE + "." + FILES,
              "left out: no file matches '" + pattern + "'");
        }
        all.addAll(found);
      }
    }
    return all;
  }

  /// Wildcards count in names of files, not of directories.
  private static List<Path> matching(Path directory, String pattern) {
    var here = pattern.replace("%(here)s", directory.toString());
    int slash = here.lastIndexOf('/') + 1;
    var found = new ArrayList<Path>();
    try (var files =
        Files.newDirectoryStream(
            directory.resolve(here.substring(0, slash)), here.substring(slash))) {
      files.forEach(found::add);
    } catch (IOException
        | DirectoryIteratorException
        | InvalidPathException
        | PatternSyntaxException none) {
      return List.of();
    }
    return found.stream().sorted().toList();
  }

  /// What `.env` beside a file holds; nothing when there is none.
  private static Map<String, String> dotEnv(Path file, ImportFindings findings) {
    var beside = file.resolveSibling(DOT_ENV);
    if (!Files.isRegularFile(beside)) {
      return Map.of();
    }
    var problems = new Problems();
    var values = new LinkedHashMap<String, String>();
    DotEnv.read(read(beside), problems).forEach((name, value) -> values.put(name, value.text()));
    problems
        .sorted()
        .forEach(problem -> findings.add(problem.origin(), DOT_ENV, problem.message()));
    return values;
  }

  private static Source read(Path file) {
    var parent = file.toAbsolutePath().getParent();
    var directory = parent == null ? Path.of("/") : parent;
    var unread = new Source(file.toString(), directory, "", Source.Lines.TOLD);
    try {
      return new Source(
          file.toString(), directory, FileText.read(file, LIMITS.bytes()), Source.Lines.TOLD);
    } catch (NoSuchFileException missing) {
      throw Problems.only(unread.start(), "there is no such file", "a file");
    } catch (Unfit unfit) {
      throw Problems.only(unread.start(), unfit.problem(), unfit.expected());
    }
  }
}
