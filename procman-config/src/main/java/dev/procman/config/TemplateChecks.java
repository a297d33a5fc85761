package dev.procman.config;

import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import dev.procman.config.Node.Sequence;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether the ports that one process's run-time templates ask for will be there when it starts.
/// Each is told where it is written.
final class TemplateChecks {
  private static final List<String> KEYS =
      List.of("command", "shell", "working_dir", "environment", "stdin", "files");
  private static final String PORT = "port.";

  private final Mapping root;
  private final Map<String, ProcessConfig> processes;
  private final Problems problems;
  private final String process;

  TemplateChecks(Mapping root, ProjectKeys.Draft draft, Problems problems, String process) {
    this.root = root;
    this.processes = draft.processes();
    this.problems = problems;
    this.process = process;
  }

  void all() {
    for (String key : KEYS) {
      var path = KeyPath.of(ProjectKeys.PROCESSES.name(), process, key);
      Tree.find(root, path.segments()).ifPresent(node -> in(node, path));
    }
  }

  private void in(Node node, KeyPath path) {
    switch (node) {
      case Scalar scalar -> in(scalar.text(), scalar.place(), path);
      case Sequence list -> {
        for (int i = 0; i < list.items().size(); i++) {
          in(list.items().get(i), path.item(i));
        }
      }
      case Mapping mapping ->
          mapping
              .entries()
              .forEach((key, entry) -> {
                in(key, entry.keyPlace(), path);
                in(entry.value(), path.key(key));
              });
    }
  }

  private void in(String text, Place place, KeyPath path) {
    for (String name : Template.names(text)) {
      if (name.startsWith(PORT)) {
        var template = new Found(name, place.of("${" + name + "}"), path);
        port(template, name.substring(PORT.length()));
      }
    }
  }

  /// A template that asks for a port.
  ///
  /// @param name what stands between its braces
  /// @param place where it is written
  /// @param path the key of its text
  private record Found(String name, Place place, KeyPath path) {}

  private void port(Found template, String port) {
    int colon = port.indexOf(':');
    var owner = colon < 0 ? process : port.substring(0, colon);
    var target = processes.get(owner);
    if (target == null) {
      problem(
          template,
          "asks for a port of '" + owner + "', and there is no such process",
          "one of " + Problems.cut(String.join(", ", processes.keySet())),
          Nearest.to(owner, processes.keySet()));
      return;
    }
    requirePort(template, owner, port.substring(colon + 1), target.ports().keySet());
    if (!owner.equals(process) && !dependsOn(owner)) {
      problem(
          template,
          "needs '" + owner + "' to have started",
          "'" + owner + "' under 'depends_on'",
          Optional.empty());
    }
  }

  private boolean dependsOn(String other) {
    var own = processes.get(process);
    return own != null && own.dependsOn().stream().anyMatch(each -> each.process().equals(other));
  }

  private void requirePort(Found template, String owner, String port, Collection<String> known) {
    if (!known.contains(port)) {
      problem(
          template,
          "asks for a port that '" + owner + "' does not name",
          known.isEmpty() ? "one under 'ports'" : "one of " + String.join(", ", known),
          Nearest.to(port, known));
    }
  }

  private void problem(
      Found template, String message, String expected, Optional<String> suggestion) {
    problems.add(
        template.place(),
        template.path(),
        Problems.cut(template.name()),
        Problems.cut("'${" + template.name() + "}'") + " " + message,
        expected,
        suggestion);
  }
}
