package dev.procman.config;

import dev.procman.InvalidSpecException;
import dev.procman.ProcessSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Processes that belong together, as configuration has them: everything merged, interpolated and
/// checked, nothing started. Immutable and compared by value: two loads of the same sources are
/// equal, and so are their [#specs()].
///
/// What `defaults`, `templates` and `extends` of the files say is part of each process here.
///
/// @param name its name; default `procman`
/// @param variables the variables that its files define, as they were when it was loaded
/// @param groups names of processes by the name of their group
/// @param processes the processes by name, in the order of the files
public record Project(
    String name,
    Map<String, String> variables,
    Map<String, List<String>> groups,
    Map<String, ProcessConfig> processes) {

  /// The name of a project that was given none.
  public static final String DEFAULT_NAME = "procman";

  /// Copies and checks the parts.
  ///
  /// @throws InvalidSpecException when a group has a member that is no process
  public Project {
    variables = Ordered.copy(variables);
    processes = Ordered.copy(processes);
    var copied = new LinkedHashMap<String, List<String>>();
    for (var group : groups.entrySet()) {
      for (String member : group.getValue()) {
        if (!processes.containsKey(member)) {
          throw new InvalidSpecException(
              "groups." + group.getKey(), member, "use one of " + processes.keySet());
        }
      }
      copied.put(group.getKey(), List.copyOf(group.getValue()));
    }
    groups = Ordered.copy(copied);
  }

  /// A project of these processes and nothing else.
  public static Project of(Map<String, ProcessConfig> processes) {
    return new Project(DEFAULT_NAME, Map.of(), Map.of(), processes);
  }

  /// What each process is made from, in order.
  ///
  /// @throws InvalidSpecException when one cannot be made; not for a project that was loaded
  public List<ProcessSpec> specs() {
    return processes.entrySet().stream()
        .map(entry -> entry.getValue().toSpec(entry.getKey()))
        .toList();
  }

  /// This project with another process, or with another in place of the one of that name.
  public Project with(String process, ProcessConfig config) {
    var more = new LinkedHashMap<>(processes);
    more.put(process, config);
    return new Project(name, variables, groups, more);
  }

  /// This project without a process, which leaves its groups too.
  public Project without(String process) {
    var fewer = new LinkedHashMap<>(processes);
    fewer.remove(process);
    var left = new LinkedHashMap<String, List<String>>();
    groups.forEach((group, members) ->
        left.put(group, members.stream().filter(each -> !each.equals(process)).toList()));
    return new Project(name, variables, left, fewer);
  }

  /// Names of the variables, but not their values, which may be passwords.
  @Override
  public String toString() {
    return "Project[name=%s, variables=%s, groups=%s, processes=%s]"
        .formatted(name, variables.keySet(), groups, processes.keySet());
  }
}
