package dev.procman.config;

import dev.procman.Dependency;
import dev.procman.DependencyException;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds out what it takes to come from what a manager has to what a project wants, and whether
/// that can be. Changes nothing.
final class Planner {
  private final ProcessManager manager;
  private final ProjectState.Standing standing;
  private final Project project;

  /// Processes of the manager that are no part of a project.
  private final Map<String, ProcessSpec> foreign = new LinkedHashMap<>();

  /// Processes of the manager that an earlier project brought.
  private final Map<String, ProcessSpec> owned = new LinkedHashMap<>();

  private final Map<String, ProcessSpec> wanted = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  Planner(ProcessManager manager, ProjectState.Standing standing, Project project) {
    this.manager = manager;
    this.standing = standing;
    this.project = project;
  }

  /// @throws ConfigException when the project cannot be applied to this manager
  Plan plan() {
    for (ManagedProcess process : manager.processes()) {
      (standing.owned().contains(process.name()) ? owned : foreign)
          .put(process.name(), process.spec());
    }
    project
        .processes()
        .forEach((name, config) -> {
          try {
            wanted.put(name, config.toSpec(name));
          } catch (InvalidSpecException | DependencyException wrong) {
            problem(name, String.valueOf(wrong.getMessage()));
          }
        });
    checkNames();
    checkDependencies();
    checkPorts();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Plan(project, standing.project(), changes(), basis());
  }

  private void problem(String process, String message) {
    problems.add(
        new Problem(
            Origin.of("project '" + project.name() + "'"),
            "processes." + process,
            "",
            message,
            "",
            Optional.empty(),
            Optional.empty()));
  }

  // Whether it can be.

  private void checkNames() {
    for (String name : wanted.keySet()) {
      if (foreign.containsKey(name)) {
        problem(name, "the manager has a process of this name that comes from no project");
      }
    }
  }

  private void checkDependencies() {
    var all = new LinkedHashMap<>(foreign);
    all.putAll(wanted);
    wanted.forEach((name, spec) -> {
      for (Dependency dependency : spec.dependencies()) {
        if (!all.containsKey(dependency.process())) {
          problem(
              name,
              "it depends on '"
                  + dependency.process()
                  + "', which is neither in the project nor in the manager");
        }
      }
    });
    foreign.forEach((name, spec) -> {
      for (Dependency dependency : spec.dependencies()) {
        if (owned.containsKey(dependency.process()) && !all.containsKey(dependency.process())) {
          problem(
              dependency.process(),
              "it cannot be removed: '" + name + "', which comes from no project, depends on it");
        }
      }
    });
    try {
      var _ = DependencyOrder.of(all);
    } catch (DependencyException cycle) {
      problems.add(
          new Problem(
              Origin.of("project '" + project.name() + "'"),
              "",
              "",
              String.valueOf(cycle.getMessage()),
              "",
              Optional.empty(),
              Optional.empty()));
    }
  }

  private void checkPorts() {
    var holders = new HashMap<Integer, String>();
    foreign.forEach((name, spec) -> fixedPorts(spec).forEach(port -> holders.put(port, name)));
    wanted.forEach((name, spec) ->
        fixedPorts(spec)
            .forEach(port -> {
              var holder = holders.putIfAbsent(port, name);
              if (holder != null && !holder.equals(name)) {
                problem(name, "its port " + port + " is the port of '" + holder + "' too");
              }
            }));
  }

  private static Collection<Integer> fixedPorts(ProcessSpec spec) {
    return spec.ports().values().stream().filter(port -> port != 0).toList();
  }

  // What it takes.

  private List<Change> changes() {
    var changes = new ArrayList<Change>();
    var all = new LinkedHashMap<>(foreign);
    all.putAll(wanted);
    for (String name : DependencyOrder.of(all)) {
      var after = wanted.get(name);
      if (after != null) {
        changes.add(change(name, after));
      }
    }
    for (String name : DependencyOrder.of(owned).reversed()) {
      var before = owned.get(name);
      if (before != null && !wanted.containsKey(name)) {
        changes.add(new Change.Remove(name, before, givesUpPort(name, before)));
      }
    }
    return changes;
  }

  private Change change(String name, ProcessSpec after) {
    var before = owned.get(name);
    var config = project.processes().get(name);
    if (before == null || config == null) {
      return new Change.Create(name, after, config == null ? List.of() : Differences.all(config));
    }
    if (before.equals(after)) {
      return new Change.Unchanged(name, before);
    }
    var differences = differences(name, before, config);
    if (!after.needsRestartFrom(before)) {
      return new Change.Update(name, before, after, differences);
    }
    return givesUpPort(name, before) || takesPort(name, after)
        ? new Change.Recreate(name, before, after, differences)
        : new Change.Restart(name, before, after, differences);
  }

  private List<Difference> differences(String name, ProcessSpec before, ProcessConfig after) {
    return standing
        .project()
        .map(previous -> previous.processes().get(name))
        .filter(config -> config.toSpec(name).equals(before))
        .map(config -> Differences.between(config, after))
        .orElseGet(Differences::unknown);
  }

  /// Whether another process is given a fixed port that this one has, so that it must have ended
  /// before that one starts.
  private boolean givesUpPort(String name, ProcessSpec before) {
    var mine = Set.copyOf(fixedPorts(before));
    return wanted.entrySet().stream()
        .filter(other -> !other.getKey().equals(name))
        .flatMap(other -> fixedPorts(other.getValue()).stream())
        .anyMatch(mine::contains);
  }

  /// Whether it is given a fixed port that another process has, and so must not be started before
  /// that one has ended.
  private boolean takesPort(String name, ProcessSpec after) {
    var mine = Set.copyOf(fixedPorts(after));
    return owned.entrySet().stream()
        .filter(other -> !other.getKey().equals(name))
        .flatMap(other -> fixedPorts(other.getValue()).stream())
        .anyMatch(mine::contains);
  }

  private Plan.Basis basis() {
    var names = new LinkedHashSet<>(owned.keySet());
    names.addAll(wanted.keySet());
    var specs = new LinkedHashMap<String, Optional<ProcessSpec>>();
    names.forEach(name -> specs.put(name, Optional.ofNullable(owned.get(name))));
    return new Plan.Basis(standing.revision(), specs);
  }
}
