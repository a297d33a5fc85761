package dev.procman.config;

import dev.procman.ProcessManager;
import dev.procman.event.EventMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes the processes of a manager those of a [Project], and keeps them so. Thread-safe: one plan
/// is applied at a time, and others wait for it.
///
/// ```java
/// Plan plan = Projects.on(manager).plan(ProcmanConfig.load(Path.of("procman.yaml")));
/// if (plan.changes(Change.Remove.class).isEmpty()) {
///   Projects.on(manager).apply(plan);
/// }
/// ```
///
/// Processes of the manager that come from no project are left alone; others may depend on them. Do
/// not apply a plan in a hook of a process that it changes: both would wait for each other.
public final class Projects {
  private final ProcessManager manager;
  private final ProjectState state;

  private Projects(ProcessManager manager) {
    this.manager = manager;
    this.state = ProjectState.of(manager);
  }

  /// Those of this manager; all that are asked for share one state.
  public static Projects on(ProcessManager manager) {
    return new Projects(manager);
  }

  /// The project that was applied last and not rolled back.
  public Optional<Project> current() {
    return state.standing().project();
  }

  /// What it takes to make the processes those of `project`; changes nothing.
  ///
  /// @throws ConfigException when it cannot be: a name of the project is taken, a dependency is
  ///   unknown or there is a cycle, a fixed port is there twice, something that others need would
  ///   be removed, or a part of it makes no sense; it tells all of these at once
  public Plan plan(Project project) {
    return new Planner(manager, state.standing(), project).plan();
  }

  /// Carries a plan through, and rolls everything back when a process that is new or changed does
  /// not become ready.
  ///
  /// @throws StalePlanException when it was made against an older state; nothing was changed
  /// @throws ApplyException when it could not be carried through; everything is as it was before
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Applied apply(Plan plan) throws InterruptedException {
    return apply(plan, ApplyOptions.ofDefaults());
  }

  /// Carries a plan through.
  ///
  /// @throws StalePlanException when it was made against an older state; nothing was changed
  /// @throws ApplyException when it could not be carried through; everything is as it was before
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Applied apply(Plan plan, ApplyOptions options) throws InterruptedException {
    state.lock.lockInterruptibly();
    try {
      requireFresh(plan);
      return carryOut(plan, options);
    } finally {
      state.lock.unlock();
    }
  }

  /// Makes the processes those of `project`, whatever was applied meanwhile.
  ///
  /// @throws ConfigException when it cannot be, see [#plan]; nothing was changed
  /// @throws ApplyException when it could not be carried through; everything is as it was before
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Applied apply(Project project) throws InterruptedException {
    return apply(project, ApplyOptions.ofDefaults());
  }

  /// Makes the processes those of `project`, whatever was applied meanwhile.
  ///
  /// @throws ConfigException when it cannot be, see [#plan]; nothing was changed
  /// @throws ApplyException when it could not be carried through; everything is as it was before
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Applied apply(Project project, ApplyOptions options) throws InterruptedException {
    state.lock.lockInterruptibly();
    try {
      return carryOut(plan(project), options);
    } finally {
      state.lock.unlock();
    }
  }

  /// Loads these files, applies what they say, and does so again whenever one of them changes, or
  /// one that they include or read variables or secrets from, until it is closed. Files that cannot
  /// be used change nothing: [ConfigEvent.ConfigurationRefused] tells what is wrong with them.
  ///
  /// ```java
  /// try (var following = Projects.on(manager).follow(Path.of("procman.yaml"))) {
  /// ```
  ///
  /// @throws ConfigException when they cannot be used now; nothing was changed
  /// @throws ApplyException when what they say could not be carried through; everything is as it
  ///   was before
  /// @throws IOException when they cannot be watched
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Following follow(Path... files) throws IOException, InterruptedException {
    var sources = ProcmanConfig.builder();
    for (Path file : files) {
      sources.file(file);
    }
    return follow(sources, ApplyOptions.ofDefaults());
  }

  /// The same for other sources. Only files are followed, though all sources are read again.
  ///
  /// @throws ConfigException when they cannot be used now; nothing was changed
  /// @throws ApplyException when what they say could not be carried through; everything is as it
  ///   was before
  /// @throws IOException when they cannot be watched
  /// @throws InterruptedException when the thread was interrupted; everything is as it was before
  public Following follow(ProcmanConfig.Builder sources, ApplyOptions options)
      throws IOException, InterruptedException {
    return Following.begin(this, sources, options);
  }

  private void requireFresh(Plan plan) {
    var changed = new ArrayList<String>();
    plan.basis()
        .specs()
        .forEach((name, before) -> {
          var now = manager.find(name).map(process -> process.spec());
          if (!now.equals(before)) {
            changed.add(name);
          }
        });
    if (!changed.isEmpty() || plan.basis().revision() != state.standing().revision()) {
      throw new StalePlanException(changed);
    }
  }

  private Applied carryOut(Plan plan, ApplyOptions options) throws InterruptedException {
    var before = state.standing();
    var application = new Application(manager, plan, options);
    boolean done = false;
    try {
      done = application.run();
    } finally {
      var owned = new LinkedHashSet<>(before.owned());
      owned.addAll(application.created());
      owned.removeIf(name -> manager.find(name).isEmpty());
      state.becomes(done ? Optional.of(plan.project()) : before.project(), owned);
      if (!done) {
        tellRolledBack(plan, application);
      }
    }
    if (!done) {
      throw new ApplyException(plan, application.failures(), application.notRestored());
    }
    publish(
        plan.summary(),
        meta ->
            new ConfigEvent.ProjectApplied(
                meta,
                plan.project().name(),
                names(plan, Change.Create.class),
                names(plan, Change.Update.class),
                restarted(plan),
                names(plan, Change.Remove.class),
                application.failures()));
    return new Applied(plan, application.failures());
  }

  private void tellRolledBack(Plan plan, Application application) {
    publish(
        "it could not be applied",
        meta ->
            new ConfigEvent.ProjectRolledBack(
                meta, plan.project().name(), application.failures(), application.notRestored()));
  }

  private static List<String> names(Plan plan, Class<? extends Change> kind) {
    return plan.changes(kind).stream().map(Change::process).toList();
  }

  private static List<String> restarted(Plan plan) {
    var names = new ArrayList<>(names(plan, Change.Restart.class));
    names.addAll(names(plan, Change.Recreate.class));
    return names;
  }

  void publish(String cause, Function<EventMeta, ConfigEvent> event) {
    manager.events().publish("", cause, event);
  }
}
