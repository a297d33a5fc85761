package dev.procman.junit;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The processes of one scope. Thread-safe.
final class Fixtures implements AutoCloseable {
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final WiderPorts wider;
  private final ProcessManager manager;

  /// What was started here, by the generation that had completed with success when all were ready;
  /// 0 for those that ran.
  private final Map<ManagedProcess, Long> fixtures = new ConcurrentHashMap<>();

  /// None yet.
  ///
  /// @param wider the processes of the wider scopes
  Fixtures(String name, Visible wider) {
    this(ProcessManager.builder().name(name).build(), wider);
  }

  /// None yet.
  ///
  /// @param manager is closed with this
  Fixtures(ProcessManager manager, Visible wider) {
    this.wider = new WiderPorts(wider);
    this.manager = manager;
  }

  /// Starts these together and waits until all are ready.
  ///
  /// @throws ProcessNotReadyException when one does not come up, after all of these were ended;
  ///   others that did not either are suppressed in it
  void start(Collection<ProcessSpec> specs) throws InterruptedException {
    var started = specs.stream().map(wider::fill).map(manager::register).toList();
    started.forEach(ManagedProcess::start);
    var limit = specs.stream().map(ProcessSpec::startTimeout).reduce(SLACK, Duration::plus);
    ProcessNotReadyException failure = null;
    for (var process : started) {
      try {
        process.awaitReady(limit);
      } catch (ProcessNotReadyException notReady) {
        if (failure == null) {
          failure = notReady;
        } else {
          failure.addSuppressed(notReady);
        }
      }
    }
    if (failure != null) {
      started.forEach(ManagedProcess::keepDirectories);
      dependentsFirst(started).forEach(ManagedProcess::stop);
      throw failure;
    }
    for (var process : started) {
      var now = process.snapshot();
      fixtures.put(process, now.state() == ProcessState.COMPLETED ? now.generation() : 0);
    }
  }

  /// The processes that were started here, but for those that tests have started by hand.
  List<ManagedProcess> fixtures() {
    return processes().stream().filter(fixtures::containsKey).toList();
  }

  /// Whether that generation had completed with success before it was used.
  boolean hadCompleted(ManagedProcess process, long generation) {
    return fixtures.getOrDefault(process, 0L) == generation;
  }

  /// Ends and forgets these.
  void discard(Collection<ProcessSpec> specs) {
    var present =
        specs.stream().map(ProcessSpec::name).map(manager::find).flatMap(Optional::stream).toList();
    dependentsFirst(present).forEach(ManagedProcess::remove);
    present.forEach(fixtures::remove);
  }

  private static List<ManagedProcess> dependentsFirst(List<ManagedProcess> processes) {
    var left = new ArrayList<>(processes);
    var ordered = new ArrayList<ManagedProcess>();
    while (!left.isEmpty()) {
      var free = left.stream().filter(process -> !isNeeded(process, left)).toList();
      ordered.addAll(free);
      if (free.isEmpty() || !left.removeAll(free)) {
        throw new IllegalStateException("a cycle of dependencies is refused when they start");
      }
    }
    return ordered;
  }

  private static boolean isNeeded(ManagedProcess process, List<ManagedProcess> by) {
    return by.stream()
        .flatMap(other -> other.spec().dependencies().stream())
        .anyMatch(dependency -> dependency.process().equals(process.name()));
  }

  ProcessManager manager() {
    return manager;
  }

  Optional<ManagedProcess> find(String name) {
    return manager.find(name);
  }

  List<ManagedProcess> processes() {
    return List.copyOf(manager.processes());
  }

  @Override
  public void close() {
    manager.close();
  }
}
