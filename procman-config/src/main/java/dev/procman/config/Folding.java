package dev.procman.config;

import dev.procman.config.Node.Entry;
import dev.procman.config.Node.Mapping;
import dev.procman.config.Node.Scalar;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/// Puts each process on top of what it extends, and that on top of the defaults.
final class Folding {
  private static final int TIMES = 10;
  private static final String EXTENDS = ProcessKeys.EXTENDS.name();

  private final Problems problems;
  private final SourceReader reader;
  private final Limits limits;
  private long left;
  private final BiFunction<Node, KeyPath, Node> fill;

  /// Tells what is wrong there.
  ///
  /// @param fill fills in the variables of another file
  Folding(
      Problems problems, SourceReader reader, Limits limits, BiFunction<Node, KeyPath, Node> fill) {
    this.problems = problems;
    this.reader = reader;
    this.limits = limits;
    this.left = (long) TIMES * limits.values();
    this.fill = fill;
  }

  /// The same with nothing left to be extended.
  Mapping fold(Mapping root) {
    var defaults = mapping(root, ProjectKeys.DEFAULTS.name());
    var base =
        defaults.map(it ->
            extended(
                it, root, Optional.empty(), Set.of(), KeyPath.of(ProjectKeys.DEFAULTS.name())));
    var processes = mapping(root, ProjectKeys.PROCESSES.name());
    if (processes.isEmpty()) {
      return root;
    }
    var entries = new LinkedHashMap<String, Entry>();
    processes
        .get()
        .entries()
        .forEach((name, entry) -> {
          if (left < 0) {
            return;
          }
          Node folded = entry.value();
          if (folded instanceof Mapping process) {
            folded =
                extended(
                    process,
                    root,
                    Optional.empty(),
                    Set.of("#" + name),
                    KeyPath.of(ProjectKeys.PROCESSES.name(), name));
            if (base.isPresent()) {
              folded = ProcessKeys.PROCESS.merge(base.get(), folded);
            }
          }
          entries.put(name, new Entry(entry.keyPlace(), folded));
          count(folded, entry.keyPlace(), KeyPath.of(ProjectKeys.PROCESSES.name(), name));
        });
    return root.with(ProjectKeys.PROCESSES.name(), processes.get().with(entries));
  }

  /// Defaults of many keys for many processes are many values.
  private void count(Node folded, Place place, KeyPath path) {
    left -= Tree.count(folded);
    if (left < 0) {
      problems.add(
          place,
          path,
          "with this there are more than "
              + (long) TIMES * limits.values()
              + " values with all that is extended",
          "fewer, or a higher limit");
    }
  }

  private static Optional<Mapping> mapping(Mapping root, String key) {
    return root.find(key).filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }

  /// A process on top of what it extends.
  ///
  /// @param file the file that `root` is, if it is another than the configuration
  /// @param way the names that led here
  private Mapping extended(
      Mapping process, Mapping root, Optional<Path> file, Set<String> way, KeyPath path) {
    var extending = process.find(EXTENDS);
    if (extending.isEmpty() || isNothing(extending.get())) {
      return process;
    }
    var own = process.without(EXTENDS);
    var at = path.key(EXTENDS);
    var base = ProcessKeys.BASE.bind(extending.get(), at, Binding.alone(problems));
    if (base.isEmpty()) {
      return process;
    }
    var place = placeIn(extending.get(), ProcessKeys.BASE_PROCESS);
    var from = base.get().file().map(Path::of).or(() -> file);
    var step = from.map(Path::toString).orElse("") + "#" + base.get().process();
    if (way.contains(step)) {
      problems.add(
          place,
          at,
          base.get().process(),
          "'" + base.get().process() + "' extends itself in the end",
          "a template that extends nothing",
          Optional.empty());
      return own;
    }
    if (way.size() > limits.depth()) {
      problems.add(
          place,
          at,
          "it extends more than " + limits.depth() + " others, one the other",
          "fewer, or a higher limit");
      return own;
    }
    var further = new LinkedHashSet<>(way);
    further.add(step);
    var otherRoot = root(base.get(), extending.get(), root, at);
    // Without what it extends nothing is known of what it lacks: the key stays and says so.
    return otherRoot
        .flatMap(other ->
            find(other, base.get().process(), place, at)
                .map(found -> extended(found, other, from, further, path))
                .map(found -> (Mapping) ProcessKeys.PROCESS.merge(found, own)))
        .orElse(process);
  }

  /// Where the other process stands; nothing when that file cannot be read, which is told.
  private Optional<Mapping> root(ProcessKeys.Base base, Node extending, Mapping root, KeyPath at) {
    if (base.file().isEmpty()) {
      return Optional.of(root);
    }
    return reader
        .extended(Path.of(base.file().get()), placeIn(extending, ProcessKeys.BASE_FILE), at)
        .map(read -> (Mapping) fill.apply(read, at));
  }

  private static Place placeIn(Node extending, Key<String> key) {
    return Tree.find(extending, List.of(key.name())).orElse(extending).place();
  }

  private static boolean isNothing(Node node) {
    return node instanceof Scalar scalar && scalar.isNull();
  }

  private Optional<Mapping> find(Mapping root, String name, Place place, KeyPath at) {
    var templates = mapping(root, ProjectKeys.TEMPLATES.name());
    var processes = mapping(root, ProjectKeys.PROCESSES.name());
    var found =
        templates
            .flatMap(each -> each.find(name))
            .or(() -> processes.flatMap(each -> each.find(name)));
    if (found.isEmpty()) {
      var known = new TreeSet<String>();
      templates.ifPresent(each -> known.addAll(each.entries().keySet()));
      processes.ifPresent(each -> known.addAll(each.entries().keySet()));
      problems.add(
          place,
          at,
          name,
          "there is no template and no process '" + Problems.cut(name) + "'",
          known.isEmpty()
              ? "one that is there"
              : "one of " + Problems.cut(String.join(", ", known)),
          Nearest.to(name, known));
    }
    return found.filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }
}
