package dev.procman.config;

import dev.procman.config.Node.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A project, and where each of its values comes from. Immutable.
public final class LoadedProject {
  private final Project project;
  private final Mapping root;
  private final ProcmanConfig.Builder sources;

  LoadedProject(Project project, Mapping root, ProcmanConfig.Builder sources) {
    this.project = project;
    this.root = root;
    this.sources = sources;
  }

  /// The project.
  public Project project() {
    return project;
  }

  /// Where a value comes from and what it was put on top of. Passwords are masked.
  ///
  /// @param path such as `web.restart.limit` or `processes.web`
  /// @throws IllegalArgumentException when there can be no such key
  public Explanation explain(String path) {
    var segments = KeyPath.parse(path).orElse(List.of());
    return Explaining.explain(root, absolute(segments))
        .orElseThrow(() -> new IllegalArgumentException("there can be no key '" + path + "'"));
  }

  private static List<String> absolute(List<String> segments) {
    if (segments.isEmpty() || ProjectKeys.PROJECT.key(segments.getFirst()).isPresent()) {
      return segments;
    }
    var whole = new ArrayList<>(List.of(ProjectKeys.PROCESSES.name()));
    whole.addAll(segments);
    return whole;
  }

  /// Reads all sources again, with one more value on top of all.
  ///
  /// @param path such as `web.restart.limit`
  /// @param value text, or a list or keys as in YAML
  /// @throws ConfigException with all that is wrong; this stays as it is
  public LoadedProject set(String path, String value) {
    return new ProcmanConfig.Builder(sources).set(path, value).load();
  }

  /// Reads all sources again.
  ///
  /// @throws ConfigException with all that is wrong; this stays as it is
  public LoadedProject reload() {
    return sources.load();
  }

  /// The files that the host named, for one who watches them.
  public List<Path> files() {
    return sources.given.stream()
        .filter(ProcmanConfig.Builder.Given.File.class::isInstance)
        .map(file -> ((ProcmanConfig.Builder.Given.File) file).path().toAbsolutePath().normalize())
        .toList();
  }

  @Override
  public String toString() {
    return "Loaded" + project;
  }
}
