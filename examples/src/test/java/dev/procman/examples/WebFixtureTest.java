package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// region junit-fixture
class WebFixtureTest {
  static ProcessManager manager;
  static ManagedProcess web;

  @BeforeAll
  static void startWeb(@TempDir Path site) throws Exception {
    Files.writeString(site.resolve("index.html"), "hello from the fixture");
    manager = ProcessManager.create();
    web =
        manager.start(
            ProcessSpec.named("web")
                .command("python3", "-m", "http.server", "${port.http}")
                .directory(site)
                .port("http")
                .ready(HealthCheck.of("GET /", () -> Http.isOk(web.port("http"))))
                .build());
    web.awaitReady(Duration.ofSeconds(20));
  }

  @AfterAll
  static void stopWeb() {
    manager.close();
  }

  @Test
  void servesItsPage() throws Exception {
    assertThat(Http.get(web.port("http"))).isEqualTo("hello from the fixture");
  }
}
// endregion
