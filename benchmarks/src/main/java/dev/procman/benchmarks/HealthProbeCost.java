package dev.procman.benchmarks;

import dev.procman.HealthHistory;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.health.HealthChecks;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

  /// Has a probe ask often, and takes the latencies that it says: of every check in turn, from the
  /// moment it is due until its verdict is there.
  private static final class Asked {
    private final ManagedProcess process;
    private final Counted check;
    private Instant latest = Instant.MIN;

    Asked(ManagedProcess process, HealthCheck check) {
      this.process = process;
      this.check = new Counted(check);
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
        check.awaitSome();
      }
    }

    private List<HealthHistory.Entry> entries() {
      return process.probes().stream()
          .filter(probe -> probe.check().equals(check.describe()))
          .flatMap(probe -> probe.history().entries().stream())
          .toList();
    }
  }

  /// A check that says when it was asked a few times more. Those before the last of them are in the
  /// history by then, and only that one pays for waking who waits, so that what is measured stays
  /// what the check takes by itself.
  private static final class Counted implements HealthCheck {
    private static final int SOME = 10;

    private final HealthCheck check;
    private volatile CountDownLatch asked = new CountDownLatch(0);

    Counted(HealthCheck check) {
      this.check = check;
    }

    void awaitSome() throws InterruptedException {
      var more = new CountDownLatch(SOME);
      asked = more;
      if (!more.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the probe has not asked for " + LIMIT);
      }
    }

    @Override
    public HealthResult check(HealthContext context) throws Exception {
      asked.countDown();
      return check.check(context);
    }

    @Override
    public void validate(ProcessSpec spec) {
      check.validate(spec);
    }

    @Override
    public Map<String, String> environment() {
      return check.environment();
    }

    @Override
    public String describe() {
      return check.describe();
    }

    @Override
    public boolean isPolled() {
      return check.isPolled();
    }
  }
}
