package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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
  private static final Pattern BARE = Pattern.compile("(?<!\\\\)\\$[A-Z0-9_]");

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
    var origins = new ImportOrigins();
    var source = read(file);
    var values = dotEnv(file, findings, "foreman takes it as it is written");
    return checked(
        new ProcfileReader(source, values, environment, origins, findings).read(),
        source.start(),
        origins,
        findings);
  }

  /// Reads a `process-compose.yaml` and those that override it, in this order.
  ///
  /// @throws ConfigException when one cannot be read or is no YAML
  public Imported processCompose(Path file, Path... overrides) {
    var findings = new ImportFindings();
    var origins = new ImportOrigins();
    var project = compose(file, List.of());
    var start = project.place();
    for (Path override : overrides) {
      project = ComposeMerge.over(project, compose(override, List.of()));
    }
    boolean present = Files.exists(file.resolveSibling(DOT_ENV));
    var read =
        new ComposeReader(
                project,
                present ? Optional.of(DOT_ENV) : Optional.empty(),
                dotEnv(file, findings, ""),
                environment,
                origins,
                findings)
            .read();
    return checked(read, start, origins, findings);
  }

  /// Reads a `supervisord.conf` with the files that it includes.
  ///
  /// @throws ConfigException when one cannot be read or is no ini file
  public Imported supervisord(Path file) {
    var findings = new ImportFindings();
    var origins = new ImportOrigins();
    var sections = new SupervisordFiles(Importer::read, environment, findings).read(file);
    var read = new SupervisordReader(sections, environment, origins, findings).read();
    return checked(read, sections.place(), origins, findings);
  }

  private Imported checked(
      Imported read, Place start, ImportOrigins origins, ImportFindings findings) {
    ImportCheck.check(read, start, environment, origins, findings);
    return new Imported(read.document(), findings.sorted());
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

  /// What `.env` beside a file holds; nothing when there is none.
  ///
  /// @param references what the other supervisor does with `${NAME}` in it, if it is something else
  private Map<String, String> dotEnv(Path file, ImportFindings findings, String references) {
    var beside = file.resolveSibling(DOT_ENV);
    if (!Files.isRegularFile(beside)) {
      return Map.of();
    }
    var problems = new Problems();
    var values = new LinkedHashMap<String, String>();
    var source = read(beside);
    DotEnv.read(source, environment, problems)
        .forEach((name, value) -> {
          values.put(name, value.text());
          tellReferences(name, value, references, findings);
        });
    problems
        .sorted()
        .forEach(problem -> findings.add(problem.origin(), DOT_ENV, problem.message()));
    return values;
  }

  private void tellReferences(
      String name, DotEnv.Value value, String references, ImportFindings findings) {
    var line =
        value
            .place()
            .source()
            .text()
            .lines()
            .skip(value.place().line() - 1L)
            .findFirst()
            .orElse("");
    boolean literal = line.replaceAll("\\s", "").startsWith(name + "='");
    if (!literal && !references.isEmpty() && line.contains("${")) {
      findings.add(
          value.place(), DOT_ENV, name + ": what it refers to is filled in; " + references);
    }
    if (!literal && references.isEmpty() && BARE.matcher(line).find()) {
      findings.add(
          value.place(),
          DOT_ENV,
          name + ": a $ without braces is itself; process-compose fills in $NAME here too");
    }
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
