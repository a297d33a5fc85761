package dev.procman.examples;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent.ProcessHealthChanged;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.event.ProcessEvent.ProcessStopped;
import dev.procman.health.HealthChecks;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;

/// A small server that becomes ready late; then it hangs and its liveness probe has it restarted;
/// then another program takes its port, which is found out although that program answers well. It
/// ends by itself, with exit code 0 if all went as it should.
public final class HealthDemo {
  /// Does what files in its directory tell it, which hold its pid.
  private static final String SERVER =
      """
      import http.server, os, sys, threading, time
      def told(what):
        try:
          return open(what).read() == str(os.getpid())
        except OSError:
          return False
      class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          while told('hang'): time.sleep(0.05)
          self.send_response(200)
          self.end_headers()
          self.wfile.write(b'ok')
        def log_message(self, *_): pass
      time.sleep(0.5)
      server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Page)
      server.daemon_threads = True
      threading.Thread(target=server.serve_forever, daemon=True).start()
      while not told('let-go'): time.sleep(0.02)
      server.shutdown()
      server.server_close()
      time.sleep(1000)
      """;

  /// Waits for the port and answers every question well.
  private static final String THIEF =
      """
      import http.server, sys, time
      class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          self.send_response(200)
          self.end_headers()
        def log_message(self, *_): pass
      print('waiting', flush=True)
      while True:
        try:
          http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Page).serve_forever()
        except OSError:
          time.sleep(0.01)
      """;

  private HealthDemo() {}

  /// Runs it.
  public static void main(String[] args) throws Exception {
    System.out.println("A server that is ready late, hangs, and loses its port.\n");
    var directory = Files.createTempDirectory("procman-health-");
    try {
      run(directory);
    } finally {
      delete(directory);
    }
  }

  private static void run(Path directory) throws Exception {
    Screen screen;
    try (var manager = ProcessManager.builder().name("health-demo").build()) {
      screen = new Screen(manager.events());
      var web = manager.start(web(directory));
      screen.showUntil(ProcessReady.class, "web");
      int port = web.port("http");

      screen.say("now it is made to hang");
      tell(web, directory, "hang");
      showUntilFailed(screen);
      screen.showUntil(ProcessReady.class, "web");

      screen.say("now another program takes its port");
      var thief =
          new ProcessBuilder("python3", "-c", THIEF, "" + port)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        require(thief.inputReader().readLine().equals("waiting"));
        tell(web, directory, "let-go");
        var failed = showUntilFailed(screen);
        require(failed.reason().startsWith("port " + port + " is held by pid " + thief.pid()));
        screen.showUntil(ProcessReady.class, "web");
      } finally {
        thief.destroyForcibly().waitFor();
      }

      require(web.port("http") != port);
      screen.say("ready again, on another port");
      manager.stopAll();
      screen.showUntil(ProcessStopped.class, "web");
    }
    long left =
        screen.pids().stream()
            .filter(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent())
            .count();
    System.out.println(left == 0 ? "no process is left" : left + " processes are left");
    require(left == 0);
  }

  private static ProcessSpec web(Path directory) {
    // region health
    var page = HealthChecks.http("/").port("http").body("ok");
    var web =
        ProcessSpec.named("web")
            .command("python3", "-c", SERVER, "${port.http}")
            .directory(directory)
            .port("http")
            .ready(page) // asked every 20 ms until it answers, then every second
            .live(
                Probe.of(page)
                    .interval(Duration.ofMillis(300))
                    .timeout(Duration.ofMillis(800))
                    .failures(1, 2, 3)) // warning, critical, failed: in a row
            .restart(
                RestartPolicy.onFailure()
                    .backoff(Backoff.fixed(Duration.ofMillis(100)))
                    .limit(5, Duration.ofMinutes(1)))
            .build();
    // endregion
    return web;
  }

  private static void tell(ManagedProcess web, Path directory, String what) throws IOException {
    Files.writeString(directory.resolve(what), Long.toString(web.pid().orElseThrow()));
  }

  private static ProcessHealthChanged showUntilFailed(Screen screen) throws InterruptedException {
    while (true) {
      var change = screen.showUntil(ProcessHealthChanged.class, "web");
      if (change.to() == HealthStatus.FAILED) {
        return change;
      }
    }
  }

  private static void require(boolean asItShould) {
    if (!asItShould) {
      throw new IllegalStateException("this is not what should have happened");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
