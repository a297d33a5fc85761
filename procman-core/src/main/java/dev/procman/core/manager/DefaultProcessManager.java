package dev.procman.core.manager;

import dev.procman.AllocationException;
import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.Resources;
import dev.procman.StopSequence;
import dev.procman.core.BargingLock;
import dev.procman.core.EngineThreads;
import dev.procman.core.Uninterruptibly;
import dev.procman.core.event.EventBus;
import dev.procman.core.host.DirectoryLedger;
import dev.procman.core.host.LedgerSweep;
import dev.procman.core.host.PortLeases;
import dev.procman.core.host.ShutdownHooks;
import dev.procman.core.host.StateDirectory;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.resource.Allocator;
import dev.procman.core.resource.RefinedSampler;
import dev.procman.core.resource.ResourceTracker;
import dev.procman.core.supervisor.Supervisor;
import dev.procman.core.supervisor.SupervisorContext;
import dev.procman.event.ProcessEvents;
import dev.procman.proc.SpareDescriptors;
import dev.procman.spi.ManagerSettings;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessLauncher.Capability;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registry and what concerns several processes: order of start and stop, dependencies, and the
/// end of everything. The registry has one lock, under which nothing waits.
public final class DefaultProcessManager implements ProcessManager {
  private static final Logger log = LoggerFactory.getLogger(DefaultProcessManager.class);

  private final ManagerSettings settings;
  private final StateDirectory directory;
  private final EventBus events;
  private final PortLeases ports;
  private final Records records;
  private final ProcessLauncher launcher;
  private final SupervisorContext context;
  private final DependencyGate gate;
  private final Capabilities capabilities;
  private final Allocator allocator;
  private final ResourceTracker resources;
  private final Shutdown shutdown;
  private final EngineThreads.Claim threads;
  private final ShutdownHooks.Registration hook;
  private final CountDownLatch end = new CountDownLatch(1);
  private final BargingLock lock = new BargingLock();
  private final Map<String, Supervisor> registry = new LinkedHashMap<>();
  private volatile boolean closing;

  /// Creates a manager; first ends what a dead JVM left behind under the same state directory.
  public DefaultProcessManager(
      ManagerSettings settings, ProcessLauncher launcher, Optional<ResourceSampler> measures) {
    Optional<ResourceSampler> sampler =
        measures.map(measure -> new RefinedSampler(measure, launcher));
    this.settings = settings;
    this.launcher = launcher;
    this.directory = StateDirectory.open(settings.stateDirectory());
    var _ = LedgerSweep.sweep(directory);
    DirectoryLedger.sweep(directory);
    String mark = ManagerId.next();
    this.events = new EventBus(settings.name(), settings.clock());
    this.ports = new PortLeases(directory);
    this.records =
        new Records(
            directory,
            ports,
            mark,
            launcher.capabilities().contains(Capability.LOCAL_PID),
            settings.orphanGuard());
    this.capabilities = new Capabilities(launcher);
    var measuring = settings.measuring();
    this.allocator = new Allocator(measuring.budget());
    this.gate = new DependencyGate(this::supervisor, allocator);
    this.resources =
        new ResourceTracker(
            settings.clock(),
            events,
            sampler,
            measuring.interval(),
            measuring.share(),
            allocator::allocation);
    this.context =
        new SupervisorContext(
            mark,
            settings.clock(),
            launcher,
            events,
            ports,
            records,
            settings.restartPolicy().orElse(RestartPolicy.never()),
            settings.stopSequence().orElse(StopSequence.ofDefaults()),
            resources.sampler(),
            resources,
            new Neighbourhood());
    this.shutdown = new Shutdown(settings.shutdownTimeout(), context.defaultStop());
    this.threads = EngineThreads.claim();
    this.hook = ShutdownHooks.register(this::close);
  }

  @Override
  public String name() {
    return settings.name();
  }

  // Registry.

  @Override
  public ManagedProcess register(ProcessSpec spec) {
    return admit(spec, () -> {}).handle();
  }

  /// Registers; nothing is left when `check`, called under the lock, throws.
  private Supervisor admit(ProcessSpec spec, Runnable check) {
    capabilities.require(spec, context);
    shutdown.check(spec);
    var supervisor = enter(spec, check);
    gate.registered(supervisor, spec);
    return supervisor;
  }

  private Supervisor enter(ProcessSpec spec, Runnable check) {
    lock.lock();
    try {
      requireOpen();
      if (registry.containsKey(spec.name())) {
        throw RegistryException.duplicate(spec.name());
      }
      check.run();
      var supervisor = new Supervisor(spec, context);
      registry.put(spec.name(), supervisor);
      supervisor.begin();
      return supervisor;
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closing) {
      throw closed();
    }
  }

  private RuntimeException closed() {
    return RegistryException.closed(settings.name());
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Supervisor> supervisor(String name) {
    return locked(() -> Optional.ofNullable(registry.get(name)));
  }

  private List<Supervisor> supervisors() {
    return locked(() -> List.copyOf(registry.values()));
  }

  @Override
  public Optional<ManagedProcess> find(String name) {
    return supervisor(name).map(Supervisor::handle);
  }

  @Override
  public Collection<ManagedProcess> processes() {
    return supervisors().stream().map(Supervisor::handle).toList();
  }

  @Override
  public ProcessEvents events() {
    return events;
  }

  @Override
  public Path stateDirectory() {
    return directory.path();
  }

  @Override
  public Resources resources() {
    return resources;
  }

  // Starting.

  @Override
  public ManagedProcess start(ProcessSpec spec) {
    var supervisor =
        admit(
            spec,
            () -> {
              var _ = graph(Optional.of(spec)).startOrder(List.of(spec.name()));
              requireRoom(spec);
            });
    startInOrder(List.of(supervisor.name()), true);
    return supervisor.handle();
  }

  /// Who asks learns at once that there is no room; whether there still is when it comes to the
  /// start, the gate decides.
  private void requireRoom(ProcessSpec spec) {
    // Who waited for an end may ask before that has been told to everybody.
    for (String holder : allocator.allocation().granted().keySet()) {
      supervisor(holder).map(Supervisor::snapshotNow).ifPresent(allocator::changed);
    }
    if (allocator.answer(spec) instanceof Allocator.Answer.Refused refused) {
      throw new AllocationException("'" + spec.name() + "' is not started: " + refused.reason());
    }
  }

  @Override
  public void startAll() {
    startInOrder(
        supervisors().stream()
            .filter(supervisor -> !supervisor.spec().onDemand())
            .map(Supervisor::name)
            .toList(),
        false);
  }

  /// Starts these and what they depend on, as far as it is not on its way or where it should be.
  ///
  /// @param always whether the roots themselves are started whatever their state
  @SuppressWarnings("FutureReturnValueIgnored") // the inner one is composed, not ignored
  private void startInOrder(List<String> roots, boolean always) {
    var order =
        locked(() -> {
          requireOpen();
          return graph(Optional.empty()).startOrder(roots).stream()
              .map(name -> Optional.ofNullable(registry.get(name)))
              .flatMap(Optional::stream)
              .toList();
        });
    // All are asked before any is waited for: a launch takes a while, and those that need not wait
    // for each other are launched at the same time. Who depends on another is asked when that one
    // has taken its start: until then it looks as its last generation has left it.
    var asked = new LinkedHashMap<String, CompletableFuture<Long>>();
    for (var supervisor : order) {
      if ((always && roots.contains(supervisor.name())) || isIdle(supervisor.snapshotNow())) {
        var before =
            supervisor.spec().dependencies().stream()
                .map(dependency -> asked.get(dependency.process()))
                .filter(Objects::nonNull)
                .toArray(CompletableFuture[]::new);
        asked.put(
            supervisor.name(),
            CompletableFuture.allOf(before)
                .handle((_, refused) -> supervisor.request(new Input.Start()))
                .thenCompose(start -> start));
      }
    }
    asked.values().forEach(Supervisor::join);
  }

  private static boolean isIdle(ProcessSnapshot snapshot) {
    return snapshot.desired() == Desired.DOWN
        || snapshot.state() == ProcessState.FAILED
        || snapshot.state() == ProcessState.CRASH_LOOP
        || snapshot.state() == ProcessState.SKIPPED;
  }

  private DependencyGraph graph(Optional<ProcessSpec> extra) {
    var specs = new LinkedHashMap<String, ProcessSpec>();
    registry.values().forEach(supervisor -> specs.put(supervisor.name(), supervisor.spec()));
    extra.ifPresent(spec -> specs.put(spec.name(), spec));
    return new DependencyGraph(specs.values());
  }

  // Stopping.

  @Override
  public void stopAll() {
    Supervisor.leaveHook();
    var graph = locked(() -> graph(Optional.empty()));
    shutdown.stopInOrder(supervisors(), graph);
  }

  @Override
  public void awaitShutdown() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() {
    Supervisor.leaveHook();
    boolean first =
        locked(() -> {
          boolean open = !closing;
          closing = true;
          return open;
        });
    if (first) {
      var asking = Thread.currentThread();
      if (asking.isVirtual()) {
        // Which host code may keep from running, and then nobody would close anything any more.
        Thread.ofPlatform().daemon().name("procman-close").start(() -> end(asking));
      } else {
        end(asking);
      }
    }
    Uninterruptibly.await(end::await);
  }

  /// @param asking the thread that has asked for it, which may run a subscriber
  private void end(Thread asking) {
    SpareDescriptors.release();
    try {
      for (var supervisor : supervisors()) {
        var _ = supervisor.refuseStarts(this::closed);
      }
      boolean ended = shutdown.stopOrKill(supervisors(), locked(() -> graph(Optional.empty())));
      for (var supervisor : ended ? supervisors() : List.<Supervisor>of()) {
        supervisor.retire(this::closed);
      }
      resources.close();
      events.close(asking);
    } finally {
      release();
    }
  }

  private void release() {
    try {
      records.close();
      ports.close();
      launcher.close();
    } finally {
      hook.close();
      threads.close();
      end.countDown();
    }
  }

  @Override
  public String toString() {
    return "ProcessManager[" + settings.name() + ", " + supervisors().size() + " processes]";
  }

  /// What supervisors ask of each other's existence.
  private final class Neighbourhood implements SupervisorContext.Neighbours {
    @Override
    public void awaitDependencies(Supervisor supervisor, ProcessSpec spec, long token) {
      gate.await(supervisor, spec, token);
    }

    @Override
    public void watchDependencies(Supervisor supervisor, ProcessSpec spec, long token) {
      gate.watch(supervisor, spec, token);
    }

    @Override
    public void changed(ProcessSnapshot snapshot) {
      gate.changed(snapshot);
    }

    @Override
    public Optional<Integer> port(String process, String port) {
      return supervisor(process).map(found -> found.snapshotNow().ports().get(port));
    }

    @Override
    public ProcessManager manager() {
      return DefaultProcessManager.this;
    }

    @Override
    public void startWithDependencies(Supervisor supervisor) {
      if (supervisor(supervisor.name()).filter(found -> found == supervisor).isEmpty()) {
        throw RegistryException.removed(supervisor.name());
      }
      if (isIdle(supervisor.snapshotNow())) {
        requireRoom(supervisor.spec());
      }
      startInOrder(List.of(supervisor.name()), true);
    }

    @Override
    public void checkReplacement(ProcessSpec spec) {
      capabilities.require(spec, context);
      shutdown.check(spec);
      locked(() -> graph(Optional.of(spec)).startOrder(List.of(spec.name())));
    }

    @Override
    public void remove(Supervisor supervisor, boolean wait) {
      String name = supervisor.name();
      if (supervisor(name).filter(found -> found == supervisor).isEmpty()) {
        return;
      }
      requireUnused(name);
      var refusal = supervisor.refuseStarts(() -> RegistryException.removed(name));
      if (wait) {
        stopAndTakeOut(supervisor, refusal);
      } else {
        Thread.ofVirtual()
            .name("procman-remove-" + name)
            .start(() -> {
              try {
                stopAndTakeOut(supervisor, refusal);
              } catch (RegistryException overtaken) {
                log.atInfo()
                    .addKeyValue("process.name", name)
                    .log("not removed: {}", overtaken.getMessage());
              }
            });
      }
    }

    private void stopAndTakeOut(Supervisor supervisor, Supervisor.Refusal refusal) {
      boolean ended = false;
      while (!ended) {
        if (supervisor.isOver()) {
          // Nobody supervises it any more, so its state will not change: another removal or the
          // manager's end was faster, which may have given up what had outlived its KILL.
          if (supervisor.snapshotNow().state().mayBeAlive()) {
            throw closed();
          }
          return;
        }
        // Without regard to interrupts: nobody would supervise what is left when the wait is cut.
        shutdown.stopInOrder(List.of(supervisor), locked(() -> graph(Optional.empty())));
        ended = takeOut(supervisor, refusal);
      }
    }

    /// Takes it out of the registry.
    ///
    /// @return false when it was stuck as the stop gave up, and is ending by now: to be waited for
    private boolean takeOut(Supervisor supervisor, Supervisor.Refusal refusal) {
      String name = supervisor.name();
      supervisor.awaitTurn();
      boolean removed;
      lock.lock();
      try {
        requireUnused(name);
        if (!isGone(supervisor)) {
          return false;
        }
        removed = registry.remove(name, supervisor);
        if (removed) {
          supervisor.announceRemoval();
        }
      } catch (RegistryException stays) {
        refusal.close();
        throw stays;
      } finally {
        lock.unlock();
      }
      if (removed) {
        supervisor.retire(() -> RegistryException.removed(name));
        gate.forget(supervisor);
      }
      return true;
    }

    /// Else the next process of this name would live beside it.
    private static boolean isGone(Supervisor supervisor) {
      var state = supervisor.snapshotNow().state();
      if (state == ProcessState.STUCK) {
        throw RegistryException.stuck(supervisor.name());
      }
      return !state.mayBeAlive();
    }

    private void requireUnused(String name) {
      var dependents = locked(() -> new ArrayList<>(graph(Optional.empty()).dependentsOf(name)));
      if (!dependents.isEmpty()) {
        throw RegistryException.inUse(name, dependents);
      }
    }
  }
}
