package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import dev.procman.core.host.PortLeases;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/// The ports of one managed process: leased at the first start, kept over restarts.
final class PortTable implements AutoCloseable {
  private final PortLeases leases;
  private final IntPredicate isOurs;
  private final Map<String, PortLeases.Lease> held = new HashMap<>();
  private volatile Map<String, Integer> numbers = Map.of();

  /// @param isOurs whether a port that is not free is in use by the very process that is to get it
  PortTable(PortLeases leases, IntPredicate isOurs) {
    this.leases = leases;
    this.isOurs = isOurs;
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

  /// Gives back what is no longer named, for others that may be waiting for it.
  synchronized void giveBack(ProcessSpec spec) {
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

  @Override
  public synchronized void close() {
    held.values().forEach(PortLeases.Lease::close);
    held.clear();
    numbers = Map.of();
  }
}
