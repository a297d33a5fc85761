package dev.procman.core.supervisor;

import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.proc.PortOwner;
import dev.procman.proc.PortOwners;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessLauncher.Capability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Looks whether a generation listens on its named ports, which tells that it is ready where no
/// probe does. A port at which it was once seen to listen is not looked at again. One check in
/// flight at a time.
///
/// Who listens is told by `/proc`. Where there is none, or the process is not one of this machine,
/// a connection is tried, which tells that someone listens, and no more.
final class PortsCheck implements HealthCheck {
  /// Most servers listen within some milliseconds; those that do not are asked more and more
  /// rarely.
  static final double GROWTH = 1.5;

  private static final Duration FIRST = Duration.ofMillis(1);
  private static final Duration SLOWEST = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECT_MILLIS = 1000;
  private static final List<String> LOOPBACKS = List.of("127.0.0.1", "::1");

  private final List<String> left;
  private final boolean ownersAreKnown;
  private final boolean treeIsKnown;

  private PortsCheck(ProcessSpec spec, Set<Capability> capabilities) {
    this.left = new ArrayList<>(spec.portsToListenOn());
    this.ownersAreKnown = PortOwners.areKnown() && capabilities.contains(Capability.LOCAL_PID);
    this.treeIsKnown = capabilities.contains(Capability.TREE);
  }

  /// A probe of one generation.
  static Probe probe(ProcessSpec spec, ProcessLauncher launcher) {
    return Probe.of(new PortsCheck(spec, launcher.capabilities()))
        .fastInterval(FIRST)
        .interval(SLOWEST)
        .timeout(TIMEOUT);
  }

  @Override
  public synchronized HealthResult check(HealthContext context) {
    while (!left.isEmpty()) {
      var port = left.getFirst();
      var complaint = complaint(context, context.process().port(port));
      if (complaint.isPresent()) {
        return HealthResult.failing(
            "port '%s' (%d) %s; name it in readyWithoutListening(\"%s\") if nothing shall listen there"
                .formatted(port, context.process().port(port), complaint.get(), port));
      }
      left.removeFirst();
    }
    return HealthResult.healthy("its named ports are listened on");
  }

  private Optional<String> complaint(HealthContext context, int port) {
    if (ownersAreKnown) {
      return context
          .identity()
          .map(process -> complaint(PortOwners.of(port, process.pid(), context::tree)))
          .orElse(Optional.of("cannot be listened on any more, since the process has ended"));
    }
    return LOOPBACKS.stream().anyMatch(address -> connects(address, port))
        ? Optional.empty()
        : Optional.of("takes no connection yet");
  }

  private Optional<String> complaint(PortOwner owner) {
    return switch (owner) {
      case PortOwner.Own _ -> Optional.empty();
      case PortOwner.Nobody _ -> Optional.of("is not listened on yet");
      case PortOwner.Foreign foreign ->
          treeIsKnown ? Optional.of("is held by " + foreign.words()) : Optional.empty();
      case PortOwner.Untold untold ->
          untold.listened() ? Optional.empty() : Optional.of("is not known: " + untold.reason());
    };
  }

  private static boolean connects(String address, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), CONNECT_MILLIS);
      // One that has got the port as its own number is connected to itself.
      return socket.getLocalPort() != port;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public String describe() {
    return "listening on its named ports";
  }
}
