package dev.procman.core.host;

import dev.procman.LaunchException;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What runs in a [Copy]: it answers text with text, since the types of the two are not the same.
public final class CopyMain implements UnaryOperator<String> {
  private final ProcessManager manager;
  private final PortLeases leases;

  /// With a manager on that state directory.
  public CopyMain(Path stateDirectory) {
    manager = ProcessManager.builder().stateDirectory(stateDirectory).build();
    leases = new PortLeases(StateDirectory.open(Optional.of(stateDirectory)));
  }

  @Override
  public String apply(String order) {
    var words = order.split(" ", -1);
    return switch (words[0]) {
      case "start" -> start();
      case "port" -> port(Integer.parseInt(words[1]));
      case "ports" -> ports(Integer.parseInt(words[1]));
      case "close" -> close();
      default -> throw new IllegalArgumentException(order);
    };
  }

  private String start() {
    try {
      var process = manager.start(ProcessSpec.named("child").command("sleep", "1000").build());
      process.awaitReady(Duration.ofSeconds(20));
      return Long.toString(process.pid().orElseThrow());
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private String port(int port) {
    try {
      return Integer.toString(port == 0 ? leases.lease().port() : leases.lease(port).port());
    } catch (LaunchException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private String ports(int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> Integer.toString(leases.lease().port()))
        .collect(Collectors.joining(" "));
  }

  private String close() {
    manager.close();
    leases.close();
    return "closed";
  }
}
