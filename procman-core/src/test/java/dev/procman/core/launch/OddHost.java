package dev.procman.core.launch;

import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.ProcessLauncher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// A host that starts a shell script, with the launcher that a manager would use, and prints what
/// it printed.
final class OddHost {
  private OddHost() {}

  public static void main(String[] args) {
    var found = ServiceLoader.load(ProcessLauncher.class).findFirst();
    try (var launcher =
        found.filter(it -> it.unavailable().isEmpty()).orElseGet(PortableLauncher::new)) {
      var recorder = new LaunchFixture.Recorder();
      launcher.launch(
          new LaunchRequest(
              new ProcessId("odd", 1),
              List.of("/bin/sh", "-c", args[0]),
              Optional.empty(),
              System.getenv(),
              Duration.ofMillis(300),
              LaunchSettings.ofDefaults(),
              Map.of()),
          recorder);
      recorder.awaitEnd();
      System.out.print(recorder.out());
      System.err.print(recorder.err());
    }
  }
}
