package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import dev.procman.core.host.PortLeases;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ports of one managed process: leased at the first start, kept over restarts.
final class PortTable implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PortTable.class);

  private final PortLeases leases;
  private final IntPredicate isOurs;
  private final Runnable letGo;
  private final Map<String, PortLeases.Lease> held = new HashMap<>();
  private volatile Map<String, Integer> numbers = Map.of();

  /// @param isOurs whether a port that is not free is in use by the very process that is to get it
  /// @param letGo ends what listens at them for the process
  PortTable(PortLeases leases, IntPredicate isOurs, Runnable letGo) {
    this.leases = leases;
    this.isOurs = isOurs;
    this.letGo = letGo;
  }

  /// Leases what is missing and gives back what is no longer named.
  synchronized Map<String, Integer> prepare(ProcessSpec spec) {
    giveBack(spec);
    spec.ports()
        .forEach((name, wanted) ->
            held.computeIfAbsent(
                name,
                _ -> wanted == 0 ? leases.lease() : leases.lease(wanted, isOurs.test(wanted))));
    return count();
  }

  /// The specification of a process that does not run was replaced: gives back what is no longer
  /// named, for others that may be waiting for it.
  void replace(ProcessSpec old, ProcessSpec next) {
    if (!old.ports().equals(next.ports())
        || !old.launch().sockets().equals(next.launch().sockets())) {
      // What listens at a port goes before the port does.
      letGo();
    }
    giveBack(next);
  }

  private synchronized void giveBack(ProcessSpec spec) {
    held.entrySet()
        .removeIf(entry -> {
          Integer wanted = spec.ports().get(entry.getKey());
          boolean keep = wanted != null && (wanted == 0 || wanted == entry.getValue().port());
          if (!keep) {
            entry.getValue().close();
          }
          return !keep;
        });
    var _ = count();
  }

  private Map<String, Integer> count() {
    var now = new HashMap<String, Integer>();
    held.forEach((name, lease) -> now.put(name, lease.port()));
    numbers = Map.copyOf(now);
    return numbers;
  }

  Map<String, Integer> numbers() {
    return numbers;
  }

  /// A launcher is anybody's code: what it cannot end keeps nobody from going on without it.
  private void letGo() {
    try {
      letGo.run();
    } catch (RuntimeException | LinkageError failed) {
      log.atWarn().setCause(failed).log("the launcher could not let go of what listens at ports");
    }
  }

  /// Gives back all of them; the next start leases others.
  @Override
  public void close() {
    // What listens at a port goes before the port may be leased to another.
    letGo();
    synchronized (this) {
      held.values().forEach(PortLeases.Lease::close);
      held.clear();
      numbers = Map.of();
    }
  }
}
