package dev.procman.oshi;

import dev.procman.ProcessId;
import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoFactory;

/// Measures processes with their trees through OSHI, on any system that it knows. One look at all
/// processes answers for all targets; that look is dear (tens of milliseconds), which the manager's
/// share for measuring bounds. Nothing of OSHI is loaded before the first measurement. Thread-safe.
///
/// Trees are found by parents. A member that was seen once stays one when its parent is gone.
public final class OshiSampler implements ResourceSampler {
  /// Its start as the launcher tells may be rounded otherwise.
  private static final Duration SAME_START = Duration.ofSeconds(5);

  private final boolean linux = System.getProperty("os.name", "").equals("Linux");
  private final Map<Target, Set<Member>> trees = new HashMap<>();
  private @Nullable OperatingSystem system;

  private record Member(int pid, long startTime) {
    static Member of(OSProcess process) {
      return new Member(process.getProcessID(), process.getStartTime());
    }
  }

  /// Called by the service loader; costs nothing.
  public OshiSampler() {}

  @Override
  public String name() {
    return "oshi";
  }

  @Override
  public synchronized Map<Target, ResourceSample> sample(Collection<Target> targets) {
    var samples = new LinkedHashMap<Target, ResourceSample>();
    if (targets.isEmpty()) {
      return samples;
    }
    var all = system().getProcesses();
    long now = System.nanoTime();
    var byPid = new HashMap<Integer, OSProcess>();
    all.forEach(process -> byPid.put(process.getProcessID(), process));
    trees.keySet().removeIf(target -> root(target, byPid).isEmpty());
    for (var target : targets) {
      root(target, byPid)
          .ifPresent(
              root -> samples.put(target, OshiSamples.of(now, members(target, root, all), linux)));
    }
    return samples;
  }

  private static Optional<OSProcess> root(Target target, Map<Integer, OSProcess> byPid) {
    return Optional.ofNullable(byPid.get((int) target.pid()))
        .filter(root -> isAlive(root) && isSame(root, target));
  }

  /// Of how many trees something is remembered.
  synchronized int remembered() {
    return trees.size();
  }

  /// On Linux without native code: the way with it prints a warning into the host's stderr.
  private OperatingSystem system() {
    var known = system;
    if (known == null) {
      known =
          linux
              ? new oshi.nativefree.SystemInfo().getOperatingSystem()
              : SystemInfoFactory.create().getOperatingSystem();
      system = known;
    }
    return known;
  }

  private static boolean isAlive(OSProcess process) {
    return process.getState() != OSProcess.State.ZOMBIE
        && process.getState() != OSProcess.State.INVALID;
  }

  private static boolean isSame(OSProcess process, Target target) {
    return Duration.between(Instant.ofEpochMilli(process.getStartTime()), target.startTime())
            .abs()
            .compareTo(SAME_START)
        <= 0;
  }

  private List<OSProcess> members(Target target, OSProcess root, List<OSProcess> all) {
    var known = trees.computeIfAbsent(target, _ -> new LinkedHashSet<>());
    known.add(Member.of(root));
    var alive = all.stream().filter(OshiSampler::isAlive).toList();
    known.retainAll(alive.stream().map(Member::of).toList());
    boolean grown = true;
    while (grown) {
      var pids = known.stream().map(Member::pid).toList();
      grown = false;
      for (var process : alive) {
        if (pids.contains(process.getParentProcessID())) {
          grown |= known.add(Member.of(process));
        }
      }
    }
    var members = new ArrayList<OSProcess>();
    for (var process : alive) {
      if (known.contains(Member.of(process))) {
        members.add(process);
      }
    }
    return members;
  }

  @Override
  public synchronized void forget(ProcessId id) {
    trees.keySet().removeIf(target -> target.id().equals(id));
  }

  @Override
  public synchronized void close() {
    trees.clear();
    system = null;
  }
}
