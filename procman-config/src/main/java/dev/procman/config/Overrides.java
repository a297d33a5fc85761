package dev.procman.config;

import dev.procman.config.Node.Kind;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Single values that are put on top of the files: from the environment, from arguments, by the
/// host.
final class Overrides {
  static final String PREFIX = "PROCMAN__";

  private final Limits limits;
  private final Problems problems;

  Overrides(Limits limits, Problems problems) {
    this.limits = limits;
    this.problems = problems;
  }

  /// One value.
  ///
  /// @param place where it comes from
  /// @param path the segments of its key
  /// @param text its text
  record Single(Place place, List<String> path, String text) {}

  /// Those among variables.
  static List<Single> ofVariables(Map<String, DotEnv.Value> variables) {
    var singles = new ArrayList<Single>();
    variables.entrySet().stream()
        .filter(each -> each.getKey().startsWith(PREFIX))
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> {
          var path = List.of(each.getKey().substring(PREFIX.length()).split("__", -1));
          singles.add(new Single(each.getValue().place(), path, each.getValue().text()));
        });
    return singles;
  }

  /// One of `path=text`.
  Optional<Single> ofAssignment(String source, String assignment, Path directory) {
    int equals = assignment.indexOf('=');
    // Without a key it is a value, which may be anything.
    var key = equals < 0 ? "" : assignment.substring(0, equals);
    var place = place((source + " " + key).strip(), directory);
    var path = KeyPath.parse(equals < 0 ? "" : assignment.substring(0, equals));
    if (path.isEmpty()) {
      problems.add(
          place,
          KeyPath.ROOT,
          "it names no key and value",
          "a key, '=', and a value, as in --set web.restart.limit=5");
      return Optional.empty();
    }
    return Optional.of(new Single(place, path.get(), assignment.substring(equals + 1)));
  }

  static Place place(String source, Path directory) {
    return new Source(Problems.cut(source), directory, "", Source.Lines.NONE).start();
  }

  /// Puts them on top, in their order.
  Mapping apply(Mapping base, List<Single> singles) {
    var merged = base;
    for (Single single : singles) {
      merged = apply(merged, single);
    }
    return merged;
  }

  private Mapping apply(Mapping base, Single single) {
    var path = absolute(base, single);
    if (path.isEmpty()) {
      return base;
    }
    var segments = path.get();
    Node node = value(single, segments);
    for (String segment : segments.reversed()) {
      node = Mapping.single(segment, node, single.place());
    }
    return (Mapping) ProjectKeys.PROJECT.merge(base, ProjectKeys.PROJECT.normal(node));
  }

  /// Begins with a process's name unless it begins with a key of the top; what is overridden must
  /// be there, since a name that was mistyped would be a new process.
  private Optional<List<String>> absolute(Mapping base, Single single) {
    var path = single.path();
    if (path.stream().anyMatch(String::isBlank)) {
      problems.add(
          single.place(),
          KeyPath.ROOT,
          "a part of the key is empty",
          "parts such as web, restart, limit");
      return Optional.empty();
    }
    boolean top = ProjectKeys.PROJECT.key(path.getFirst()).isPresent();
    var whole = new ArrayList<String>();
    if (!top) {
      whole.add(ProjectKeys.PROCESSES.name());
    }
    whole.addAll(path);
    if (whole.getFirst().equals(ProjectKeys.PROCESSES.name()) && whole.size() > 1) {
      var processes =
          base.find(ProjectKeys.PROCESSES.name())
              .filter(Mapping.class::isInstance)
              .map(Mapping.class::cast)
              .map(mapping -> mapping.entries().keySet())
              .orElse(java.util.Set.of());
      if (!processes.contains(whole.get(1))) {
        problems.add(
            single.place(),
            KeyPath.of(whole.toArray(String[]::new)),
            whole.get(1),
            "there is no process '" + Problems.cut(whole.get(1)) + "' to change",
            "one of the files' processes",
            Nearest.to(whole.get(1), processes));
        return Optional.empty();
      }
    }
    return Optional.of(whole);
  }

  /// Text, unless it is written as a list, as keys or in quotes.
  private Node value(Single single, List<String> path) {
    var text = single.text();
    var start = text.stripLeading();
    if (start.startsWith("[")
        || start.startsWith("{")
        || start.startsWith("\"")
        || start.startsWith("'")) {
      var source =
          new Source(
              single.place().source().name(),
              single.place().source().directory(),
              text,
              Source.Lines.NONE);
      return YamlReader.read(source, limits, problems)
          .orElseGet(() -> Scalar.of("", Kind.TEXT, single.place()));
    }
    var kind = text.isEmpty() && isScalar(path) ? Kind.TEXT : ScalarKinds.of(text);
    return Scalar.of(text, kind, single.place());
  }

  private static boolean isScalar(List<String> path) {
    Optional<Rule<?>> rule = Optional.of(ProjectKeys.PROJECT);
    for (String segment : path) {
      rule = rule.flatMap(each -> each.below(segment));
    }
    return rule.filter(each -> each.shape() == Rule.Shape.SCALAR).isPresent();
  }
}
