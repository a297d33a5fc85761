package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bytes that trees move over TCP. The kernel counts the marks of a connection's begin and end as a
/// byte each, so a sum may be up to two bytes more for each connection.
class TrafficTest {
  private static final int SENT = 300_000;
  private static final int RECEIVED = 120_000;

  private final LinuxLauncher launcher = new LinuxLauncher();

  @AfterEach
  void close() {
    launcher.close();
  }

  private static ServerSocket listen(String address) throws IOException {
    return new ServerSocket(0, 5, InetAddress.getByName(address));
  }

  /// Connects, sends, receives, says so with one more byte, and stays connected until it is told.
  private static String client(ServerSocket server) {
    return "exec 3<>/dev/tcp/%s/%d; head -c %d /dev/zero >&3; head -c %d <&3 >/dev/null; printf . >&3; head -c 1 <&3 >/dev/null"
        .formatted(server.getInetAddress().getHostAddress(), server.getLocalPort(), SENT, RECEIVED);
  }

  private static void serve(Socket socket) throws IOException {
    assertThat(socket.getInputStream().readNBytes(SENT)).hasSize(SENT);
    socket.getOutputStream().write(new byte[RECEIVED]);
    assertThat(socket.getInputStream().read()).isEqualTo('.');
  }

  private ResourceSample sample(Launched of) {
    var measured = ResourceSample.at(System.nanoTime()).build();
    return launcher.refine(Map.of(of.target(), measured)).get(of.target());
  }

  private OptionalLong sent(Launched of) {
    return sample(of).value(ResourceMetric.NETWORK_SENT);
  }

  private void assertCounted(Launched child, int connections) {
    await()
        .atMost(Launches.LIMIT)
        .untilAsserted(() -> {
          var sample = sample(child);
          assertThat(sample.value(ResourceMetric.NETWORK_SENT).orElseThrow())
              .isBetween(connections * (SENT + 1L), connections * (SENT + 3L));
          assertThat(sample.value(ResourceMetric.NETWORK_RECEIVED).orElseThrow())
              .isBetween((long) connections * RECEIVED, connections * (RECEIVED + 3L));
        });
  }

  @Test
  void bytesOfAConnectionAreItsOwnersAndStayWhenItIsClosed() throws Exception {
    try (var server = listen("127.0.0.1");
        var child =
            new Launched(launcher, "/bin/bash", "-c", client(server) + "; exec 3>&-; sleep 1000");
        var silent = new Launched(launcher, "/bin/sleep", "1000")) {
      try (var socket = server.accept()) {
        serve(socket);
        assertCounted(child, 1);
        assertThat(sent(silent)).hasValue(0);
        socket.getOutputStream().write(1);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      assertCounted(child, 1);
    }
  }

  @Test
  void bytesOfEveryMemberCount() throws Exception {
    try (var server = listen("127.0.0.1");
        var child =
            new Launched(
                launcher,
                "/bin/bash",
                "-c",
                "(%1$s; sleep 1000) & (%1$s; sleep 1000) & wait".formatted(client(server)));
        var first = server.accept();
        var second = server.accept()) {
      serve(first);
      serve(second);
      assertCounted(child, 2);
    }
  }

  @Test
  void connectionsOfVersionSixCount() throws Exception {
    try (var server = listen("::1");
        var child = new Launched(launcher, "/bin/bash", "-c", client(server) + "; sleep 1000");
        var socket = server.accept()) {
      serve(socket);
      assertCounted(child, 1);
    }
  }

  @Test
  void aConnectionThatWasThereBeforeItsTreeWasAskedForCounts() throws Exception {
    try (var server = listen("127.0.0.1");
        var early = new Launched(launcher, "/bin/sleep", "1000")) {
      assertThat(sent(early)).hasValue(0);
      try (var child = new Launched(launcher, "/bin/bash", "-c", client(server) + "; sleep 1000");
          var socket = server.accept()) {
        serve(socket);
        assertThat(sent(early)).hasValue(0);
        assertCounted(child, 1);
      }
    }
  }

  @Test
  void anotherNetworkIsNotMeasuredRatherThanZero() {
    try (var child =
        new Launched(launcher, "/usr/bin/unshare", "--net", "/bin/sh", "-c", "exec sleep 1000")) {
      await().atMost(Launches.LIMIT).until(() -> sent(child).isEmpty());
    }
  }

  @Test
  void theManagersUsageHasThem() throws Exception {
    try (var server = listen("127.0.0.1");
        var manager = ProcessManager.builder().launcher(launcher).build()) {
      manager.start(
          ProcessSpec.named("client")
              .command("/bin/bash", "-c", client(server) + "; sleep 1000")
              .build());
      try (var socket = server.accept()) {
        serve(socket);
        await()
            .atMost(Launches.LIMIT)
            .pollInterval(Duration.ofMillis(100))
            .untilAsserted(() ->
                assertThat(
                        manager
                            .resources()
                            .usage("client")
                            .orElseThrow()
                            .value(ResourceMetric.NETWORK_SENT)
                            .orElse(0))
                    .isBetween(SENT + 1L, SENT + 3L));
      }
    }
  }
}
