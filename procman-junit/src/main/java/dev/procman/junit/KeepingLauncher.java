package dev.procman.junit;

import dev.procman.LaunchException;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Starts one process so that it outlives this JVM: in a session of its own, as nobody's child, its
/// output in a file. Takes it up rather than starting another while it lives. Linux only. Used by
/// one process of a manager of its own.
final class KeepingLauncher implements ProcessLauncher {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final Path output;
  private volatile Optional<KeptProcess> kept;

  /// @param output where the process's output goes
  /// @param kept what runs already
  KeepingLauncher(Path output, Optional<KeptProcess> kept) {
    this.output = output;
    this.kept = kept;
  }

  @Override
  public String name() {
    return "keeping";
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.LOCAL_PID, Capability.TREE);
  }

  @Override
  public boolean holds(int port) {
    return kept.filter(process -> process.isAlive() && process.ports().containsValue(port))
        .isPresent();
  }

  /// What runs.
  Optional<KeptProcess> kept() {
    return kept.filter(KeptProcess::isAlive);
  }

  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    try {
      // What earlier runs have printed is no news. Its writers append.
      Files.write(output, new byte[0]);
      var present = kept().isPresent() ? kept() : start(request);
      kept = present;
      var process = new DetachedProcess(present.orElseThrow(), output, listener);
      process.begin(request.id().toString());
      return process;
    } catch (IOException failed) {
      throw problem("'" + request.id().name() + "' could not be started: " + failed, failed);
    }
  }

  private static LaunchException problem(String what, @Nullable Exception cause) {
    return new LaunchException(LaunchException.Reason.OTHER, what, cause);
  }

  private Optional<KeptProcess> start(LaunchRequest request) throws IOException {
    var pidFile = Files.createTempFile("procman-kept-", ".pid");
    try {
      var command = new ArrayList<String>();
      command.addAll(List.of("setsid", "--fork", "/bin/sh", "-c"));
      command.addAll(List.of("echo $$ >\"$0\"; exec \"$@\"", pidFile.toString()));
      command.addAll(request.command());
      var builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      request.directory().ifPresent(directory -> builder.directory(directory.toFile()));
      builder.environment().clear();
      builder.environment().putAll(request.environment());
      // By its mark a sweep would find and end it.
      builder.environment().remove(LaunchRequest.TREE_MARK);
      var parent = builder.start();
      long pid = read(pidFile);
      parent.destroy();
      return Optional.of(
          KeptProcess.living(pid, Map.of())
              .orElseThrow(() ->
                  problem(
                      "'%s' ended at once; it said: %s".formatted(request.id().name(), said()),
                      null)));
    } finally {
      Files.deleteIfExists(pidFile);
    }
  }

  private String said() {
    try {
      return Files.readString(output).strip();
    } catch (IOException unreadable) {
      return "nothing";
    }
  }

  private static long read(Path pidFile) throws IOException {
    long deadline = System.nanoTime() + PATIENCE;
    while (System.nanoTime() - deadline < 0) {
      var text = Files.readString(pidFile);
      if (text.endsWith("\n")) {
        return Long.parseLong(text.strip());
      }
      LockSupport.parkNanos(PAUSE);
    }
    throw new IOException("setsid(1) started nothing");
  }
}
