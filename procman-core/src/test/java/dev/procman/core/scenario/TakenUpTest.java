package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.core.launch.PortableLauncher;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A launcher that takes up a process which listens already, rather than starting one.
class TakenUpTest extends EngineTest {

  private record Holding(ProcessLauncher launcher, int port) implements ProcessLauncher {
    @Override
    public String name() {
      return "holding";
    }

    @Override
    public Set<Capability> capabilities() {
      return launcher.capabilities();
    }

    @Override
    public boolean holds(int asked) {
      return asked == port;
    }

    @Override
    public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
      return launcher.launch(request, listener);
    }
  }

  @Test
  void aPortOnWhichTheProcessListensAlreadyIsLeasedToIt() throws Exception {
    try (var held = new ServerSocket(0);
        var foreign = new ServerSocket(0);
        var holding =
            builder().launcher(new Holding(new PortableLauncher(), held.getLocalPort())).build()) {
      watch(holding);
      var taken =
          holding.start(
              ProcessSpecs.sleeper("taken-up")
                  .port("http", held.getLocalPort())
                  .readyWithoutListening("http")
                  .build());
      taken.awaitReady(LIMIT);
      assertThat(taken.port("http")).isEqualTo(held.getLocalPort());

      var refused =
          holding.start(
              ProcessSpecs.sleeper("refused").port("http", foreign.getLocalPort()).build());
      assertThatThrownBy(() -> refused.awaitReady(LIMIT))
          .hasMessageContaining("port " + foreign.getLocalPort() + " is in use by another program");

      // Others still do not get it.
      var other =
          manager.start(ProcessSpecs.sleeper("other").port("http", taken.port("http")).build());
      assertThatThrownBy(() -> other.awaitReady(LIMIT))
          .hasMessageContaining("leased to another process managed by procman");
    }
  }
}
