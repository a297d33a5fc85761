package dev.procman.core.supervisor;

import dev.procman.ExitUsage;
import dev.procman.ServiceState;
import dev.procman.Signal;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessIdentity;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessLauncher.Capability;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A process of a launcher that cannot do all that the engine would like to, so that nothing is
/// taken from it that it does not declare: without [Capability#LOCAL_PID] its pid means nothing
/// here, and without [Capability#TREE] its tree is the process alone.
///
/// @param process as its launcher gives it
/// @param capabilities the launcher's
record AsDeclared(LaunchedProcess process, Set<Capability> capabilities)
    implements LaunchedProcess {

  /// What a launcher has launched, as far as it can be relied on.
  static LaunchedProcess of(ProcessLauncher launcher, LaunchedProcess launched) {
    var capabilities = launcher.capabilities();
    return capabilities.contains(Capability.LOCAL_PID) && capabilities.contains(Capability.TREE)
        ? launched
        : new AsDeclared(launched, capabilities);
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    return capabilities.contains(Capability.LOCAL_PID) ? process.identity() : Optional.empty();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public boolean signal(Signal signal) {
    return process.signal(signal);
  }

  @Override
  public void signalTree(Signal signal) {
    if (capabilities.contains(Capability.TREE)) {
      process.signalTree(signal);
    } else {
      process.signal(signal);
    }
  }

  @Override
  public List<Long> tree() {
    return capabilities.contains(Capability.TREE)
        ? process.tree()
        : process.isAlive() ? List.of(process.pid()) : List.of();
  }

  @Override
  public OutputStream stdin() {
    return process.stdin();
  }

  @Override
  public void holdOutput(boolean held) {
    process.holdOutput(held);
  }

  @Override
  public Optional<ExitUsage> exitUsage() {
    return process.exitUsage();
  }

  @Override
  public Optional<ServiceState> serviceState() {
    return process.serviceState();
  }

  @Override
  public OptionalLong outOfMemoryKills() {
    return process.outOfMemoryKills();
  }
}
