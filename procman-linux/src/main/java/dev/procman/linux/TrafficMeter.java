package dev.procman.linux;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.linux.SocketDiag.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what trees move over TCP. The kernel counts bytes for each connection; whose that is its
/// inode tells, which the descriptors of its owner name.
///
/// Only connections that were not known before are looked for among descriptors, so a pass without
/// news costs one question to the kernel. A connection stays its owner's until the kernel forgets
/// it, also when it was closed and only its last bytes are on their way. What opens and closes
/// between two passes is not seen, nor what moves between the last pass and the end of a
/// connection: the sums are a lower bound. Thread-safe.
final class TrafficMeter {
  private static final Logger log = LoggerFactory.getLogger(TrafficMeter.class);
  private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(10);

  /// Many probes ask for one process each, all at once.
  private static final long RECENT = TimeUnit.MILLISECONDS.toNanos(50);

  private static final Path OWN_NETWORK = Path.of("/proc/self/ns/net");

  private final SocketOwners owners = new SocketOwners();
  private final Map<Long, Known> connections = new HashMap<>();
  private final Map<LinuxProcess, Sums> sums = new HashMap<>();
  private boolean said;
  private boolean told;
  private long measuredAt = System.nanoTime() - RECENT;

  private static final class Known {
    Optional<LinuxProcess> owner = Optional.empty();
    long received;
    long sent;
    long lookedAt;
  }

  private static final class Sums {
    long received;
    long sent;
  }

  /// What was counted now; the trees' sums are brought up to date.
  ///
  /// @param processes all that are alive
  /// @return whether the kernel told
  synchronized boolean measure(Collection<LinuxProcess> processes) {
    long now = System.nanoTime();
    boolean fresh = processes.stream().anyMatch(process -> !sums.containsKey(process));
    if (fresh || now - measuredAt >= RECENT) {
      measuredAt = now;
      told = measure(processes, fresh, now);
    }
    return told;
  }

  private boolean measure(Collection<LinuxProcess> processes, boolean fresh, long now) {
    List<Connection> present;
    try {
      present = SocketDiag.connections();
    } catch (SocketDiag.Untold untold) {
      if (!said) {
        said = true;
        log.info("bytes over the network are not measured: {}", untold.getMessage());
      }
      return false;
    }
    sums.keySet().retainAll(new HashSet<>(processes));
    processes.forEach(process -> sums.computeIfAbsent(process, _ -> new Sums()));
    findOwners(present, processes, fresh, now);
    var gone = new HashSet<>(connections.keySet());
    for (var connection : present) {
      gone.remove(connection.cookie());
      count(connection, connections.computeIfAbsent(connection.cookie(), _ -> new Known()));
    }
    connections.keySet().removeAll(gone);
    return true;
  }

  private void findOwners(
      List<Connection> present, Collection<LinuxProcess> processes, boolean fresh, long now) {
    var wanted = new HashMap<Long, Known>();
    for (var connection : present) {
      var known = connections.get(connection.cookie());
      // Nobody's before may be a new tree's, or was handed on meanwhile.
      boolean look =
          known == null || (known.owner.isEmpty() && (fresh || now - known.lookedAt > LOOK_AGAIN));
      if (look && connection.inode() != 0) {
        var place = known == null ? new Known() : known;
        place.lookedAt = now;
        connections.put(connection.cookie(), place);
        wanted.put(connection.inode(), place);
      }
    }
    if (!wanted.isEmpty()) {
      owners
          .find(wanted.keySet(), processes)
          .forEach((inode, owner) -> {
            var known = wanted.get(inode);
            if (known != null) {
              known.owner = Optional.of(owner);
            }
          });
    }
  }

  private void count(Connection connection, Known known) {
    known
        .owner
        .map(sums::get)
        .ifPresent(sum -> {
          sum.received += Math.max(0, connection.received() - known.received);
          sum.sent += Math.max(0, connection.sent() - known.sent);
          known.received = connection.received();
          known.sent = connection.sent();
        });
  }

  /// Puts a tree's sums into a sample, unless its connections are in a network that cannot be seen
  /// from here.
  synchronized void tell(LinuxProcess process, ResourceSample.Builder sample) {
    var sum = sums.get(process);
    if (sum != null && isOnSameNetwork(process.pid())) {
      sample.set(ResourceMetric.NETWORK_RECEIVED, sum.received);
      sample.set(ResourceMetric.NETWORK_SENT, sum.sent);
    }
  }

  private static boolean isOnSameNetwork(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
          .equals(Files.readSymbolicLink(OWN_NETWORK));
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }
}
