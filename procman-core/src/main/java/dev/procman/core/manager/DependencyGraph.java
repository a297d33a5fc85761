package dev.procman.core.manager;

import dev.procman.Dependency;
import dev.procman.DependencyException;
import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who depends on whom. Immutable and pure.
final class DependencyGraph {
  private final Map<String, List<String>> dependencies = new LinkedHashMap<>();

  DependencyGraph(Collection<ProcessSpec> specs) {
    for (var spec : specs) {
      dependencies.put(spec.name(), spec.dependencies().stream().map(Dependency::process).toList());
    }
  }

  /// These processes and all they depend on, dependencies first.
  ///
  /// @throws DependencyException when a dependency is unknown or there is a cycle; the message has
  ///   its path
  List<String> startOrder(Collection<String> roots) {
    var done = new LinkedHashSet<String>();
    for (String root : roots) {
      visit(root, new LinkedHashSet<>(), done);
    }
    return List.copyOf(done);
  }

  private void visit(String process, Set<String> path, Set<String> done) {
    if (done.contains(process)) {
      return;
    }
    if (!path.add(process)) {
      var cycle = new ArrayList<>(path);
      cycle.subList(0, cycle.indexOf(process)).clear();
      cycle.add(process);
      throw DependencyException.cycle(cycle);
    }
    for (String dependency : dependencies.getOrDefault(process, List.of())) {
      if (!dependencies.containsKey(dependency)) {
        throw DependencyException.unknown(process, dependency, dependencies.keySet());
      }
      visit(dependency, path, done);
    }
    path.remove(process);
    done.add(process);
  }

  /// Those that depend on `process` directly.
  List<String> dependentsOf(String process) {
    return dependencies.entrySet().stream()
        .filter(entry -> entry.getValue().contains(process))
        .map(Map.Entry::getKey)
        .toList();
  }
}
