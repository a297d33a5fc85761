package dev.procman.core.manager;

import dev.procman.spi.DurationText;
import dev.procman.ProcessSpec;
import dev.procman.StopSequence;
import dev.procman.core.EngineThreads;
import dev.procman.core.Nanos;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.supervisor.Supervisor;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops many processes: each as soon as all that depend on it are gone, so in reverse order and
/// else in parallel. No thread waits for any of them but the caller's, and that without regard to
/// interrupts: a host that is being torn down interrupts everything, and must not leave children.
///
/// When the manager ends, there is a time for all. What would be stopped after others must not be
/// killed because those took it, so the time that is left is shared: a process whose stop begins
/// gets that time divided by the number of processes that are still to be stopped one after the
/// other, itself included. Who needs less leaves the rest to those below.
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /// For what follows a kill: its deadline, the end of output, a hook. Beyond that something is
  /// wrong with the engine itself, and the guard does better.
  private static final Duration AFTER_KILL = Duration.ofSeconds(20);

  private final Duration timeout;
  private final StopSequence defaultStop;

  Shutdown(Duration timeout, StopSequence defaultStop) {
    this.timeout = timeout;
    this.defaultStop = defaultStop;
  }

  /// Warns when a stop sequence may take longer than the manager's end.
  void check(ProcessSpec spec) {
    var longest = longest(spec);
    if (Nanos.of(longest) > Nanos.of(timeout)) {
      log.atWarn()
          .addKeyValue("process.name", spec.name())
          .log(
              "its stop sequence may take {}, and closing the manager kills after {}; raise shutdownTimeout or shorten the"
                  + " sequence",
              DurationText.of(longest),
              DurationText.of(timeout));
    }
  }

  private Duration longest(ProcessSpec spec) {
    long nanos = 0;
    for (var step : spec.stop().orElse(defaultStop).steps()) {
      nanos = saturated(nanos, Nanos.of(step.patience()));
    }
    return Duration.ofNanos(nanos);
  }

  /// Stops them all and waits for it.
  void stopInOrder(List<Supervisor> supervisors, DependencyGraph graph) {
    new Round(supervisors, graph, Long.MAX_VALUE).begin().join();
  }

  /// Stops them all, kills those whose time is over, and waits for that.
  ///
  /// @return whether all have come to an end, be it STUCK
  boolean stopOrKill(List<Supervisor> supervisors, DependencyGraph graph) {
    long now = System.nanoTime();
    var stopped = new Round(supervisors, graph, now + Nanos.of(timeout)).begin();
    var killing =
        supervisors.stream()
            .map(supervisor -> supervisor.spec().stop().orElse(defaultStop).killDeadline())
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    // Each of these may mean for ever.
    long limit = saturated(saturated(Nanos.of(timeout), Nanos.of(killing)), Nanos.of(AFTER_KILL));
    try {
      stopped.orTimeout(limit, TimeUnit.NANOSECONDS).join();
      return true;
    } catch (CompletionException late) {
      if (!(late.getCause() instanceof TimeoutException)) {
        throw late;
      }
      log.atError()
          .addKeyValue(
              "processes",
              supervisors.stream()
                  .filter(each -> each.snapshotNow().state().mayBeAlive())
                  .map(Supervisor::name)
                  .toList())
          .log("processes do not come to an end; they are left to the orphan guard and the ledger");
      return false;
    }
  }

  private static long saturated(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /// One stop of many.
  private static final class Round {
    private final Map<String, Supervisor> byName = new LinkedHashMap<>();
    private final Map<String, Set<String>> dependencies = new HashMap<>();
    private final Map<String, List<String>> dependents = new HashMap<>();
    private final Map<String, Integer> heights = new HashMap<>();
    private final Map<String, CompletableFuture<Void>> stops = new HashMap<>();
    private final long deadline;

    /// @param deadline of [System#nanoTime()], or the highest number for none
    Round(List<Supervisor> supervisors, DependencyGraph graph, long deadline) {
      this.deadline = deadline;
      supervisors.forEach(supervisor -> byName.put(supervisor.name(), supervisor));
      for (String name : byName.keySet()) {
        var above = graph.dependentsOf(name).stream().filter(byName::containsKey).toList();
        dependents.put(name, above);
        above.forEach(
            dependent -> dependencies.computeIfAbsent(dependent, _ -> new HashSet<>()).add(name));
      }
    }

    CompletableFuture<Void> begin() {
      byName
          .keySet()
          .forEach(name -> {
            var _ = height(name, new HashSet<>());
          });
      byName
          .keySet()
          .forEach(name -> {
            var _ = stop(name, new HashSet<>());
          });
      return CompletableFuture.allOf(stops.values().toArray(CompletableFuture[]::new));
    }

    /// How many are to be stopped one after the other from this one on.
    ///
    /// @param path those above; a cycle among processes that were never started ends here
    private int height(String name, Set<String> path) {
      var known = heights.get(name);
      if (known != null || !path.add(name)) {
        return known == null ? 0 : known;
      }
      int below =
          dependencies.getOrDefault(name, Set.of()).stream()
              .mapToInt(dependency -> height(dependency, path))
              .max()
              .orElse(0);
      path.remove(name);
      var supervisor = Objects.requireNonNull(byName.get(name));
      int height = below + (supervisor.snapshotNow().state().mayBeAlive() ? 1 : 0);
      heights.put(name, height);
      return height;
    }

    private CompletableFuture<Void> stop(String name, Set<String> path) {
      var known = stops.get(name);
      if (known != null) {
        return known;
      }
      var done = new CompletableFuture<Void>();
      stops.put(name, done);
      path.add(name);
      var above =
          Objects.requireNonNull(dependents.get(name)).stream()
              .filter(dependent -> !path.contains(dependent))
              .map(dependent -> stop(dependent, path))
              .toArray(CompletableFuture[]::new);
      path.remove(name);
      var supervisor = Objects.requireNonNull(byName.get(name));
      var _ =
          CompletableFuture.allOf(above)
              .thenCompose(_ -> stop(supervisor))
              .whenComplete((_, failed) -> {
                if (failed != null) {
                  log.atWarn()
                      .addKeyValue("process.name", name)
                      .setCause(failed)
                      .log("could not stop it");
                }
                done.complete(null);
              });
      return done;
    }

    private CompletableFuture<Void> stop(Supervisor supervisor) {
      var stopped = supervisor.stop();
      if (deadline != Long.MAX_VALUE) {
        int levels = Math.max(1, heights.getOrDefault(supervisor.name(), 1));
        long share = Math.max(0, deadline - System.nanoTime()) / levels;
        long generation = supervisor.snapshotNow().generation();
        // A hook that takes more than half of it is waited for no longer: nobody is to be killed
        // who was not asked.
        after(share / 2, stopped, () -> supervisor.tell(new Input.BeforeStopDone(generation)));
        after(share, stopped, () -> cutShort(supervisor, share));
      }
      return stopped;
    }

    private static void after(long nanos, CompletableFuture<Void> unless, Runnable task) {
      EngineThreads.schedule(
          nanos,
          () -> {
            if (!unless.isDone()) {
              task.run();
            }
          });
    }

    private static void cutShort(Supervisor supervisor, long share) {
      if (supervisor.snapshotNow().state().mayBeAlive()) {
        log.atWarn()
            .addKeyValue("process.name", supervisor.name())
            .log(
                "killing it: the shutdown timeout left its stop {}",
                DurationText.of(Duration.ofNanos(share)));
      }
      supervisor.tell(new Input.StopTimeOver());
    }
  }
}
