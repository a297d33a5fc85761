package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ExitStatus;
import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/// Starts processes with the launcher that a manager would use, and leaves none behind. Here that
/// is the portable one; other modules run these tests with theirs.
abstract class LaunchFixture {
  static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicLong GENERATIONS = new AtomicLong();

  final ProcessLauncher launcher =
      ServiceLoader.load(ProcessLauncher.class)
          .findFirst()
          .filter(found -> found.unavailable().isEmpty())
          .orElseGet(PortableLauncher::new);
  private final List<LaunchedProcess> launched = new ArrayList<>();
  String mark = "";

  @AfterEach
  void killAll() {
    for (var process : launched) {
      process.signalTree(Signal.KILL);
      await().atMost(LIMIT).until(() -> process.tree().isEmpty());
    }
    launcher.close();
  }

  LaunchedProcess launch(LaunchListener listener, String... command) {
    return launch(listener, Duration.ofMillis(300), Map.of(), command);
  }

  LaunchedProcess launch(LaunchListener listener, LaunchSettings settings, String... command) {
    return launch(listener, Duration.ofMillis(300), Map.of(), settings, command);
  }

  LaunchedProcess launch(
      LaunchListener listener, Duration quiet, Map<String, String> more, String... command) {
    return launch(listener, quiet, more, LaunchSettings.ofDefaults(), command);
  }

  private LaunchedProcess launch(
      LaunchListener listener,
      Duration quiet,
      Map<String, String> more,
      LaunchSettings settings,
      String... command) {
    long generation = GENERATIONS.incrementAndGet();
    mark = "unit-" + ProcessHandle.current().pid() + "/test#" + generation;
    var environment = new HashMap<>(System.getenv());
    environment.put(LaunchRequest.TREE_MARK, mark);
    environment.putAll(more);
    var request =
        new LaunchRequest(
            new ProcessId("test", generation),
            List.of(command),
            Optional.empty(),
            environment,
            quiet,
            settings,
            Map.of());
    var process = launcher.launch(request, listener);
    launched.add(process);
    return process;
  }

  LaunchedProcess sh(LaunchListener listener, String script) {
    return launch(listener, "/bin/sh", "-c", script);
  }

  static String read(Path file) {
    try {
      return java.nio.file.Files.readString(file).strip();
    } catch (java.io.IOException notYet) {
      return "";
    }
  }

  static long awaitPid(Path file) {
    await().atMost(LIMIT).until(() -> !read(file).isEmpty());
    return Long.parseLong(read(file));
  }

  static boolean isAlive(long pid) {
    return ProcFs.stat(pid).filter(stat -> !stat.isDead()).isPresent();
  }

  /// Writes down what it is told, and complains of calls that overlap.
  static final class Recorder implements LaunchListener {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();

    private void call(Runnable action) {
      if (!busy.compareAndSet(false, true)) {
        overlaps.incrementAndGet();
      }
      action.run();
      busy.set(false);
    }

    @Override
    public void onOutput(StdStream stream, ByteBuffer bytes) {
      call(() -> {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        (stream == StdStream.STDOUT ? out : err).writeBytes(copy);
        if (calls.isEmpty() || !calls.getLast().equals("output")) {
          calls.add("output");
        }
      });
    }

    @Override
    public void onExit(ExitStatus status) {
      call(() -> calls.add(status.describe()));
    }

    @Override
    public void onDrained(boolean truncated) {
      call(() -> calls.add(truncated ? "cut" : "drained"));
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    void awaitEnd() {
      await()
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> calls.contains("drained") || calls.contains("cut"));
      assertThat(overlaps).hasValue(0);
    }
  }
}
