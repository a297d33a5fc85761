package dev.procman.core.launch;

import dev.procman.LaunchSettings.Session;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.proc.Program;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts processes with [ProcessBuilder]: works wherever the JDK does, and with everything it
/// knows where there is `/proc`. There a child leads a session of its own and heeds all signals
/// unless its settings say otherwise, see [Isolation]. Thread-safe.
public final class PortableLauncher implements ProcessLauncher {

  private static final Logger log = LoggerFactory.getLogger(PortableLauncher.class);
  private static final AtomicBoolean TOLD_OF_ORPHANS = new AtomicBoolean();

  /// A virtual thread that has not begun by then is kept from it.
  private static final long LATE_MILLIS = 100;

  private final ExitWatch exits = new ExitWatch();

  /// Ready to use; holds nothing of its own.
  public PortableLauncher() {}

  @Override
  public String name() {
    return "portable";
  }

  @Override
  public Set<Capability> capabilities() {
    return ProcFs.isAvailable()
        ? Set.of(Capability.LOCAL_PID, Capability.SIGNALS, Capability.TREE, Capability.INPUT_FILE)
        : Set.of(Capability.LOCAL_PID, Capability.INPUT_FILE);
  }

  /// Starts on the pump's own thread, so that the pump holds the streams a moment after the spawn:
  /// one that came later would find those of a child that lives for a moment already closed. That
  /// is a virtual thread, unless host code leaves these no processor.
  @Override
  public LaunchedProcess launch(LaunchRequest request, LaunchListener listener) {
    tellOfOrphans();
    var launch = new CompletableFuture<LaunchedProcess>();
    var begun = new AtomicBoolean();
    Runnable pump =
        () -> {
          if (begun.compareAndSet(false, true)) {
            launchAndPump(request, listener, launch);
          }
        };
    String name = "procman-pump-" + request.id();
    Thread.ofVirtual().name(name).start(pump);
    try {
      return await(
          launch,
          () -> {
            if (!begun.get()) {
              Thread.ofPlatform().daemon().name(name).start(pump);
            }
          });
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw failed;
      }
    }
  }

  /// As process 1 this JVM is given all that lose their parents, and the JDK waits for none of
  /// them.
  private static void tellOfOrphans() {
    if (ProcFs.isAvailable()
        && ProcessHandle.current().pid() == 1
        && TOLD_OF_ORPHANS.compareAndSet(false, true)) {
      log.warn(
          "this JVM is process 1: what loses its parent becomes its child and stays a zombie when"
              + " it ends. Run it below an init (docker run --init, tini), or allow native access"
              + " for procman-linux, which reaps");
    }
  }

  private static LaunchedProcess await(
      CompletableFuture<LaunchedProcess> launch, Runnable whenLate) {
    try {
      return launch.get(LATE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      return launch.join();
    } catch (TimeoutException late) {
      whenLate.run();
      return launch.join();
    } catch (InterruptedException later) {
      // What was begun has to be known.
      whenLate.run();
      var launched = launch.join();
      Thread.currentThread().interrupt();
      return launched;
    }
  }

  private void launchAndPump(
      LaunchRequest request, LaunchListener listener, CompletableFuture<LaunchedProcess> launch) {
    try {
      LaunchErrors.badDirectory(request)
          .or(() -> LaunchErrors.badInput(request))
          .ifPresent(bad -> {
            throw bad;
          });
      var command =
          request.settings().session() == Session.OWN
              ? Isolation.wrap(request.command())
              : new Wrapped(request.command(), false, List.of());
      pump(start(request, command), command, request, listener, launch);
    } catch (Throwable failed) {
      if (!launch.completeExceptionally(failed)) {
        throw failed;
      }
    }
  }

  private void pump(
      Process process,
      Wrapped command,
      LaunchRequest request,
      LaunchListener listener,
      CompletableFuture<LaunchedProcess> launch) {
    LaunchedProcess launched;
    BooleanSupplier held;
    BooleanSupplier heldBack;
    if (ProcFs.isAvailable()) {
      var mark = request.environment().getOrDefault(LaunchRequest.TREE_MARK, "");
      var portable = new PortableProcess(process, mark, command.ownSession());
      held = portable::hasPipeHolders;
      heldBack = portable::isHeldBack;
      launched = portable;
    } else {
      var portable = new HandleProcess(process);
      held = portable::hasDescendants;
      heldBack = portable::isHeldBack;
      launched = portable;
    }
    var watched = exits.watch(process, listener);
    try {
      new Pump(process, watched, held, heldBack, request.drainQuiet())
          .run(() -> {
            command.awaitProgram(process, request);
            launch.complete(launched);
          });
    } finally {
      watched.forget();
    }
  }

  private static Process start(LaunchRequest request, Wrapped command) {
    if (command.isWrapped() && request.command().stream().noneMatch(word -> word.contains("\0"))) {
      int obstacle = Program.obstacle(request);
      if (obstacle != 0) {
        throw LaunchErrors.of(
            request, obstacle, Program.searched(request), "error " + obstacle, null);
      }
    }
    var builder = new ProcessBuilder(command.command());
    request.directory().ifPresent(directory -> builder.directory(directory.toFile()));
    request.input().ifPresent(file -> builder.redirectInput(file.toFile()));
    try {
      setEnvironment(builder.environment(), request.environment());
      return builder.start();
    } catch (IOException failure) {
      throw JdkErrors.of(request, failure);
    } catch (OutOfMemoryError failure) {
      throw JdkErrors.exhausted(request, failure);
    } catch (IllegalArgumentException | NullPointerException | SecurityException failure) {
      throw JdkErrors.rejected(request, failure);
    }
  }

  /// Leaves what is inherited as it is: in it the JDK keeps the bytes of what is no text in this
  /// JVM's charset, which would be lost if it were put in anew.
  private static void setEnvironment(Map<String, String> inherited, Map<String, String> wanted) {
    inherited.entrySet().removeIf(entry -> !entry.getValue().equals(wanted.get(entry.getKey())));
    var kept = new HashSet<>(inherited.keySet());
    wanted.forEach((name, value) -> {
      if (!kept.contains(name)) {
        inherited.put(name, value);
      }
    });
  }
}
