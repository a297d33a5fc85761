package dev.procman.examples;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;

/// The first lines of the README.
final class FirstSteps {
  private FirstSteps() {}

  static String serve(Path site) throws Exception {
    String page;
    // region first-steps
    try (var manager = ProcessManager.create()) {
      var web =
          manager.start(
              ProcessSpec.named("web")
                  .command("python3", "-m", "http.server", "${port.http}", "-d", site.toString())
                  .port("http") // a free one; no other procman on this machine gets it
                  .ready(HealthChecks.http("/")) // and answered by this very process
                  .restart(RestartPolicy.onFailure())
                  .build());
      web.awaitReady(Duration.ofSeconds(10)); // fails at once if the server ends, and says why
      page = Http.get(web.port("http"));
    } // stopped, with all that it started
    // endregion
    return page;
  }
}
