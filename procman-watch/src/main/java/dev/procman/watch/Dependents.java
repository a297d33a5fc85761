package dev.procman.watch;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds what depends on a process.
final class Dependents {
  private Dependents() {}

  /// All that depend on it, directly or through others, each after those it depends on itself.
  static List<ManagedProcess> of(ManagedProcess process, ProcessManager manager) {
    Map<String, ManagedProcess> affected = new LinkedHashMap<>();
    var rest = new ArrayList<>(manager.processes());
    boolean found = true;
    while (found) {
      found = rest.removeIf(each -> isAffected(each, process.name(), affected));
    }
    return inOrder(affected);
  }

  private static boolean isAffected(
      ManagedProcess each, String name, Map<String, ManagedProcess> affected) {
    boolean found =
        each.spec().dependencies().stream()
            .anyMatch(on -> on.process().equals(name) || affected.containsKey(on.process()));
    if (found) {
      affected.put(each.name(), each);
    }
    return found;
  }

  private static List<ManagedProcess> inOrder(Map<String, ManagedProcess> affected) {
    var ordered = new ArrayList<ManagedProcess>();
    var left = new LinkedHashMap<>(affected);
    while (!left.isEmpty()) {
      var next =
          left.values().stream()
              .filter(each ->
                  each.spec().dependencies().stream()
                      .noneMatch(on -> left.containsKey(on.process())))
              .toList();
      if (next.isEmpty()) {
        // A cycle is refused at a start, but may be registered.
        return ordered;
      }
      next.forEach(each -> left.remove(each.name()));
      ordered.addAll(next);
    }
    return ordered;
  }
}
