package dev.procman.config;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Carries one plan through, or everything back. Used by one thread, while it holds the lock of the
/// manager's project.
///
/// First all specifications are replaced, then processes are started: what ended first, for a port
/// that it gives up, has given it up by then. Specifications are replaced dependencies first:
/// whatever a process depends on, directly or through others, already is as the new project has it,
/// so that no step makes a cycle that neither project has.
final class Application {
  private final ProcessManager manager;
  private final Plan plan;
  private final ApplyOptions options;
  private final Readiness readiness;
  private final Before before;

  /// Names of processes that were registered here and are still there.
  private final Set<String> created = new LinkedHashSet<>();

  /// Processes that are to be started once all specifications are replaced.
  private final List<ManagedProcess> starting = new ArrayList<>();

  /// Names of processes that go on with other probes.
  private final Set<String> probedAnew = new LinkedHashSet<>();

  /// What is wrong, by the name of the process.
  private final Map<String, String> failures = new LinkedHashMap<>();

  private final Map<String, String> notRestored = new LinkedHashMap<>();

  Application(ProcessManager manager, Plan plan, ApplyOptions options) {
    this.manager = manager;
    this.plan = plan;
    this.options = options;
    this.readiness = new Readiness(manager, options);
    this.before = Before.of(manager);
  }

  Set<String> created() {
    return created;
  }

  Map<String, String> failures() {
    return failures;
  }

  Map<String, String> notRestored() {
    return notRestored;
  }

  /// Carries it through.
  ///
  /// @return whether it was; else everything was set back
  /// @throws InterruptedException when the thread was interrupted; then everything was set back
  boolean run() throws InterruptedException {
    var awaited = new LinkedHashSet<String>();
    boolean interrupted = false;
    try {
      endFirst();
      for (Change change : plan.changes()) {
        replace(change, awaited);
      }
      removeFirst();
      for (ManagedProcess process : starting) {
        step(process.name(), () -> Starts.anew(process));
      }
      startSkipped(awaited);
      failures.putAll(readiness.await(awaited, probedAnew));
    } catch (InterruptedException cut) {
      interrupted = true;
    } catch (Failed wrong) {
      failures.put(wrong.process, wrong.reason());
      rollBack();
      return false;
    }
    if (interrupted) {
      // The flag is set too, which would cut all waits on the way back.
      var _ = Thread.interrupted();
      rollBack();
      Thread.currentThread().interrupt();
      throw new InterruptedException("interrupted while processes were to become ready");
    }
    if (!failures.isEmpty() && options.onNotReady() == ApplyOptions.OnNotReady.ROLL_BACK) {
      rollBack();
      return false;
    }
    for (Change.Remove removal : plan.changes(Change.Remove.class)) {
      remove(removal.process(), failures);
    }
    return true;
  }

  /// A step of one process failed.
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String process;

    Failed(String process, RuntimeException cause) {
      super(cause.getMessage(), cause);
      this.process = process;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  private static void step(String process, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException wrong) {
      throw new Failed(process, wrong);
    }
  }

  private void endFirst() {
    var first = new ArrayList<String>();
    for (Change change : plan.changes()) {
      if (change instanceof Change.Recreate
          || (change instanceof Change.Remove removal && removal.first())) {
        first.add(change.process());
      }
    }
    for (String name : first.reversed()) {
      manager.find(name).ifPresent(ManagedProcess::stop);
    }
  }

  private void replace(Change change, Set<String> awaited) {
    step(
        change.process(),
        () -> {
          switch (change) {
            case Change.Create it -> {
              var process = manager.register(it.after());
              created.add(it.process());
              if (!it.after().onDemand()) {
                starting.add(process);
                awaited.add(it.process());
              }
            }
            case Change.Update it -> update(it, awaited);
            case Change.Restart it -> restart(it.after(), awaited);
            case Change.Recreate it -> restart(it.after(), awaited);
            case Change.Remove _, Change.Unchanged _ -> {}
          }
        });
  }

  private void restart(ProcessSpec spec, Set<String> awaited) {
    var process = manager.get(spec.name());
    boolean restarting = process.update(spec);
    if (before.wanted().contains(spec.name())) {
      awaited.add(spec.name());
      if (!restarting) {
        startLater(process);
      }
    }
  }

  private void update(Change.Update change, Set<String> awaited) {
    var process = manager.get(change.process());
    boolean restarting = process.update(change.after());
    if (before.running().contains(change.process()) && otherProbes(change)) {
      awaited.add(change.process());
      if (!restarting) {
        probedAnew.add(change.process());
      }
    }
    boolean noLongerOnDemand = change.before().onDemand() && !change.after().onDemand();
    if (noLongerOnDemand && process.state() == ProcessState.NEW) {
      awaited.add(change.process());
      startLater(process);
    }
  }

  /// Whether it may not be ready by its new probes, though it was by those before.
  private static boolean otherProbes(Change.Update change) {
    return !change.before().ready().equals(change.after().ready())
        || !change.before().live().equals(change.after().live())
        || !change.before().startup().equals(change.after().startup());
  }

  /// How it ended before it was changed must not count for those that depend on it: one that is
  /// restarted meanwhile would start before a job has run again, or be passed over.
  private void startLater(ManagedProcess process) {
    if (process.state().isSettled()) {
      process.reset();
    }
    starting.add(process);
  }

  private void removeFirst() {
    for (Change.Remove removal : plan.changes(Change.Remove.class)) {
      if (removal.first()) {
        step(
            removal.process(),
            () -> manager.find(removal.process()).ifPresent(ManagedProcess::remove));
      }
    }
  }

  /// Processes that were passed over since a dependency had failed, and which may run now.
  private void startSkipped(Set<String> changed) {
    for (Change change : plan.changes(Change.Unchanged.class)) {
      manager
          .find(change.process())
          .filter(process -> !changed.isEmpty() && process.state() == ProcessState.SKIPPED)
          .ifPresent(process -> step(process.name(), process::start));
    }
  }

  private void remove(String name, Map<String, String> notRemoved) {
    try {
      manager.find(name).ifPresent(ManagedProcess::remove);
    } catch (RuntimeException stays) {
      notRemoved.put(name, String.valueOf(stays.getMessage()));
    }
  }

  // Back.

  /// The same the other way round: what came is stopped, all else gets its specification back in
  /// the old order, then what came is taken out, and what ran is started.
  private void rollBack() throws InterruptedException {
    var came = List.copyOf(created).reversed();
    for (String name : came) {
      manager.find(name).ifPresent(ManagedProcess::stop);
    }
    endFirst();
    starting.clear();
    var old = new LinkedHashMap<String, ProcessSpec>();
    for (Change change : plan.changes()) {
      switch (change) {
        case Change.Update it -> old.put(it.process(), it.before());
        case Change.Restart it -> old.put(it.process(), it.before());
        case Change.Recreate it -> old.put(it.process(), it.before());
        case Change.Remove it -> old.put(it.process(), it.before());
        case Change.Create _, Change.Unchanged _ -> {}
      }
    }
    var all = new LinkedHashMap<>(before.specs());
    all.putAll(old);
    for (String name : DependencyOrder.of(all)) {
      var spec = old.get(name);
      if (spec != null) {
        restored(name, () -> restore(name, spec));
      }
    }
    for (String name : came) {
      remove(name, notRestored);
    }
    created.removeIf(name -> manager.find(name).isEmpty());
    for (ManagedProcess process : starting) {
      restored(process.name(), () -> Starts.anew(process));
    }
    var ran = new LinkedHashSet<>(old.keySet());
    ran.retainAll(before.running());
    ran.removeAll(notRestored.keySet());
    notRestored.putAll(readiness.await(ran, Set.of()));
  }

  private void restored(String process, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException wrong) {
      notRestored.put(process, String.valueOf(wrong.getMessage()));
    }
  }

  private void restore(String name, ProcessSpec spec) {
    var process = manager.find(name).orElseGet(() -> manager.register(spec));
    boolean ran = before.running().contains(name);
    if (!ran && process.state().mayBeAlive()) {
      var _ = process.stop();
    }
    boolean restarting = !process.spec().equals(spec) && process.update(spec);
    if (ran && !restarting) {
      startLater(process);
    }
  }
}
