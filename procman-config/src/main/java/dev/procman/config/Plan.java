package dev.procman.config;

import dev.procman.ProcessSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What it takes to make a manager's processes those of a project, as the manager was when the plan
/// was made. Immutable; making one changes nothing, and one that is not applied is a dry run.
///
/// Printed, it is like a diff: `+` is created, `~` updated in place, `!` restarted, `-` removed,
/// `=` left as it is.
public final class Plan {

  /// What a plan was made against.
  ///
  /// @param revision how often a project had been applied
  /// @param specs what the processes that are changed were made from; empty for one that is new
  record Basis(long revision, Map<String, Optional<ProcessSpec>> specs) {}

  private final Project project;
  private final Optional<Project> previous;
  private final List<Change> changes;
  private final Basis basis;

  Plan(Project project, Optional<Project> previous, List<Change> changes, Basis basis) {
    this.project = project;
    this.previous = previous;
    this.changes = List.copyOf(changes);
    this.basis = basis;
  }

  /// The project that it leads to.
  public Project project() {
    return project;
  }

  /// The project that was applied before.
  public Optional<Project> previous() {
    return previous;
  }

  /// What is done, in this order: dependencies before their dependents, removals at the end and the
  /// other way round.
  public List<Change> changes() {
    return changes;
  }

  /// Those of one kind.
  public <C extends Change> List<C> changes(Class<C> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// Whether there is nothing to do.
  public boolean isEmpty() {
    return changes.stream().allMatch(Change.Unchanged.class::isInstance);
  }

  Basis basis() {
    return basis;
  }

  @Override
  public String toString() {
    return summary()
        + changes.stream().map(change -> "\n" + words(change)).collect(Collectors.joining());
  }

  /// How many of each, in one line.
  String summary() {
    return "project '%s': %d to create, %d to update in place, %d to restart, %d to remove, %d unchanged"
        .formatted(
            project.name(),
            changes(Change.Create.class).size(),
            changes(Change.Update.class).size(),
            changes(Change.Restart.class).size() + changes(Change.Recreate.class).size(),
            changes(Change.Remove.class).size(),
            changes(Change.Unchanged.class).size());
  }

  private static String words(Change change) {
    return switch (change) {
      case Change.Create it -> "+ " + it.process() + ": create" + lines(it.differences());
      case Change.Update it -> "~ " + it.process() + ": update in place" + lines(it.differences());
      case Change.Restart it -> "! " + it.process() + ": restart" + lines(it.differences());
      case Change.Recreate it ->
          "! " + it.process() + ": end first, then start again" + lines(it.differences());
      case Change.Remove it -> "- " + it.process() + (it.first() ? ": remove first" : ": remove");
      case Change.Unchanged it -> "= " + it.process();
    };
  }

  private static String lines(List<Difference> differences) {
    return differences.stream()
        .flatMap(difference -> difference.toString().lines())
        .map(line -> "\n    " + line)
        .collect(Collectors.joining());
  }
}
