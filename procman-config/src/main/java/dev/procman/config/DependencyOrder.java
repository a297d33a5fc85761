package dev.procman.config;

import dev.procman.Dependency;
import dev.procman.DependencyException;
import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Processes after those that they depend on.
final class DependencyOrder {
  private final Map<String, ProcessSpec> specs;
  private final Set<String> done = new LinkedHashSet<>();

  private DependencyOrder(Map<String, ProcessSpec> specs) {
    this.specs = specs;
  }

  /// The names, in an order in which they can be registered and started; unknown dependencies are
  /// passed over.
  ///
  /// @throws DependencyException when there is a cycle; the message has its path
  static List<String> of(Map<String, ProcessSpec> specs) {
    var order = new DependencyOrder(specs);
    specs.keySet().forEach(name -> order.visit(name, new LinkedHashMap<>()));
    return List.copyOf(order.done);
  }

  private void visit(String name, Map<String, Boolean> path) {
    var spec = specs.get(name);
    if (spec == null || done.contains(name)) {
      return;
    }
    if (path.putIfAbsent(name, true) != null) {
      var cycle = new ArrayList<>(path.keySet());
      cycle.subList(0, cycle.indexOf(name)).clear();
      cycle.add(name);
      throw DependencyException.cycle(cycle);
    }
    for (Dependency dependency : spec.dependencies()) {
      visit(dependency.process(), path);
    }
    path.remove(name);
    done.add(name);
  }
}
