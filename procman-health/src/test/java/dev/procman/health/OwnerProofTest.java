package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose the socket is that answers.
class OwnerProofTest extends HealthTest {
  private static final String ME = "pid " + ProcessHandle.current().pid() + " (java)";

  /// Serves HTTP on an address and a port; both are arguments.
  private static final String SERVER =
      """
      import http.server, socket, sys
      host, port = sys.argv[1], int(sys.argv[2])
      class Quiet(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          self.send_response(200); self.send_header('Content-Length', '0'); self.end_headers()
        def log_message(self, *a): pass
      class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ':' in host else socket.AF_INET
        daemon_threads = True
        def server_bind(self):
          if len(sys.argv) > 3:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
          if host == '::':
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
          self.socket.bind(self.server_address)
          self.server_name, self.server_port = host, port
      server = Server((host, port), Quiet)
      print('listening')
      server.serve_forever()
      """;

  private static HealthCheck check(String kind, int port) {
    return kind.equals("http") ? HealthChecks.http("/").port(port) : HealthChecks.tcp().port(port);
  }

  private static HealthCheck check(String kind) {
    return kind.equals("http")
        ? HealthChecks.http("/").port("web")
        : HealthChecks.tcp().port("web");
  }

  private static TinyServer foreignOk(ServerSocket listener) {
    return TinyServer.on(
        listener,
        (socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "tcp"})
  void theOwnServerPassesAndItsPidIsEvidence(String kind) throws Exception {
    var process =
        manager.start(
            python("web", SERVER, "127.0.0.1", "${port.web}")
                .port("web")
                .ready(often(check(kind)))
                .build());
    process.awaitReady(LIMIT);

    assertThat(awaitVerdict(process, HealthResult::isGood).evidence())
        .containsEntry("owner", "pid " + process.pid().getAsLong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "tcp"})
  void anotherProgramOnThePortIsNeverReadyAndIsNamed(String kind) throws Exception {
    var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (var _ = foreignOk(listener)) {
      int port = listener.getLocalPort();
      var process =
          manager.start(
              sleeper("web")
                  .ready(often(check(kind, port)))
                  .startTimeout(Duration.ofSeconds(2))
                  .build());

      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("port " + port + " is held by " + ME);
      assertThat(verdicts(process))
          .isNotEmpty()
          .allSatisfy(verdict -> {
            assertThat(verdict.isGood()).isFalse();
            assertThat(verdict.evidence()).containsEntry("owner", ME);
          });
    }
  }

  @Test
  void theAnswerOfAnotherProgramIsNoVerdictAlsoWhenItIsAnError() throws Exception {
    try (var server = TinyServer.answering("HTTP/1.1 404 Not Found", "no such page")) {
      var verdict = firstVerdict(HealthChecks.http("/").port(server.port()));

      assertThat(verdict.message()).isEqualTo("port " + server.port() + " is held by " + ME);
    }
  }

  @Test
  void anyOwnerPassesWhenToldSo() throws Exception {
    try (var server = TinyServer.answering("HTTP/1.1 200 OK", "")) {
      assertThat(firstVerdict(HealthChecks.http("/").port(server.port()).anyOwner()).isGood())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
  void aListenerOnThatAddressOrOnAllIsFound(String bound) throws Exception {
    var process =
        manager.start(
            python("web", SERVER, bound, "${port.web}")
                .port("web")
                .ready(often(HealthChecks.http("/")))
                .build());
    process.awaitReady(LIMIT);
  }

  @Test
  void aListenerOfIpv6IsFound() throws Exception {
    var process =
        manager.start(
            python("web", SERVER, "::1", "${port.web}")
                .port("web")
                .ready(often(HealthChecks.http("/").host("::1")))
                .build());
    process.awaitReady(LIMIT);
    assertThat(awaitVerdict(process, HealthResult::isGood).evidence()).containsKey("owner");
  }

  @Test
  void aForeignListenerOfIpv6IsNamed() throws Exception {
    var listener = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"));
    try (var server = foreignOk(listener)) {
      assertThat(firstVerdict(HealthChecks.http("/").host("::1").port(server.port())).message())
          .contains("is held by " + ME);
    }
  }

  /// The kernel spreads connections over both, so half of the answers would be somebody else's.
  @Test
  void aPortSharedWithAnotherProgramIsNotReady() throws Exception {
    try (var channel = ServerSocketChannel.open()) {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var server = foreignOk(channel.socket())) {
        var process =
            manager.start(
                python("web", SERVER, "127.0.0.1", "" + server.port(), "shared")
                    .ready(often(HealthChecks.http("/").port(server.port())))
                    .build());
        await()
            .atMost(LIMIT)
            .until(() -> process.output().lines().toString().contains("listening"));

        assertThat(
                awaitVerdict(process, verdict -> verdict.message().contains("held by")).message())
            .isEqualTo("port " + server.port() + " is held by " + ME);
        assertThat(process.state()).isEqualTo(ProcessState.STARTING);
      }
    }
  }

  @Test
  void workersThatInheritedTheSocketAreTheProcessAlsoWhenTheirParentClosedIt() throws Exception {
    var process =
        manager.start(
            python(
                    "web",
                    """
                    import os, socket, sys, time
                    s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
                    closed, close = os.pipe()
                    for _ in range(2):
                      if os.fork() == 0:
                        os.close(close)
                        os.read(closed, 1)
                        while True:
                          c, _ = s.accept()
                          c.recv(4096)
                          c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
                          c.close()
                    s.close()
                    os.close(close)
                    while True: time.sleep(60)
                    """,
                    "${port.web}")
                .port("web")
                .ready(often(HealthChecks.http("/")))
                .build());
    process.awaitReady(LIMIT);

    assertThat(awaitVerdict(process, HealthResult::isGood).evidence().get("owner"))
        .startsWith("pid ")
        .isNotEqualTo("pid " + process.pid().getAsLong());
  }

  /// The proof is not kept longer than the socket.
  @Test
  void aPortThatAnotherProgramTakesOverIsFoundAtTheNextQuestion() throws Exception {
    var release = temp.resolve("release");
    var process =
        manager.start(
            python(
                    "web",
                    """
                    import os, socket, sys, time
                    s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
                    s.settimeout(0.02)
                    while not os.path.exists(sys.argv[2]):
                      try:
                        c, _ = s.accept()
                        c.recv(4096)
                        c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
                        c.close()
                      except TimeoutError: pass
                    s.close()
                    print('released')
                    while True: time.sleep(60)
                    """,
                    "${port.web}",
                    release.toString())
                .port("web")
                .ready(often(HealthChecks.http("/")).failures(1, 2, 3))
                .build());
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);
    Files.createFile(release);
    await().atMost(LIMIT).until(() -> process.output().lines().toString().contains("released"));

    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port("web")));
    try (var _ = foreignOk(listener)) {
      var verdict = awaitVerdict(process, v -> v.message().contains("is held by"));
      assertThat(verdict.message()).isEqualTo("port " + process.port("web") + " is held by " + ME);
      assertThat(verdict.evidence()).containsEntry("owner", ME);
      awaitHealth(process, HealthStatus.FAILED);
      assertThat(isRunning(process)).isTrue();
    }
  }

  private static boolean isRunning(ManagedProcess process) {
    return process.state() == ProcessState.RUNNING && process.generation() == 1;
  }
}
