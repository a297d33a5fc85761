package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.event.ProcessEvent;
import dev.procman.health.HealthChecks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/// How long after nginx takes connections the host is told that it is ready. When it takes them is
/// found out by connecting in a tight loop, which takes a core of its own. The operating system
/// takes connections before nginx has workers to answer; how long that lasts is measured beside it.
final class HealthReady {
  static final String CASE = "nginx takes connections to ProcessReady";
  private static final String PROCMAN = "procman, ProcessReady";
  private static final String LIMIT_OF_ALL = "nginx's own first answer (the limit)";
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
      for (int i = effort.turnOf(10); i > 0; i--) {
        start(web, ready);
      }
      for (int i = effort.rounds * effort.turnOf(10); i > 0; i--) {
        var run = start(web, ready);
        var of = new Samples.Case(CASE, Unit.MILLIS);
        into.add(of, LIMIT_OF_ALL, (run.answered - run.accepted) / 1e6);
        into.add(of, PROCMAN, (run.ready - run.accepted) / 1e6);
      }
    }
  }

  /// What happened when, on the clock of `System.nanoTime`.
  private record Run(long accepted, long answered, long ready) {}

  private static Run start(ManagedProcess web, Stamp ready) throws Exception {
    web.start();
    int port = web.spec().ports().get("web");
    long accepted = awaitAccept(port);
    long answered = awaitAnswer(port);
    long readyAt = accepted + (long) (ready.microsSince(accepted) * 1000);
    web.awaitReady(LIMIT);
    web.stop();
    // Readiness may even be told before this thread has seen its connection taken.
    return new Run(accepted, answered, Math.max(accepted, readyAt));
  }

  /// One question is enough: nginx keeps it until a worker is there to answer.
  private static long awaitAnswer(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
      if (socket.getInputStream().read() != 'H') {
        throw new IOException("no answer");
      }
      return System.nanoTime();
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
