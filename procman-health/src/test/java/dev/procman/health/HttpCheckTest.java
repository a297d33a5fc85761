package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpCheckTest extends HealthTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static HttpCheck asking(TinyServer server, String path) {
    return HealthChecks.http(path).port(server.port()).anyOwner();
  }

  private static TinyServer ok(String body) throws IOException {
    return TinyServer.answering("HTTP/1.1 200 OK", body);
  }

  @Test
  void passesOnASuccessAndSaysTheStatusAndTheLatency() throws Exception {
    try (var server = ok("fine")) {
      var verdict = firstVerdict(asking(server, "/health"));

      assertThat(verdict.status()).isEqualTo(HealthStatus.HEALTHY);
      assertThat(verdict.evidence()).containsEntry("status", "200").containsKey("latency");
    }
  }

  @Test
  void anErrorFailsWithTheStatusAndTheBeginningOfTheBody() throws Exception {
    try (var server = TinyServer.answering("HTTP/1.1 503 Busy", "warming up " + "x".repeat(5000))) {
      var verdict = firstVerdict(asking(server, "/"));

      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message())
          .startsWith("status 503 instead of 200 to 299: warming up xxx")
          .hasSizeLessThan(300);
      assertThat(verdict.evidence()).containsEntry("status", "503");
    }
  }

  @Test
  void expectedStatusesAreASetOrATest() throws Exception {
    try (var server = TinyServer.answering("HTTP/1.1 401 Who", "")) {
      var check = asking(server, "/");
      assertThat(firstVerdict(sleeper("a"), check.status(200, 401), LIMIT).isGood()).isTrue();
      assertThat(
              firstVerdict(sleeper("b"), check.status("below 500", c -> c < 500), LIMIT).isGood())
          .isTrue();
      assertThat(firstVerdict(sleeper("c"), check.status(403), LIMIT).message())
          .isEqualTo("status 401 instead of [403]");
    }
  }

  @Test
  void theBodyIsAskedForByARegularExpressionOrATest() throws Exception {
    try (var server = ok("{\"status\":\"UP\"}")) {
      var check = asking(server, "/");
      assertThat(firstVerdict(sleeper("a"), check.body("\"status\":\"UP\""), LIMIT).isGood())
          .isTrue();
      assertThat(firstVerdict(sleeper("b"), check.body("short", t -> t.length() < 20), LIMIT))
          .returns(true, HealthResult::isGood);
      assertThat(firstVerdict(sleeper("c"), check.body("DOWN"), LIMIT).message())
          .isEqualTo("status 200, but the body is not /DOWN/: {\"status\":\"UP\"}");
    }
  }

  @Test
  void methodHeadersAndPathArriveAsAskedFor() throws Exception {
    var head = new AtomicReference<List<String>>(List.of());
    try (var server =
        TinyServer.of((socket, out) -> {
          head.set(TinyServer.readHead(socket));
          out.write("HTTP/1.1 204 No\r\n\r\n".getBytes());
        })) {
      var check =
          asking(server, "/a%20b?c=${name}")
              .method("POST")
              .header("Host", "shop.example")
              .header("Authorization", "Bearer x");
      assertThat(firstVerdict(check).isGood()).isTrue();

      assertThat(head.get().getFirst()).isEqualTo("POST /a%20b?c=subject HTTP/1.1");
      assertThat(head.get())
          .contains("Host: shop.example", "Authorization: Bearer x", "Connection: close")
          .contains("Content-Length: 0");
    }
  }

  @Test
  void aHeadRequestDoesNotWaitForABody() throws Exception {
    try (var server =
        TinyServer.of((socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".getBytes());
          socket.getInputStream().read();
        })) {
      assertThat(firstVerdict(asking(server, "/").method("HEAD")).isGood()).isTrue();
    }
  }

  @Test
  void aServerThatNeverAnswersIsCutAndTheReasonNamesTheAddress() throws Exception {
    var hangs = new CountDownLatch(1);
    try (var server = TinyServer.of((_, _) -> hangs.await())) {
      var verdict = firstVerdict(asking(server, "/x"), SHORT);

      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message())
          .isEqualTo(
              "http://127.0.0.1:" + server.port() + "/x did not answer to the end within 1800 ms");
      hangs.countDown();
    }
  }

  @Test
  void aConnectionThatNobodyAcceptsIsCut() throws Exception {
    // The backlog is full: the kernel answers no further connection.
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var waiting = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 2; i++) {
          waiting.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        }
        var check = HealthChecks.http("/").port(listener.getLocalPort()).anyOwner();
        var verdict = firstVerdict(check, SHORT);

        assertThat(verdict.message()).contains("did not answer to the end within");
      } finally {
        for (var socket : waiting) {
          socket.close();
        }
      }
    }
  }

  @Test
  void aHundredMegabytesAreCutAfterTheirBeginning() throws Exception {
    var sent = new AtomicLong();
    var over = new CountDownLatch(1);
    try (var server =
        TinyServer.of((socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n".getBytes());
          var chunk = "y".repeat(64 * 1024).getBytes();
          try {
            for (int i = 0; i < 1600; i++) {
              out.write(chunk);
              sent.addAndGet(chunk.length);
            }
          } finally {
            over.countDown();
          }
        })) {
      var check = asking(server, "/").body("all y", text -> text.equals("y".repeat(64 * 1024)));
      assertThat(firstVerdict(check).isGood()).isTrue();

      assertThat(over.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(sent.get()).isLessThan(50L * 1024 * 1024);
    }
  }

  @Test
  void anEndlessChunkedBodyIsCutAfterItsBeginning() throws Exception {
    try (var server =
        TinyServer.of((socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes());
          while (true) {
            out.write("a\r\n0123456789\r\n".getBytes());
          }
        })) {
      assertThat(firstVerdict(asking(server, "/").body("^0123456789")).isGood()).isTrue();
    }
  }

  @Test
  void aBodyThatDripsIsCutAtTheTimeout() throws Exception {
    var next = new CountDownLatch(1);
    try (var server =
        TinyServer.of((socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes());
          while (!next.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            out.write('.');
          }
        })) {
      assertThat(firstVerdict(asking(server, "/"), SHORT).message())
          .contains("did not answer to the end within");
      next.countDown();
    }
  }

  @Test
  void aBodyThatBreaksOffFailsAndSaysWhere() throws Exception {
    try (var server =
        TinyServer.of((socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf".getBytes());
        })) {
      assertThat(firstVerdict(asking(server, "/")).message())
          .isEqualTo("127.0.0.1:" + server.port() + ": the body broke off after 4 of 1000 bytes");
    }
  }

  @Test
  void aConnectionThatIsClosedAtOnceIsNoAnswer() throws Exception {
    try (var server = TinyServer.of((socket, _) -> TinyServer.readHead(socket))) {
      assertThat(firstVerdict(asking(server, "/")).message())
          .contains("the connection was closed without an answer");
    }
  }

  @Test
  void anAnswerThatIsNotHttpFailsAndShowsIt() throws Exception {
    try (var server = TinyServer.of((_, out) -> out.write("220 mail ready\r\n".getBytes()))) {
      assertThat(firstVerdict(asking(server, "/")).message())
          .contains("the answer is not HTTP: 220 mail ready");
    }
  }

  @Test
  void nobodyListeningFailsAndNamesThePort() throws Exception {
    int port = freePort();
    assertThat(firstVerdict(HealthChecks.http("/").port(port)))
        .returns(HealthStatus.FAILED, HealthResult::status)
        .returns(
            "cannot connect to 127.0.0.1:" + port + ": Connection refused", HealthResult::message);
  }

  @Test
  void redirectsOnTheSameServerAreFollowed() throws Exception {
    try (var server =
        TinyServer.answering(path ->
            path.equals("/")
                ? "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere")) {
      assertThat(firstVerdict(asking(server, "/").body("there")).isGood()).isTrue();
    }
  }

  @Test
  void aRedirectLoopFails() throws Exception {
    var asked = new AtomicInteger();
    try (var server =
        TinyServer.answering(path -> {
          asked.incrementAndGet();
          return "HTTP/1.1 301 Round\r\nLocation: " + path + "x\r\nContent-Length: 0\r\n\r\n";
        })) {
      // One check only: the next one follows after an hour.
      var probe =
          dev.procman.Probe.of(asking(server, "/"))
              .interval(Duration.ofHours(1))
              .fastInterval(Duration.ofHours(1))
              .timeout(LIMIT);
      var verdict = awaitVerdict(manager.start(sleeper("s").ready(probe).build()), _ -> true);

      assertThat(verdict.message())
          .startsWith("more than 5 redirects, the last to http://127.0.0.1");
      assertThat(asked).hasValue(6);
    }
  }

  @Test
  void aRedirectToAnotherPlaceIsNotFollowedUnlessTold() throws Exception {
    var heads = new java.util.concurrent.CopyOnWriteArrayList<String>();
    try (var other =
            TinyServer.of((socket, out) -> {
              heads.addAll(TinyServer.readHead(socket));
              out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
            });
        var server =
            TinyServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + other.port() + "/x", "")) {
      var check = asking(server, "/").header("Authorization", "Bearer secret");
      var verdict = firstVerdict(sleeper("a"), check, LIMIT);
      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message())
          .isEqualTo(
              "status 302, a redirect to another place: http://127.0.0.1:" + other.port() + "/x");
      assertThat(heads).isEmpty();

      assertThat(firstVerdict(sleeper("b"), check.followAnywhere(), LIMIT).isGood()).isTrue();
      assertThat(heads).contains("GET /x HTTP/1.1").noneMatch(line -> line.contains("secret"));
    }
  }

  @Test
  void aRedirectToNoAddressIsAnotherPlace() throws Exception {
    for (var location : List.of("mailto:nobody", "http://", "http://a b/", "ftp://127.0.0.1/")) {
      try (var server = TinyServer.answering("HTTP/1.1 302 Found\r\nLocation: " + location, "")) {
        var name = "s" + Integer.toHexString(location.hashCode());
        var verdict = firstVerdict(sleeper(name), asking(server, "/").followAnywhere(), LIMIT);
        assertThat(verdict.message())
            .isEqualTo("status 302, a redirect to another place: " + location);
      }
    }
  }

  @Test
  void aRedirectStatusThatIsExpectedPasses() throws Exception {
    try (var server =
        TinyServer.answering("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/", "")) {
      assertThat(firstVerdict(asking(server, "/").status(302)).isGood()).isTrue();
    }
  }

  /// With connections kept open, a server without free descriptors would look well for ever.
  @Test
  void aServerThatServesOldConnectionsAndTakesNoNewOnesIsFoundOut() throws Exception {
    var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    var served = new CountDownLatch(1);
    var kept = new ArrayList<Socket>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            var socket = listener.accept();
            kept.add(socket);
            while (!TinyServer.readHead(socket).isEmpty()) {
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
              served.countDown();
            }
          } catch (SocketException hungUp) {
            // As it should be.
          } catch (IOException unexpected) {
            throw new java.io.UncheckedIOException(unexpected);
          }
        });
    try (listener) {
      var check = HealthChecks.http("/").port(listener.getLocalPort()).anyOwner();
      var process =
          manager.start(sleeper("s").ready(often(check).timeout(Duration.ofSeconds(1))).build());
      process.awaitReady(LIMIT);

      assertThat(awaitVerdict(process, HealthResult::isBad).message()).contains("did not answer");
    } finally {
      for (var socket : kept) {
        socket.close();
      }
    }
  }

  @Test
  void manyChecksLeaveNoConnectionOpen() throws Exception {
    var open = new AtomicInteger();
    try (var server =
        TinyServer.of((socket, out) -> {
          open.incrementAndGet();
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
          // Ends when the other side has closed its end.
          while (socket.getInputStream().read() >= 0) {}
          open.decrementAndGet();
        })) {
      var process = manager.start(sleeper("s").ready(often(asking(server, "/"))).build());
      await().atMost(LIMIT).until(() -> verdicts(process).size() >= 20);
      process.stop();
      await().atMost(LIMIT).untilAtomic(open, org.hamcrest.Matchers.is(0));
    }
  }
}
