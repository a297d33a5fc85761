package dev.procman.watch;

import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Restarts a process whose files have changed, and answers to its failure. Used by one call of the
/// watcher at a time.
final class Restarts {
  private final FileWatch watch;
  private final ManagedProcess process;
  private final ProcessManager manager;
  private final WatchEvents events;
  private final RollBack rollBack;
  private final Suspension suspension;
  private final LeftDown leftDown;

  Restarts(
      FileWatch watch,
      ManagedProcess process,
      ProcessManager manager,
      WatchEvents events,
      RollBack rollBack) {
    this.watch = watch;
    this.process = process;
    this.manager = manager;
    this.events = events;
    this.rollBack = rollBack;
    this.suspension = new Suspension(watch, process, events);
    this.leftDown = new LeftDown(process);
  }

  Outcome restart(
      List<FileChange> changes,
      String reason,
      boolean dependents,
      CompletableFuture<Void> overtaken)
      throws InterruptedException {
    rollBack.stage(changes);
    boolean down = leftDown.isSo();
    boolean wanted = down || process.snapshot().desired() == Desired.UP;
    if (!wanted || !suspension.admits(changes)) {
      return new Outcome.Nothing();
    }
    leftDown.over();
    if (process.state() == ProcessState.RUNNING) {
      rollBack.ready();
    }
    if (down) {
      process.start();
    } else {
      process.restartIfWanted(reason);
    }
    var outcome = Readiness.await(process, overtaken);
    if (outcome instanceof Outcome.Done) {
      rollBack.readyAnew();
      return dependents ? restartDependents(reason, overtaken) : outcome;
    }
    return outcome;
  }

  private Outcome restartDependents(String reason, CompletableFuture<Void> overtaken)
      throws InterruptedException {
    for (var dependent : Dependents.of(process, manager)) {
      if (dependent.snapshot().desired() == Desired.UP) {
        dependent.restartIfWanted("it depends on " + process.name() + ", and " + reason);
        if (Readiness.await(dependent, overtaken) instanceof Outcome.Failed(String why)) {
          // No failure of the watched process, so nothing is rolled back for it.
          events.publish(reason, meta -> new WatchEvent.ChangeFailed(meta, why));
          return new Outcome.Nothing();
        }
      }
    }
    return new Outcome.Done();
  }

  /// @param present the files that are there
  void afterFailure(Supplier<? extends Collection<Path>> present) throws InterruptedException {
    switch (watch.onFailure()) {
      case OnFailure.KeepTrying _ -> {}
      case OnFailure.StayDown _ -> leftDown.leave();
      case OnFailure.RollBack _ -> rollBack(present.get());
    }
  }

  private void rollBack(Collection<Path> present) throws InterruptedException {
    try {
      var restored = rollBack.restore(present);
      if (restored.isEmpty()) {
        return;
      }
      process.restartIfWanted("the files were rolled back");
      boolean ready = Readiness.await(process) instanceof Outcome.Done;
      events.publish(
          "it did not become ready",
          meta -> new WatchEvent.RolledBack(meta, restored.get(), ready));
    } catch (IOException failed) {
      events.publish(
          "it did not become ready",
          meta -> new WatchEvent.ChangeFailed(meta, "it could not be rolled back: " + failed));
    }
  }
}
