package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.HealthStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTPS with a certificate that the JDK's keytool makes and nobody else trusts.
class TlsTest extends HealthTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  @TempDir static Path keys;
  private static SSLContext forAddress;
  private static SSLContext forAnotherName;

  @BeforeAll
  static void makeCertificates() throws Exception {
    forAddress = selfMade("address", "ip:127.0.0.1");
    forAnotherName = selfMade("name", "dns:other.example");
  }

  private static SSLContext selfMade(String name, String subject) throws Exception {
    var file = keys.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "server",
                "-dname",
                "CN=procman",
                "-ext",
                "san=" + subject,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.inputReader().readAllLines()).isNotNull();
    assertThat(keytool.waitFor()).isZero();

    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    key.init(store, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static TinyServer serving(SSLContext identity) throws Exception {
    var listener =
        identity
            .getServerSocketFactory()
            .createServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress());
    return TinyServer.on(
        listener,
        (socket, out) -> {
          TinyServer.readHead(socket);
          out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes());
        });
  }

  private static HttpCheck asking(TinyServer server) {
    return HealthChecks.http("/").port(server.port()).anyOwner();
  }

  @Test
  void aCertificateThatNobodyTrustsFailsAndSaysWhy() throws Exception {
    try (var server = serving(forAddress)) {
      var verdict = firstVerdict(asking(server).https());

      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message())
          .startsWith("no TLS with 127.0.0.1:" + server.port())
          .contains("PKIX path building failed");
    }
  }

  @Test
  void aCertificateThatIsTrustedByNamePasses() throws Exception {
    try (var server = serving(forAddress)) {
      assertThat(firstVerdict(asking(server).https(forAddress).body("ok")).isGood()).isTrue();
    }
  }

  @Test
  void aTrustedCertificateOfAnotherNameFails() throws Exception {
    try (var server = serving(forAnotherName)) {
      var verdict = firstVerdict(asking(server).https(forAnotherName));

      assertThat(verdict.status()).isEqualTo(HealthStatus.FAILED);
      assertThat(verdict.message()).contains("No subject alternative names matching IP address");
    }
  }

  @Test
  void anyCertificatePassesWhenAskedForByName() throws Exception {
    try (var server = serving(forAnotherName)) {
      assertThat(firstVerdict(asking(server).httpsInsecure()).isGood()).isTrue();
    }
  }

  @Test
  void aServerThatHangsInTheHandshakeIsCut() throws Exception {
    try (var server = TinyServer.of((socket, _) -> socket.getInputStream().readAllBytes())) {
      assertThat(firstVerdict(asking(server).httpsInsecure(), Duration.ofSeconds(2)).message())
          .contains("did not answer to the end within 1800 ms");
    }
  }

  @Test
  void aServerWithoutTlsFailsAndSaysSo() throws Exception {
    try (var server = TinyServer.of((_, out) -> out.write("hello there, no TLS".getBytes()))) {
      assertThat(firstVerdict(asking(server).httpsInsecure()).message()).startsWith("no TLS with");
    }
  }

  @Test
  void aServerOfTlsAskedInPlainTextIsNoHttp() throws Exception {
    try (var server = serving(forAddress)) {
      assertThat(firstVerdict(asking(server)).isBad()).isTrue();
    }
  }
}
