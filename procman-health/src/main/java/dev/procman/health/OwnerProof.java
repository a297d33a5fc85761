package dev.procman.health;

import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Proves that an answer came from the process itself: the socket that took the connection must
/// belong to its tree. One proof per probe and generation, which holds for a while, since finding
/// it costs more than the question itself.
final class OwnerProof {
  private static final Duration HOLDS = Duration.ofSeconds(10);

  private @Nullable Duration provenAt;

  /// Lets a good verdict pass only when the answer came from the process.
  synchronized HealthResult confirm(
      HealthResult verdict, HealthContext context, InetAddress target, int port) {
    if (!verdict.isGood()) {
      provenAt = null;
      return verdict;
    }
    if (!target.isLoopbackAddress()) {
      return verdict;
    }
    var now = context.uptime();
    if (provenAt != null && now.minus(provenAt).compareTo(HOLDS) < 0) {
      return verdict;
    }
    return switch (PortOwners.of(target, port, context.tree())) {
      case PortOwner.Own own -> {
        provenAt = now;
        yield verdict.with("owner", "pid " + own.pid());
      }
      case PortOwner.Untold untold -> {
        provenAt = now;
        yield verdict.with("owner", "not checked: " + untold.reason());
      }
      case PortOwner.Nobody _ ->
          HealthResult.failing("nothing listens on port " + port + " any more");
      case PortOwner.Foreign foreign ->
          HealthResult.failing("port " + port + " is held by " + words(foreign))
              .with("owner", words(foreign));
    };
  }

  private static String words(PortOwner.Foreign foreign) {
    return Optional.of(foreign.holders())
        .filter(holders -> !holders.isEmpty())
        .map(holders ->
            holders.stream().map(PortOwner.Holder::toString).collect(Collectors.joining(", ")))
        .orElse("a process of another user");
  }
}
