package dev.procman.linux;

import dev.procman.ExitStatus;
import dev.procman.LaunchSettings;
import dev.procman.Signal;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ResourceSampler.Target;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One process straight from a launcher that others use too; it ends with its tree.
final class Launched implements AutoCloseable {
  private final Launches.Told told = new Launches.Told();
  private final Target target;
  final CompletableFuture<ExitStatus> exit = told.exit;
  final LaunchedProcess process;

  Launched(ProcessLauncher launcher, LaunchSettings settings, String... command) {
    var request = Launches.request(settings, Optional.empty(), Map.of(), command);
    process = launcher.launch(request, told);
    target = new Target(request.id(), process.pid(), process.identity().orElseThrow().startTime());
  }

  Launched(ProcessLauncher launcher, String... command) {
    this(launcher, LaunchSettings.ofDefaults(), command);
  }

  Target target() {
    return target;
  }

  /// Kills the tree and waits until nobody is left of it.
  @Override
  public void close() {
    Launches.soon()
        .until(() -> {
          process.signalTree(Signal.KILL);
          return process.tree().isEmpty();
        });
  }
}
