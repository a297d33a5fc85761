package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import dev.procman.spi.HealthResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TcpCheckTest extends HealthTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static TcpCheck to(TinyServer server) {
    return HealthChecks.tcp().port(server.port()).anyOwner();
  }

  @Test
  void aConnectionThatStaysOpenPasses() throws Exception {
    try (var server = TinyServer.of((socket, _) -> socket.getInputStream().read())) {
      assertThat(firstVerdict(to(server)))
          .returns(HealthStatus.HEALTHY, HealthResult::status)
          .returns("connected", HealthResult::message);
    }
  }

  @Test
  void aConnectionThatIsClosedAtOnceIsNotReady() throws Exception {
    try (var server = TinyServer.of((_, _) -> {})) {
      // Long enough for a busy machine to close it.
      assertThat(firstVerdict(to(server).settle(Duration.ofSeconds(5))))
          .returns(HealthStatus.FAILED, HealthResult::status)
          .returns("the connection was taken and closed at once", HealthResult::message);
    }
  }

  @Test
  void aConnectionThatCouldNotBeWatchedForItsTimeIsNotReady() throws Exception {
    try (var server = TinyServer.of((socket, _) -> socket.getInputStream().read())) {
      var check = to(server).settle(Duration.ofMinutes(1));
      assertThat(firstVerdict(check, Duration.ofSeconds(2)))
          .returns(HealthStatus.FAILED, HealthResult::status)
          .returns(
              "of 1800 ms too little was left to see it open for 60000 ms", HealthResult::message);
    }
  }

  @Test
  void aConnectionThatIsResetIsNotReady() throws Exception {
    try (var server = TinyServer.of((socket, _) -> socket.setSoLinger(true, 0))) {
      assertThat(firstVerdict(to(server).settle(Duration.ofSeconds(5))).message())
          .contains("Connection reset");
    }
  }

  @Test
  void aGreetingPassesWithoutAnythingSent() throws Exception {
    try (var server =
        TinyServer.of((socket, out) -> {
          out.write("220 mx.example ESMTP\r\n".getBytes());
          socket.getInputStream().read();
        })) {
      assertThat(firstVerdict(to(server).expect("^220 ")).evidence())
          .containsEntry("answer", "220 mx.example ESMTP");
    }
  }

  @Test
  void anAnswerMayComeInPieces() throws Exception {
    try (var server =
        TinyServer.of((socket, out) -> {
          socket.getInputStream().readNBytes("PING\r\n".length());
          for (char piece : "+PONG\r\n".toCharArray()) {
            out.write(piece);
            out.flush();
          }
          socket.getInputStream().read();
        })) {
      assertThat(firstVerdict(to(server).send("PING\r\n").expect("^\\+PONG\r\n")).isGood())
          .isTrue();
    }
  }

  @Test
  void anotherAnswerFailsAndIsShown() throws Exception {
    try (var server = TinyServer.of((_, out) -> out.write("-LOADING dataset\r\n".getBytes()))) {
      assertThat(firstVerdict(to(server).expect("^\\+PONG")).message())
          .isEqualTo("the answer is not /^\\+PONG/: -LOADING dataset; the connection was closed");
    }
  }

  @Test
  void aServerThatSaysNothingIsCut() throws Exception {
    var hangs = new CountDownLatch(1);
    try (var server = TinyServer.of((_, _) -> hangs.await())) {
      assertThat(firstVerdict(to(server).send("PING\r\n").expect("PONG"), SHORT).message())
          .isEqualTo("nothing more came within 1800 ms without an answer");
      hangs.countDown();
    }
  }

  @Test
  void aServerThatClosesWithoutAnAnswerFails() throws Exception {
    try (var server = TinyServer.of((_, _) -> {})) {
      assertThat(firstVerdict(to(server).expect("PONG")).message())
          .isEqualTo("the connection was closed without an answer");
    }
  }

  @Test
  void anEndlessAnswerIsCutAtALimit() throws Exception {
    try (var server =
        TinyServer.of((_, out) -> {
          while (true) {
            out.write("no no no ".getBytes());
          }
        })) {
      var verdict = firstVerdict(to(server).expect("yes"));
      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message()).hasSizeLessThan(400).contains("no no no");
    }
  }

  @Test
  void aServerThatReadsNothingCannotHoldTheCheckThatSends() throws Exception {
    var hangs = new CountDownLatch(1);
    try (var server = TinyServer.of((_, _) -> hangs.await())) {
      var check = to(server).send("x".repeat(64 << 20)).expect("thanks");
      var verdict = firstVerdict(check, SHORT);
      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      hangs.countDown();
    }
  }

  @Test
  void nobodyListeningFailsAndNamesThePort() throws Exception {
    int port = freePort();
    assertThat(firstVerdict(HealthChecks.tcp().port(port)).message())
        .isEqualTo("cannot connect to 127.0.0.1:" + port + ": Connection refused");
  }

  /// Clients get their ports from the range that leases come from; one that gets the port it wants
  /// to connect to meets itself.
  @Test
  void aSocketThatConnectsToItselfIsNoServer() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    int port = freePort();
    try (var meetsItself = new Socket()) {
      meetsItself.setReuseAddress(true);
      meetsItself.bind(new InetSocketAddress(loopback, port));
      meetsItself.connect(new InetSocketAddress(loopback, port));

      assertThat(Connection.isItself(meetsItself)).isTrue();
    }
    try (var server = TinyServer.of((socket, _) -> socket.getInputStream().read());
        var other = new Socket(loopback, server.port())) {
      assertThat(Connection.isItself(other)).isFalse();
    }
  }
}
