package dev.procman.linux;

import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ResourceSampler.Target;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// A process straight from a launcher, without a manager.
final class Launched implements AutoCloseable, LaunchListener {
  static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicLong GENERATION = new AtomicLong();

  final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
  final ProcessId id = new ProcessId("launched", GENERATION.incrementAndGet());
  final LaunchedProcess process;

  Launched(ProcessLauncher launcher, LaunchSettings settings, String... command) {
    process =
        launcher.launch(
            new LaunchRequest(
                id,
                List.of(command),
                Optional.empty(),
                Map.of(
                    "PATH",
                    "/usr/sbin:/usr/bin:/sbin:/bin",
                    LaunchRequest.TREE_MARK,
                    "test/" + UUID.randomUUID()),
                Duration.ofSeconds(1),
                settings,
                Map.of()),
            this);
  }

  Launched(ProcessLauncher launcher, String... command) {
    this(launcher, LaunchSettings.ofDefaults(), command);
  }

  Target target() {
    return new Target(id, process.pid(), process.startTime());
  }

  @Override
  public void onOutput(StdStream stream, ByteBuffer bytes) {}

  @Override
  public void onExit(ExitStatus status) {
    exit.complete(status);
  }

  @Override
  public void onDrained(boolean truncated) {}

  /// Kills the tree and waits until nobody is left of it.
  @Override
  public void close() {
    process.signalTree(Signal.KILL);
    await()
        .atMost(LIMIT)
        .until(() -> {
          process.signalTree(Signal.KILL);
          return process.tree().isEmpty();
        });
  }
}
