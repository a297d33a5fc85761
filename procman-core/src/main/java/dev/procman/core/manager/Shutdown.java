package dev.procman.core.manager;

import dev.procman.core.Uninterruptibly;
import dev.procman.StopSequence;
import dev.procman.core.Nanos;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops many processes: each as soon as all that depend on it are gone, so in reverse order and
/// else in parallel. Waits without regard to interrupts: a host that is being torn down interrupts
/// everything, and must not leave children.
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("procman-stop").start(task);

  private final Duration timeout;
  private final CountDownLatch end = new CountDownLatch(1);

  Shutdown(Duration timeout) {
    this.timeout = timeout;
  }

  /// Stops them all and waits for it.
  void stopInOrder(List<Supervisor> supervisors, DependencyGraph graph) {
    begin(supervisors, graph).join();
  }

  /// Stops them all, kills what is left after the timeout, and waits for that.
  void stopOrKill(List<Supervisor> supervisors, DependencyGraph graph) {
    var stopped = begin(supervisors, graph);
    try {
      stopped.copy().orTimeout(Nanos.of(timeout), TimeUnit.NANOSECONDS).join();
    } catch (CompletionException tooLong) {
      var kill = StopSequence.kill();
      for (var supervisor : supervisors) {
        if (supervisor.snapshotNow().state().mayBeAlive()) {
          log.atWarn()
              .addKeyValue("process.name", supervisor.name())
              .log("the shutdown timeout of {} is over: killing what is left", timeout);
        }
        // Not a command: one that was removed meanwhile would refuse it, and has ended.
        supervisor.tell(new Input.Stop(Optional.of(kill)));
      }
      stopped.join();
    }
  }

  private static CompletableFuture<Void> begin(
      List<Supervisor> supervisors, DependencyGraph graph) {
    var byName = new HashMap<String, Supervisor>();
    supervisors.forEach(supervisor -> byName.put(supervisor.name(), supervisor));
    var stops = new HashMap<String, CompletableFuture<Void>>();
    for (var supervisor : supervisors) {
      var _ = stop(supervisor, byName, graph, stops, List.of());
    }
    return CompletableFuture.allOf(stops.values().toArray(CompletableFuture[]::new));
  }

  /// @param path those that wait for this one; a cycle among processes that were never started ends
  ///   here
  private static CompletableFuture<Void> stop(
      Supervisor supervisor,
      Map<String, Supervisor> byName,
      DependencyGraph graph,
      Map<String, CompletableFuture<Void>> stops,
      List<String> path) {
    var known = stops.get(supervisor.name());
    if (known != null) {
      return known;
    }
    var done = new CompletableFuture<Void>();
    stops.put(supervisor.name(), done);
    var longer = new ArrayList<>(path);
    longer.add(supervisor.name());
    var dependents =
        graph.dependentsOf(supervisor.name()).stream()
            .filter(name -> !longer.contains(name))
            .map(byName::get)
            .filter(Objects::nonNull)
            .map(dependent -> stop(dependent, byName, graph, stops, longer))
            .toArray(CompletableFuture[]::new);
    var _ =
        CompletableFuture.allOf(dependents)
            .thenRunAsync(() -> supervisor.handle().stop(), THREADS)
            .whenComplete((_, failed) -> {
              if (failed != null) {
                log.atWarn()
                    .addKeyValue("process.name", supervisor.name())
                    .setCause(failed)
                    .log("could not stop it");
              }
              done.complete(null);
            });
    return done;
  }

  void ended() {
    end.countDown();
  }

  /// Waits for whoever is closing the manager.
  void awaitEnd() {
    Uninterruptibly.await(end::await);
  }
}
