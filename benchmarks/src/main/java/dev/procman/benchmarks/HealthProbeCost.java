package dev.procman.benchmarks;

import dev.procman.HealthHistory;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.health.HealthChecks;
import dev.procman.spi.HealthCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How long one check takes against nginx, as probes run it: with a connection of its own, and with
/// the proof that it is the process's own socket which answers.
final class HealthProbeCost {
  static final String CASE = "one check of a local server";
  private static final String HTTP = "procman, http";
  private static final String TCP = "procman, tcp";
  private static final String JDK = "HttpClient, connection kept open";
  private static final Duration OFTEN = Duration.ofNanos(200_000);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private HealthProbeCost() {}

  static Benchmark benchmark() {
    return new Forked(
        "health-check",
        "What one health check takes",
        List.of(Target.atMost(400, CASE, HTTP)),
        HealthProbeCost::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers();
        var directory = new TemporaryDirectory();
        var client = HttpClient.newHttpClient()) {
      var web = managers.manager.start(NginxServer.in(directory.path).build());
      web.awaitReady(LIMIT);
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port("web") + "/")).build();
      var http = new Asked(web, HealthChecks.http("/"));
      var tcp =
          new Asked(web, HealthChecks.tcp().send("GET / HTTP/1.0\r\n\r\n").expect("^HTTP/1.1 200"));
      Turns.play(
          effort,
          1000,
          400,
          new Samples.Case(CASE, Unit.MICROS),
          List.of(
              new Contestant(
                  JDK,
                  () -> {
                    long begun = System.nanoTime();
                    client.send(request, BodyHandlers.ofString());
                    return (System.nanoTime() - begun) / 1000.0;
                  }),
              new Contestant(HTTP, http::measure),
              new Contestant(TCP, tcp::measure)),
          into);
    }
  }

  /// Has a probe ask often, and takes the latencies that it says.
  private static final class Asked {
    private final ManagedProcess process;
    private final HealthCheck check;
    private Instant latest = Instant.MIN;

    Asked(ManagedProcess process, HealthCheck check) {
      this.process = process;
      this.check = check;
    }

    double measure() throws InterruptedException {
      var present = process.spec().live().map(Probe::check);
      if (present.filter(check::equals).isEmpty()) {
        var probe = Probe.of(check).interval(OFTEN).timeout(LIMIT);
        process.update(process.spec().toBuilder().live(probe).build());
      }
      while (true) {
        for (var entry : entries()) {
          if (entry.time().isAfter(latest)) {
            latest = entry.time();
            if (!entry.result().isGood()) {
              throw new IllegalStateException(entry.result().message());
            }
            return entry.latency().toNanos() / 1000.0;
          }
        }
        Thread.sleep(1);
      }
    }

    private List<HealthHistory.Entry> entries() {
      return process.probes().stream()
          .filter(probe -> probe.check().equals(check.describe()))
          .flatMap(probe -> probe.history().entries().stream())
          .toList();
    }
  }
}
