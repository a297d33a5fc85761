package dev.procman.health;

import dev.procman.proc.PortOwner;
import dev.procman.proc.PortOwners;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Proves that an answer came from the process itself: the socket that took the connection must
/// belong to its tree. One proof per probe and generation.
///
/// To find the owner costs more than most questions, so that is done every few seconds. In between
/// it is enough to see that the tree still has that socket open, since then nobody else can listen
/// there who does not share the port on purpose.
final class OwnerProof {
  private static final Duration HOLDS = Duration.ofSeconds(10);

  private Optional<Duration> found = Optional.empty();
  private List<PortOwner.Descriptor> descriptors = List.of();

  /// Keeps a verdict when the answer came from the process, whatever it was; an answer of somebody
  /// else is none.
  synchronized HealthResult confirm(
      HealthResult verdict, HealthContext context, InetAddress target, int port)
      throws IOException {
    var now = context.uptime();
    if (holds(now) || !isOfThisMachine(target)) {
      return verdict;
    }
    found = Optional.of(now);
    descriptors = List.of();
    var identity = context.identity();
    if (identity.isEmpty() && context.tree().isEmpty()) {
      return HealthResult.failing("the process has ended");
    }
    if (identity.isEmpty()) {
      return verdict.with(
          "owner", "not checked: it is not known which process of this machine it is, if any");
    }
    return switch (PortOwners.of(target, port, identity.get().pid(), context::tree)) {
      case PortOwner.Own own -> {
        descriptors = own.descriptors();
        yield verdict.with("owner", "pid " + own.pid());
      }
      case PortOwner.Untold untold -> verdict.with("owner", "not checked: " + untold.reason());
      case PortOwner.Nobody _ -> {
        found = Optional.empty();
        yield verdict.isBad()
            ? verdict
            : HealthResult.failing("nothing listens on port " + port + " any more");
      }
      case PortOwner.Foreign foreign -> {
        found = Optional.empty();
        yield HealthResult.failing("port " + port + " is held by " + foreign.words())
            .with("owner", foreign.words());
      }
    };
  }

  private boolean holds(Duration now) {
    return found.filter(then -> now.minus(then).compareTo(HOLDS) < 0).isPresent()
        && descriptors.stream().allMatch(PortOwner.Descriptor::isOpen);
  }

  private static boolean isOfThisMachine(InetAddress target) throws IOException {
    return target.isLoopbackAddress() || NetworkInterface.getByInetAddress(target) != null;
  }
}
