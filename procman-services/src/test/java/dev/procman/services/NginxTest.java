package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ExitStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class NginxTest extends ServiceTest {

  private record Answer(int status, String body) {}

  private static Answer get(ManagedProcess nginx, String path) throws Exception {
    var connection = (HttpURLConnection) Nginx.uri(nginx).resolve(path).toURL().openConnection();
    try {
      int status = connection.getResponseCode();
      if (status >= 400) {
        return new Answer(status, "");
      }
      try (var body = connection.getInputStream()) {
        return new Answer(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    } finally {
      connection.disconnect();
    }
  }

  @Test
  void itAnswersAndAStopLetsItEndByItself() throws Exception {
    var nginx = ready(Nginx.named("web").spec());
    assertThat(get(nginx, "/any").status()).isEqualTo(204);
    assertThat(nginx.stop().orElseThrow().status()).contains(new ExitStatus.Exited(0));
  }

  @Test
  void itServesFiles() throws Exception {
    var site = Files.createDirectories(temp.resolve("my site"));
    Files.writeString(site.resolve("page.html"), "a page");
    var nginx = ready(Nginx.named("web").serving(site).spec());
    assertThat(get(nginx, "/page.html").body()).isEqualTo("a page");
    assertThat(get(nginx, "/missing.html").status()).isEqualTo(404);
    assertThatThrownBy(() -> Nginx.named("web").serving(temp.resolve("my$site")))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("nginx.serving");
  }

  @Test
  void itPassesRequestsOnToAnotherProcess() throws Exception {
    Files.writeString(temp.resolve("index.html"), "from behind");
    manager.register(
        ProcessSpec.named("app")
            .command("python3", "-m", "http.server", "${port.http}", "--bind", "127.0.0.1")
            .directory(temp)
            .port("http")
            .ready(HealthChecks.http("/").port("http"))
            .build());
    var nginx =
        ready(
            Nginx.named("web").proxying("http://127.0.0.1:${port.app:http}").spec().toBuilder()
                .dependsOn("app")
                .build());
    assertThat(get(nginx, "/").body()).isEqualTo("from behind");
  }

  @Test
  void itsOwnVariablesAreWrittenWithTwoDollarSigns() throws Exception {
    var nginx =
        ready(
            Nginx.named("web")
                .server("location / { return 200 \"$$uri on ${port.http}\"; }")
                .spec());
    assertThat(get(nginx, "/here").body()).isEqualTo("/here on " + nginx.port(Nginx.PORT));
  }

  @Test
  void aBrokenConfigurationIsToldInItsOwnWords() {
    var nginx = manager.start(Nginx.named("web").server("no_such_directive on;").spec());
    assertThatThrownBy(() -> nginx.awaitReady(LIMIT))
        .hasMessageContaining("unknown directive \"no_such_directive\"");
  }
}
