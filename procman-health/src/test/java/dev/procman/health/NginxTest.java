package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// nginx with a master and two workers that share its listening socket.
class NginxTest extends HealthTest {
  private static final String CONFIGURATION =
      """
      daemon off;
      pid DIR/nginx.pid;
      error_log stderr notice;
      worker_processes 2;
      events { worker_connections 64; }
      http {
        access_log off;
        client_body_temp_path DIR/body; proxy_temp_path DIR/proxy;
        fastcgi_temp_path DIR/fastcgi; uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
        server {
          listen 127.0.0.1:PORT;
          location /health { return 200 "up\\n"; }
          location / { return 404 "nothing here"; }
          location /moved { return 302 http://127.0.0.1:1/; }
          EXTRA
        }
      }
      """;

  private ProcessSpec.Builder nginx(int port, String extra) throws IOException {
    var file = temp.resolve("nginx.conf");
    Files.writeString(
        file,
        CONFIGURATION
            .replace("DIR", temp.toString())
            .replace("PORT", Integer.toString(port))
            .replace("EXTRA", extra));
    return ProcessSpec.named("nginx")
        .command(Services.nginx(), "-e", "stderr", "-p", temp.toString(), "-c", file.toString());
  }

  static Probe often(HttpCheck check) {
    return Probe.of(check)
        .interval(Duration.ofMillis(50))
        .timeout(Duration.ofSeconds(2))
        .failures(1, 2, 3);
  }

  private ManagedProcess running() throws Exception {
    int port = freePort();
    var process =
        manager.start(
            nginx(port, "")
                .port("http", port)
                .ready(often(HealthChecks.http("/health").body("^up$")))
                .build());
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);
    return process;
  }

  @Test
  void isFoundReadyAndTheSocketProvenItsOwn() throws Exception {
    var process = running();

    assertThat(awaitVerdict(process, HealthResult::isGood).evidence())
        .containsEntry("owner", "pid " + process.pid().getAsLong());
    assertThat(process.stop()).hasValueSatisfying(report -> assertThat(report.success()).isTrue());
  }

  @Test
  void isFoundHangingWhenItsWorkersAreStoppedAndHealthyWhenTheyGoOn() throws Exception {
    var process = running();
    var workers = ProcessHandle.of(process.pid().getAsLong()).orElseThrow().descendants().toList();
    assertThat(workers).hasSize(2);
    for (var worker : workers) {
      kill("STOP", worker.pid());
    }
    try {
      var event = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
      assertThat(event.reason())
          .contains(":" + process.port("http") + "/health did not answer to the end within");
      assertThat(event.streak()).isEqualTo(-3);
    } finally {
      for (var worker : workers) {
        kill("CONT", worker.pid());
      }
    }
    awaitHealth(process, HealthStatus.HEALTHY);
    assertThat(process.generation()).isOne();
  }

  private static void kill(String signal, long pid) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aMistakeInItsConfigurationFailsTheStartWithItsOwnWords() throws Exception {
    var process =
        manager.start(
            nginx(freePort(), "no_such_directive on;")
                .port("http")
                .ready(often(HealthChecks.http("/health")))
                .build());

    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("unknown directive \"no_such_directive\"");
  }

  @Test
  void aMistakeInItsConfigurationAtAReloadIsNoHarm() throws Exception {
    var process = running();
    var file = temp.resolve("nginx.conf");
    Files.writeString(file, Files.readString(file).replace("location /moved", "nonsense /moved"));
    int before = process.output().lines().size();
    process.signal(Signal.HUP);
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .until(() ->
            process.output().lines().stream()
                .skip(before)
                .anyMatch(line -> line.text().contains("unknown directive")));

    assertThat(process.health()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void aPathThatWasTakenAwayIsFoundAfterAReload() throws Exception {
    var process = running();
    var file = temp.resolve("nginx.conf");
    Files.writeString(file, Files.readString(file).replace("/health", "/other"));
    process.signal(Signal.HUP);

    var event = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
    assertThat(event.reason()).isEqualTo("status 404 instead of 200 to 299: nothing here");
    assertThat(event.evidence()).containsEntry("status", "404");
  }

  @Test
  void aRedirectToAnotherHostIsNotTakenForHealth() throws Exception {
    int port = freePort();
    var process =
        manager.start(
            nginx(port, "").port("http", port).ready(often(HealthChecks.http("/moved"))).build());

    assertThat(awaitVerdict(process, v -> v.evidence().containsKey("status")).message())
        .isEqualTo("status 302, a redirect to another place: http://127.0.0.1:1/");
  }

  /// nginx tries to bind for some seconds; in that time another program answers on its port.
  @Test
  void aPortThatIsTakenIsNeverReadyAndTheHolderIsNamed() throws Exception {
    var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (var server =
        TinyServer.on(
            listener,
            (socket, out) -> {
              TinyServer.readHead(socket);
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nup\n".getBytes());
            })) {
      var process =
          manager.start(
              nginx(server.port(), "")
                  .ready(often(HealthChecks.http("/health").port(server.port())))
                  .build());

      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining(
              "port "
                  + server.port()
                  + " is held by pid "
                  + ProcessHandle.current().pid()
                  + " (java)")
          .hasMessageContaining("Address already in use");
    }
  }
}
