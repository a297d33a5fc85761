package dev.procman.benchmarks;

import dev.procman.event.ProcessEvent;
import dev.procman.health.HealthChecks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/// How long after nginx takes connections the host is told that it is ready. When it takes them is
/// found out by connecting in a tight loop, which takes a core of its own.
final class HealthReady {
  static final String CASE = "nginx takes connections to ProcessReady";
  private static final String PROCMAN = "procman, http";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private HealthReady() {}

  static Benchmark benchmark() {
    return new Forked(
        "health-ready",
        "From a server's first connection to readiness",
        List.of(Target.atMost(30, CASE, PROCMAN)),
        HealthReady::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers();
        var directory = new TemporaryDirectory()) {
      var web =
          managers.manager.register(
              NginxServer.in(directory.path).ready(HealthChecks.http("/")).build());
      var ready = new Stamp();
      managers.manager.events().on(ProcessEvent.ProcessReady.class, _ -> ready.set());
      int port = web.spec().ports().get("web");
      Turns.play(
          effort,
          10,
          10,
          new Samples.Case(CASE, Unit.MILLIS),
          List.of(
              new Contestant(
                  PROCMAN,
                  () -> {
                    web.start();
                    long accepted = awaitAccept(port);
                    double micros = ready.microsSince(accepted);
                    web.awaitReady(LIMIT);
                    web.stop();
                    return Math.max(0, micros / 1000);
                  })),
          into);
    }
  }

  private static long awaitAccept(int port) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    long until = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < until) {
      try (var _ = SocketChannel.open(address)) {
        return System.nanoTime();
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
    }
    throw new IllegalStateException("nobody listens on port " + port);
  }
}
