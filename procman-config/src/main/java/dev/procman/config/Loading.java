package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import dev.procman.config.ProcmanConfig.Builder.Given;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One load, from the sources to a project: read and merge the files, put single values on top,
/// fill variables in, put processes on top of what they extend, read the values, and compare them
/// with each other. What is wrong in one step is told with what is wrong in the others as far as
/// those can still be done.
final class Loading {
  private final ProcmanConfig.Builder sources;
  private final Problems problems = new Problems();
  private final Path directory;
  private final Set<Path> files = new LinkedHashSet<>();

  Loading(ProcmanConfig.Builder sources) {
    this.sources = sources;
    this.directory = directory(sources);
  }

  private static Path directory(ProcmanConfig.Builder sources) {
    if (sources.given.isEmpty()) {
      return Path.of("").toAbsolutePath();
    }
    return switch (sources.given.getFirst()) {
      case Given.Text text -> text.source().directory();
      case Given.File file -> {
        var parent = file.path().toAbsolutePath().normalize().getParent();
        yield parent == null ? Path.of("").toAbsolutePath() : parent;
      }
    };
  }

  /// All files that it has looked for, also those that are missing or broken.
  Set<Path> files() {
    return files;
  }

  LoadedProject load() {
    var dotEnv = dotEnv();
    var known = new HashMap<String, String>();
    dotEnv.forEach((name, value) -> known.put(name, value.text()));
    known.putAll(sources.environment);
    var given = new HashMap<>(known);
    given.putAll(sources.variables);
    var variables = new Variables(given);
    var limits = sources.policy.limits();
    var interpolation = new Interpolation(variables, limits, problems);
    var reader = new SourceReader(sources.policy, interpolation, problems, files);

    var files = read(reader);
    if (reader.isBroken()) {
      problems.throwAny();
    }
    var written = override(files, dotEnv);
    secrets(written, variables, new Interpolation(variables, limits, new Problems()));
    define(written, variables, interpolation);
    var filled = (Mapping) interpolation.fill(withoutFree(written), KeyPath.ROOT);
    var folded =
        new Folding(problems, reader, sources.policy.limits(), interpolation::fill).fold(filled);
    var lookups = new Lookups(known, reader::referred, problems);
    var draft = ProjectKeys.PROJECT.bind(folded, KeyPath.ROOT, new Binding(problems, lookups));
    draft.ifPresent(it -> Checks.all(folded, it, sources.policy, problems));
    problems.throwAny();
    return new LoadedProject(draft.orElseThrow().toProject(), folded, sources);
  }

  private Mapping read(SourceReader reader) {
    if (sources.given.isEmpty()) {
      problems.add(
          Overrides.place("no source", directory), KeyPath.ROOT, "there is no file to load", "one");
    }
    Node merged = Mapping.of(new LinkedHashMap<>(), Overrides.place("no source", directory));
    for (Given each : sources.given) {
      var next =
          switch (each) {
            case Given.File file -> reader.file(file.path());
            case Given.Text text -> reader.text(text.source());
          };
      merged = ProjectKeys.PROJECT.merge(merged, next);
    }
    return (Mapping) merged;
  }

  private Map<String, DotEnv.Value> dotEnv() {
    var beside = directory.resolve(".env");
    if (sources.dotEnv.isEmpty() && sources.dotEnvBeside) {
      files.add(beside);
    }
    if (sources.dotEnv.isEmpty() && !(sources.dotEnvBeside && Files.isRegularFile(beside))) {
      return Map.of();
    }
    var file = sources.dotEnv.orElse(beside).toAbsolutePath().normalize();
    var parent = file.getParent();
    var reader =
        new SourceReader(
            sources.policy,
            new Interpolation(new Variables(Map.of()), sources.policy.limits(), problems),
            problems,
            files);
    return reader
        .referred(
            file,
            Overrides.place(file.toString(), directory),
            KeyPath.ROOT,
            true,
            SourceReader.Kind.NAMED)
        .map(text ->
            new Source(
                file.toString(), parent == null ? directory : parent, text, Source.Lines.TOLD))
        .map(source -> DotEnv.read(source, sources.environment, problems))
        .orElse(Map.of());
  }

  private Mapping override(Mapping base, Map<String, DotEnv.Value> dotEnv) {
    var overrides = new Overrides(sources.policy.limits(), problems);
    var singles = new ArrayList<>(Overrides.ofVariables(dotEnv));
    var environment = new HashMap<String, DotEnv.Value>();
    sources.environment.forEach((name, value) -> {
      if (name.startsWith(Overrides.PREFIX)) {
        environment.put(
            name,
            new DotEnv.Value(value, Overrides.place("environment variable " + name, directory)));
      }
    });
    singles.addAll(Overrides.ofVariables(environment));
    for (ProcmanConfig.Builder.Assigned each : sources.assigned) {
      overrides.ofAssignment(each.source(), each.assignment(), directory).ifPresent(singles::add);
    }
    return overrides.apply(base, singles);
  }

  /// What is only there for anchors is nobody's to read.
  private static Mapping withoutFree(Mapping root) {
    var entries = new LinkedHashMap<String, Entry>();
    root.entries()
        .forEach((key, entry) -> {
          if (!key.startsWith("x-")) {
            entries.put(key, entry);
          }
        });
    return root.with(entries);
  }

  /// Variables that hold secrets are not shown elsewhere either.
  ///
  /// @param names fills in their names; what is wrong with one is told when all is filled in
  private static void secrets(Node node, Variables variables, Interpolation names) {
    switch (node) {
      case Scalar _ -> {}
      case Sequence list -> list.items().forEach(item -> secrets(item, variables, names));
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) -> {
                if (key.equals(EnvironmentKeys.SECRETS.name())) {
                  keepSecret(entry.value(), variables, names);
                }
                secrets(entry.value(), variables, names);
              });
    }
  }

  private static void keepSecret(Node secrets, Variables variables, Interpolation names) {
    if (secrets instanceof Mapping mapping) {
      mapping
          .entries()
          .values()
          .forEach(entry -> {
            if (Tree.find(entry.value(), List.of("variable")).orElse(null)
                instanceof Scalar scalar) {
              variables.keepSecret(names.fill(scalar, KeyPath.ROOT).text());
            }
          });
    }
  }

  /// Each may use those before it.
  private static void define(Mapping root, Variables variables, Interpolation interpolation) {
    var defined = root.find(ProjectKeys.VARIABLES.name());
    if (defined.isPresent() && defined.get() instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach((name, entry) -> {
            if (entry.value() instanceof Scalar scalar && !scalar.isNull()) {
              var path = KeyPath.of(ProjectKeys.VARIABLES.name(), name);
              var value = interpolation.fill(scalar, path);
              if (value.isUnknown()) {
                variables.defineBroken(name);
              } else {
                variables.define(name, new Variables.Value(value.text(), value.secret()));
              }
            }
          });
    }
  }
}
