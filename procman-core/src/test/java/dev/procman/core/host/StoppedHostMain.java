package dev.procman.core.host;

import dev.procman.Probe;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The main class of a JVM that is stopped while one of its children is checked, one starts, and
/// one ends, and tells what it made of that.
public final class StoppedHostMain {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  /// Less than the host is stopped for, and long for a slow machine.
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  /// Takes a while, and has a patience of its own.
  private static final HealthCheck PATIENT =
      context -> {
        long begun = System.nanoTime();
        var _ = context.run(List.of("sleep", "0.3"));
        return System.nanoTime() - begun < PATIENCE.toNanos()
            ? HealthResult.healthy("answered")
            : HealthResult.failing("it took too long");
      };

  private static final HealthCheck SAID_READY =
      context ->
          context.process().output().lines().stream().anyMatch(line -> line.text().equals("ready"))
              ? HealthResult.healthy("said")
              : HealthResult.failing("not said");

  private StoppedHostMain() {}

  /// @param args the state directory, and the file that is there once the host has been continued
  public static void main(String[] args) throws Exception {
    var continuation = Path.of(args[1]);
    try (var manager = ProcessManager.builder().stateDirectory(Path.of(args[0])).build()) {
      var checked =
          manager.start(
              ProcessSpec.named("checked")
                  .command("sleep", "1000")
                  .live(
                      Probe.of(PATIENT)
                          .interval(Duration.ofMillis(100))
                          .timeout(PATIENCE)
                          .failures(1, 1, 1))
                  .build());
      var leaver =
          manager.start(
              ProcessSpec.named("leaver")
                  .shell(
                      "trap 'until [ -e \"$FILE\" ]; do sleep 0.05; done; exit 0' TERM; echo ready;"
                          + " while :; do sleep 0.05; done")
                  .env("FILE", continuation.toString())
                  .ready(Probe.of(SAID_READY))
                  .stop(StopSequence.graceful(PATIENCE))
                  .build());
      leaver.awaitReady(LIMIT);
      while (checked.probes().isEmpty() || checked.probes().getFirst().streak() < 1) {
        Thread.onSpinWait();
      }
      var starter =
          manager.start(
              ProcessSpec.named("starter")
                  .shell("until [ -e \"$FILE\" ]; do sleep 0.05; done; echo ready; exec sleep 1000")
                  .env("FILE", continuation.toString())
                  .startTimeout(PATIENCE)
                  .ready(Probe.of(SAID_READY).interval(Duration.ofMillis(100)))
                  .build());
      var _ = starter.awaitState(LIMIT, ProcessState.STARTING);
      var left = CompletableFuture.supplyAsync(leaver::stop);
      var _ = leaver.awaitState(LIMIT, ProcessState.STOPPING);
      System.out.println("stop me");

      System.out.println("leaver: " + left.get().orElseThrow().diagnosis().summary());
      starter.awaitReady(LIMIT);
      System.out.println("starter: " + starter.generation() + " " + starter.state());
      // Until a check that began afterwards has passed, or it was given up.
      var continued = Files.getLastModifiedTime(continuation).toInstant();
      while (checked.state() == ProcessState.RUNNING
          && checked.probes().getFirst().history().entries().stream()
              .noneMatch(entry ->
                  entry.result().isGood()
                      && entry.time().minus(entry.latency()).isAfter(continued))) {
        Thread.onSpinWait();
      }
      System.out.println("checked: " + checked.generation() + " " + checked.state());
    }
  }
}
