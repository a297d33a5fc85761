package dev.procman.examples;

import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An application that supervises workers until it is asked to end.
public final class Application {
  private Application() {}

  /// Supervises one worker.
  ///
  /// @param args the directory of state and logs, and the command of the worker
  public static void main(String[] args) throws InterruptedException {
    var home = Path.of(args[0]);
    var command = List.of(args).subList(1, args.length);
    // region application
    try (var manager =
        ProcessManager.builder()
            .name("orders")
            .stateDirectory(home.resolve("state"))
            .shutdownTimeout(Duration.ofSeconds(20))
            .build()) {
      manager
          .events()
          .on(
              ProcessEvent.ProcessCrashLoop.class,
              event ->
                  System.err.println(event.process() + " is given up: " + event.meta().cause()));
      manager.start(
          ProcessSpec.named("worker")
              .command(command)
              .restart(
                  RestartPolicy.always()
                      .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofMinutes(1))))
              .stop(StopSequence.graceful(Duration.ofSeconds(10)))
              .output(
                  OutputSettings.ofDefaults().toFile(RotatingFile.at(home.resolve("worker.log"))))
              .build());
      manager.awaitShutdown(); // until SIGTERM, SIGINT, SIGHUP or System.exit
    }
    // endregion
  }
}
