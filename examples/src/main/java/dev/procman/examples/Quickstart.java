package dev.procman.examples;

import dev.procman.Probe;
import dev.procman.ProcessManager;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent.ProcessExited;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.event.ProcessEvent.ProcessStopped;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Supervises a real HTTP server and a worker that depends on it and crashes twice; kills the
/// worker from outside; stops both. It ends by itself, with exit code 0 if all went as it should.
public final class Quickstart {
  private Quickstart() {}

  /// Runs it.
  public static void main(String[] args) throws Exception {
    System.out.println("A web server, and a worker that needs it and crashes twice.\n");
    var directory = Files.createTempDirectory("procman-quickstart-");
    try {
      run(directory);
    } finally {
      delete(directory);
    }
  }

  private static void run(Path directory) throws Exception {
    List<ProcessSnapshot> results;
    Screen screen;
    try (var manager = ProcessManager.builder().name("quickstart").build()) {
      screen = new Screen(manager.events());
      var web = manager.register(web(manager, directory));
      var worker = manager.register(worker(directory));
      manager.startAll();

      screen.showUntil(ProcessReady.class, "web");
      screen.say("the page says: " + Http.get(web.port("http")).strip());

      screen.showUntil(ProcessReady.class, "worker");
      long pid = worker.pid().orElseThrow();
      screen.say("now somebody kills the worker: kill -9 " + pid);
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      var exit = screen.showUntil(ProcessExited.class, "worker");
      screen.say("the diagnosis is " + exit.report().diagnosis().kind());

      screen.showUntil(ProcessReady.class, "worker");
      screen.say("all is well again; stopping in reverse order");
      manager.stopAll();
      screen.showUntil(ProcessStopped.class, "web");
      results = manager.snapshots();
    }
    screen.summarize(results);
    long left =
        screen.pids().stream()
            .filter(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent())
            .count();
    System.out.println(left == 0 ? "no process is left" : left + " processes are left");
    if (left > 0 || !results.stream().allMatch(Quickstart::isAsItShould)) {
      System.exit(1);
    }
  }

  private static ProcessSpec web(ProcessManager manager, Path directory) throws Exception {
    Files.writeString(directory.resolve("index.html"), "procman was here\n");
    var jwebserver = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
    return ProcessSpec.named("web")
        .command(
            jwebserver.toString(),
            "-b",
            "127.0.0.1",
            "-p",
            "${port.http}",
            "-d",
            directory.toString())
        .port("http")
        .ready(
            Probe.of(HealthCheck.of("GET /", () -> Http.isOk(manager.get("web").port("http"))))
                .timeout(Duration.ofSeconds(5)))
        .restart(RestartPolicy.onFailure())
        .build();
  }

  private static ProcessSpec worker(Path directory) {
    return ProcessSpec.named("worker")
        .shell(
            """
            attempt=$(($(cat attempts 2>/dev/null || echo 0) + 1))
            echo $attempt >attempts
            if [ $attempt -le 2 ]; then echo "attempt $attempt: no connection" >&2; exit 3; fi
            echo "attempt $attempt: working"
            while :; do sleep 0.2; done
            """)
        .directory(directory)
        .dependsOn("web")
        .minimumUptime(Duration.ofMillis(300))
        .restart(
            RestartPolicy.onFailure()
                .backoff(Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(2))))
        .build();
  }

  private static boolean isAsItShould(ProcessSnapshot result) {
    long starts = result.name().equals("worker") ? 4 : 1;
    return result.state() == ProcessState.STOPPED && result.generation() == starts;
  }

  private static void delete(Path directory) throws Exception {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
