package dev.procman.linux;

import dev.procman.ExitStatus;
import dev.procman.LaunchSettings;
import dev.procman.ProcessId;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// Children of a Linux launcher of its own, of which none outlives it.
final class Launches implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicLong NUMBERS = new AtomicLong();

  final LinuxLauncher launcher = new LinuxLauncher();
  private final List<LaunchedProcess> launched = Collections.synchronizedList(new ArrayList<>());

  /// What one child did.
  static final class Told implements LaunchListener {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    final CompletableFuture<Boolean> drained = new CompletableFuture<>();

    @Override
    public synchronized void onOutput(StdStream stream, ByteBuffer bytes) {
      var copy = new byte[bytes.remaining()];
      bytes.get(copy);
      (stream == StdStream.STDOUT ? out : err).writeBytes(copy);
    }

    @Override
    public void onExit(ExitStatus status) {
      exit.complete(status);
    }

    @Override
    public void onDrained(boolean truncated) {
      drained.complete(truncated);
    }

    synchronized String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    /// Its exit code, once all was told.
    int code() throws Exception {
      int code = exit.get(LIMIT.toSeconds(), TimeUnit.SECONDS).shellCode();
      drained.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      return code;
    }
  }

  static LaunchRequest request(
      Optional<Path> directory, Map<String, String> more, String... command) {
    return request(LaunchSettings.ofDefaults(), directory, more, command);
  }

  static LaunchRequest request(
      LaunchSettings settings,
      Optional<Path> directory,
      Map<String, String> more,
      String... command) {
    long number = NUMBERS.incrementAndGet();
    var environment = new HashMap<>(System.getenv());
    environment.put(
        LaunchRequest.TREE_MARK, "unit-" + ProcessHandle.current().pid() + "/linux#" + number);
    environment.putAll(more);
    return new LaunchRequest(
        new ProcessId("linux", number),
        List.of(command),
        directory,
        environment,
        Duration.ofMillis(300),
        settings,
        Map.of());
  }

  LaunchedProcess launch(LaunchListener listener, String... command) {
    return launch(listener, request(Optional.empty(), Map.of(), command));
  }

  LaunchedProcess launch(LaunchListener listener, LaunchRequest request) {
    var process = launcher.launch(request, listener);
    launched.add(process);
    return process;
  }

  /// What a command prints.
  String output(String... command) throws Exception {
    return output(request(Optional.empty(), Map.of(), command));
  }

  String output(LaunchRequest request) throws Exception {
    var told = new Told();
    launch(told, request);
    told.code();
    return told.out();
  }

  /// Starts it and waits for its end and until it is reaped.
  static int runOnce(LinuxLauncher launcher, String... command) throws Exception {
    var told = new Told();
    var process = launcher.launch(request(Optional.empty(), Map.of(), command), told);
    int code = told.code();
    soon().until(() -> process.tree().isEmpty());
    return code;
  }

  /// For conditions that mostly hold already.
  static ConditionFactory soon() {
    return Awaitility.await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }

  /// Descriptors that this JVM has open, with that of the file that stays open once the last id was
  /// read from it.
  static int descriptors() {
    var _ = ProcFs.lastPid();
    return Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
  }

  /// Children of this JVM that have ended and were not reaped.
  static List<Long> zombies() {
    long self = ProcessHandle.current().pid();
    return ProcFs.all().stream()
        .filter(stat -> stat.parent() == self && stat.isDead())
        .map(ProcFs.Stat::pid)
        .toList();
  }

  static int threads() {
    return Objects.requireNonNull(Path.of("/proc/self/task").toFile().list()).length;
  }

  static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("it did not come");
    }
  }

  @Override
  public void close() {
    for (var process : List.copyOf(launched)) {
      process.signalTree(Signal.KILL);
      soon().until(() -> process.tree().isEmpty());
    }
    launcher.close();
  }
}
