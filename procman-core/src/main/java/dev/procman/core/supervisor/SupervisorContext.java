package dev.procman.core.supervisor;

import dev.procman.ProcessManager;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.StopSequence;
import dev.procman.core.event.EventBus;
import dev.procman.core.host.PortLeases;
import dev.procman.core.resource.ResourceTracker;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcmanClock;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.RestartPolicy;
import java.util.Optional;

/// What the manager lends to each of its supervisors.
///
/// @param mark unique to the manager, the first part of every tree mark
/// @param clock time and timers
/// @param launcher starts processes
/// @param events the bus
/// @param ports leases ports
/// @param bookkeeper remembers live children for the time after a death of this JVM
/// @param defaultRestart for specifications without a policy
/// @param defaultStop for specifications without a stop sequence
/// @param sampler measures what processes use; empty when there is none
/// @param resources measures live processes
/// @param neighbours the other processes of the manager
public record SupervisorContext(
    String mark,
    ProcmanClock clock,
    ProcessLauncher launcher,
    EventBus events,
    PortLeases ports,
    Bookkeeper bookkeeper,
    RestartPolicy defaultRestart,
    StopSequence defaultStop,
    Optional<ResourceSampler> sampler,
    ResourceTracker resources,
    Neighbours neighbours) {

  /// What a supervisor needs of the other processes.
  public interface Neighbours {
    /// Answers, now and whenever it changes, whether the dependencies of `spec` are met, until
    /// `supervisor` leaves WAITING.
    void awaitDependencies(Supervisor supervisor, ProcessSpec spec, long token);

    /// Tells once the dependencies of `spec`, of which one can never be met as it stands, are on
    /// their way again, until `supervisor` leaves SKIPPED.
    void watchDependencies(Supervisor supervisor, ProcessSpec spec, long token);

    /// A process came to another state.
    void changed(ProcessSnapshot snapshot);

    /// The number of a port of another process; empty when there is no such process or port, or it
    /// has none yet.
    Optional<Integer> port(String process, String port);

    /// The manager.
    ProcessManager manager();

    /// Starts a process and those it depends on.
    void startWithDependencies(Supervisor supervisor);

    /// Checks a specification that is to replace another.
    void checkReplacement(ProcessSpec spec);

    /// Stops a process and takes it out of the registry.
    ///
    /// @param wait whether to return only when that is done; else it is done in the background
    void remove(Supervisor supervisor, boolean wait);
  }
}
