package dev.procman.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A process that has ended owns no port, whoever answers there.
class PortOwnersTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static PortOwner.Holder self() {
    return new PortOwner.Holder(ProcessHandle.current().pid(), "java");
  }

  @Test
  void aPortIsForeignToAProcessThatIsGone() throws Exception {
    try (var socket = new ServerSocket(0, 50, LOOPBACK)) {
      var process = new ProcessBuilder("true").start();
      process.waitFor();

      var owner = PortOwners.of(LOOPBACK, socket.getLocalPort(), process.pid(), List::of);

      assertThat(owner).isEqualTo(new PortOwner.Foreign(List.of(self())));
    }
  }

  @Test
  void aPortIsForeignToAZombie() throws Exception {
    // The shell becomes a program that does not wait for the child it inherits.
    var parent = new ProcessBuilder("sh", "-c", "sleep 0.05 & echo $!; exec sleep 1000").start();
    try (var socket = new ServerSocket(0, 50, LOOPBACK);
        var lines = new BufferedReader(new InputStreamReader(parent.getInputStream()))) {
      long zombie = Long.parseLong(lines.readLine());
      await()
          .atMost(LIMIT)
          .until(() -> Files.readString(Path.of("/proc/" + zombie + "/stat")).contains(") Z "));

      var owner = PortOwners.of(LOOPBACK, socket.getLocalPort(), zombie, () -> List.of(zombie));

      assertThat(owner).isEqualTo(new PortOwner.Foreign(List.of(self())));
      assertThat(PortOwners.of(LOOPBACK, socket.getLocalPort(), zombie, List::of)).isEqualTo(owner);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aTreeThatCannotBeListedTellsNothing() throws Exception {
    var process = new ProcessBuilder("sleep", "1000").start();
    try (var socket = new ServerSocket(0, 50, LOOPBACK)) {
      for (long leader : new long[] {process.pid(), -1}) {
        assertThat(PortOwners.of(LOOPBACK, socket.getLocalPort(), leader, List::of))
            .isInstanceOf(PortOwner.Untold.class);
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
