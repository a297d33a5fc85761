package dev.procman.benchmarks;

import dev.procman.services.Executables;
import dev.procman.services.Redis;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// How long it takes until a Redis server that did not run answers PING. The peer asks again and
/// again as fast as it can.
final class RedisReady {
  static final String CASE = "Redis, from nothing to PONG";
  private static final String PROCMAN = "procman";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

  private RedisReady() {}

  static Benchmark benchmark() {
    return new Forked(
        "redis-ready",
        "A cache of one's own",
        List.of(Target.atMost(60, CASE, PROCMAN)),
        RedisReady::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    var program = Executables.require("redis-server", "redis-server").toString();
    try (var managers = new Managers()) {
      Turns.play(
          effort,
          10,
          8,
          new Samples.Case(CASE, Unit.MILLIS),
          List.of(
              new Contestant("ProcessBuilder and a loop", () -> byHand(program)),
              new Contestant(
                  PROCMAN,
                  () -> {
                    var process = managers.manager.register(Redis.named("cache").spec());
                    try {
                      return Contestant.millis(() -> {
                        process.start();
                        process.awaitReady(LIMIT);
                      });
                    } finally {
                      process.remove();
                    }
                  })),
          into);
    }
  }

  private static double byHand(String program) throws Exception {
    long begun = System.nanoTime();
    int port = freePort();
    var process =
        new ProcessBuilder(program, "--port", "" + port, "--bind", "127.0.0.1", "--save", "")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (!answers(port)) {
        if (!process.isAlive()) {
          throw new IllegalStateException("Redis ended with " + process.exitValue());
        }
        LockSupport.parkNanos(200_000);
      }
      return (System.nanoTime() - begun) / 1e6;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.getOutputStream().write(PING);
      return socket.getInputStream().read() == '+';
    } catch (ConnectException notYet) {
      return false;
    }
  }
}
