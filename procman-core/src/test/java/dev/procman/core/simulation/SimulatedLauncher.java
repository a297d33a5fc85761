package dev.procman.core.simulation;

import dev.procman.ExitStatus;
import dev.procman.LaunchException;
import dev.procman.ProcessId;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Launches simulated processes and keeps watch over them: a generation that is launched while
/// anything of an earlier one of its name lives is written down as a violation.
final class SimulatedLauncher implements ProcessLauncher {
  /// Above any pid that a kernel gives out.
  private final AtomicLong pids = new AtomicLong(1L << 40);

  private final Function<ProcessId, Fate> fates;
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("simulated-launcher").factory());
  private final List<SimulatedProcess> processes = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final AtomicLong launches = new AtomicLong();

  /// @param fates what each generation will be like
  SimulatedLauncher(Function<ProcessId, Fate> fates) {
    this.fates = fates;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.SIGNALS, Capability.TREE);
  }

  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    launches.incrementAndGet();
    processes.stream()
        .filter(other -> other.id.name().equals(request.id().name()) && other.isTreeAlive())
        .forEach(
            other -> violations.add(request.id() + " was launched while " + other + " was alive"));
    var fate = fates.apply(request.id());
    if (!fate.launches()) {
      throw new LaunchException(LaunchException.Reason.OTHER, "refused", null);
    }
    var process = new SimulatedProcess(request.id(), pids.getAndAdd(2), fate, listener, teller);
    processes.add(process);
    if (fate.exitsAtOnce()) {
      process.exit(new ExitStatus.Exited(1), Runnable::run);
    }
    return process;
  }

  /// How many launches were asked for.
  long launches() {
    return launches.get();
  }

  /// All that were ever launched.
  List<SimulatedProcess> processes() {
    return processes;
  }

  List<SimulatedProcess> living() {
    return processes.stream().filter(SimulatedProcess::isTreeAlive).toList();
  }

  List<String> violations() {
    return violations;
  }

  @Override
  public void close() {
    teller.shutdown();
  }
}
