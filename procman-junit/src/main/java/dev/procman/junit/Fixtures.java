package dev.procman.junit;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The processes of one scope. Thread-safe.
final class Fixtures implements AutoCloseable {
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final WiderPorts wider;
  private final ProcessManager manager;

  /// None yet.
  ///
  /// @param wider the processes of the wider scopes
  Fixtures(String name, Visible wider) {
    this.wider = new WiderPorts(wider);
    this.manager = ProcessManager.builder().name(name).build();
  }

  /// Starts these together and waits until all are ready.
  ///
  /// @throws ProcessNotReadyException when one does not come up, after all of these were ended;
  ///   others that did not either are suppressed in it
  void start(Collection<ProcessSpec> specs) throws InterruptedException {
    var started = specs.stream().map(wider::fill).map(manager::register).toList();
    manager.startAll();
    started.stream().filter(process -> process.spec().onDemand()).forEach(ManagedProcess::start);
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
      manager.stopAll();
      throw failure;
    }
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
