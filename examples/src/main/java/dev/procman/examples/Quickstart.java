package dev.procman.examples;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Supervises a real HTTP server and a worker that depends on it and crashes twice; kills the
/// worker from outside; stops both. It ends by itself, with exit code 0 if all went as it should.
public final class Quickstart {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Set<Long> PIDS = ConcurrentHashMap.newKeySet();

  private Quickstart() {}

  /// Runs it.
  public static void main(String[] args) throws Exception {
    var directory = Files.createTempDirectory("procman-quickstart-");
    List<ProcessSnapshot> results;
    var manager = ProcessManager.builder().name("quickstart").build();
    try (manager) {
      var _ = manager.events().subscribe(Quickstart::show);
      var web = manager.register(web(directory));
      var worker = manager.register(worker(directory));
      manager.startAll();

      web.awaitReady(LIMIT);
      say("the page says: " + page(web).strip());
      worker.awaitState(LIMIT, ProcessState.RUNNING);

      say("now somebody kills the worker: kill -9 " + worker.pid().getAsLong());
      var exit = worker.onExit().toCompletableFuture();
      var _ = ProcessHandle.of(worker.pid().getAsLong()).map(ProcessHandle::destroyForcibly);
      say("the diagnosis: " + exit.get(10, TimeUnit.SECONDS).describe());
      worker.awaitState(LIMIT, ProcessState.RUNNING);

      say("all is well again; stopping in reverse order");
      manager.stopAll();
      results = manager.snapshots();
    }
    delete(directory);
    summarize(results);
  }

  private static ProcessSpec web(Path directory) throws Exception {
    Files.writeString(directory.resolve("index.html"), "procman was here\n");
    return ProcessSpec.named("web")
        .command(
            Path.of(System.getProperty("java.home"), "bin", "jwebserver").toString(),
            "-b",
            "127.0.0.1",
            "-p",
            "${port.http}",
            "-d",
            directory.toString())
        .port("http")
        .ready(context -> HealthResult.healthy(page(context.process())))
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

  private static String page(ManagedProcess web) throws Exception {
    var address = URI.create("http://127.0.0.1:" + web.port("http") + "/index.html");
    try (var client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
    }
  }

  private static void show(ProcessEvent event) {
    String text =
        switch (event) {
          case ProcessEvent.ProcessWaiting waiting -> "waits for " + waiting.dependency();
          case ProcessEvent.ProcessStarted started -> {
            PIDS.add(started.pid());
            yield "started, pid " + started.pid();
          }
          case ProcessEvent.ProcessReady ready -> "ready after " + seconds(ready.after());
          case ProcessEvent.ProcessExited exited -> "exited: " + exited.report().describe();
          case ProcessEvent.ProcessRestartScheduled restart ->
              "restarts in " + seconds(restart.delay()) + ", attempt " + restart.attempt();
          case ProcessEvent.ProcessHealthChanged health when health.to() != HealthStatus.HEALTHY ->
              "health is " + health.to() + ": " + health.reason();
          case ProcessEvent.ProcessStopped _ -> "stopped";
          default -> "";
        };
    if (!text.isEmpty()) {
      var time = LocalTime.ofInstant(event.meta().time(), ZoneId.systemDefault());
      System.out.printf(
          "%s  %-9s %s%n",
          time.truncatedTo(ChronoUnit.MILLIS), event.process() + "#" + event.generation(), text);
    }
  }

  private static void say(String text) {
    System.out.println("              " + text);
  }

  private static String seconds(Duration duration) {
    return "%.2f s".formatted(duration.toMillis() / 1000.0);
  }

  private static void summarize(List<ProcessSnapshot> results) {
    System.out.printf(
        "%n%-8s %-8s %6s %8s  %s%n", "process", "state", "starts", "restarts", "last exit");
    for (var result : results) {
      System.out.printf(
          "%-8s %-8s %6d %8d  %s%n",
          result.name(),
          result.state(),
          result.generation(),
          result.restarts(),
          result.lastExit().map(report -> report.describe()).orElse("-"));
    }
    long left =
        PIDS.stream()
            .flatMap(pid -> ProcessHandle.of(pid).stream())
            .filter(ProcessHandle::isAlive)
            .count();
    System.out.println(left == 0 ? "no process is left" : left + " processes are left");
    boolean asItShould =
        left == 0
            && results.stream().allMatch(result -> result.state() == ProcessState.STOPPED)
            && results.getLast().generation() == 4;
    if (!asItShould) {
      System.exit(1);
    }
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
