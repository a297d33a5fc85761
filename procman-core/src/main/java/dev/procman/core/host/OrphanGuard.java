package dev.procman.core.host;

import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A small helper process that outlives this JVM by moments: it waits for the end of a pipe, which
/// is this JVM's death, and then ends the manager's children. It costs nothing while it waits. It
/// is a shell script (`guard.sh`) in a session of its own, so that a Ctrl-C at the terminal does
/// not reach it. Thread-safe.
public final class OrphanGuard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OrphanGuard.class);
  private static final long RETRY = TimeUnit.SECONDS.toNanos(5);
  private static final Path SHELL = Path.of("/bin/sh");

  private final String mark;
  private final Path ledger;
  private @Nullable Process process;
  private long begun;
  private boolean closed;

  private OrphanGuard(String mark, Path ledger) {
    this.mark = mark;
    this.ledger = ledger;
  }

  /// Starts it where there is a shell and `/proc`; elsewhere it does nothing, and says so in the
  /// log.
  public static OrphanGuard start(String mark, Path ledger) {
    var guard = new OrphanGuard(mark, ledger);
    if (ProcFs.isAvailable() && Files.isExecutable(SHELL)) {
      guard.begin();
    } else {
      log.atInfo().log("no orphan guard on this operating system: children survive a killed JVM");
    }
    return guard;
  }

  private synchronized void begin() {
    begun = System.nanoTime();
    var command = new ArrayList<String>();
    for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
      if (command.isEmpty() && Files.isExecutable(Path.of(setsid))) {
        command.add(setsid);
      }
    }
    command.addAll(
        List.of(SHELL.toString(), "-c", script(), "procman-guard", mark, ledger.toString()));
    var builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    var path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put(LaunchRequest.GUARD_MARK, mark);
    try {
      var started = builder.start();
      process = started;
      var _ = started.onExit().thenRun(this::revive);
    } catch (IOException failed) {
      log.atWarn()
          .setCause(failed)
          .log("the orphan guard could not be started; children would survive a kill of this JVM");
    }
  }

  private static String script() {
    try (InputStream script = OrphanGuard.class.getResourceAsStream("guard.sh")) {
      if (script == null) {
        throw new IllegalStateException("guard.sh is missing from procman-core's jar");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Somebody ended it: starts it again, but not more often than every 5 s.
  private synchronized void revive() {
    var ended = process;
    if (closed || ended == null || ended.isAlive()) {
      return;
    }
    long early = begun + RETRY - System.nanoTime();
    if (early > 0) {
      CompletableFuture.delayedExecutor(early, TimeUnit.NANOSECONDS).execute(this::revive);
      return;
    }
    log.atWarn()
        .addKeyValue("pid", ended.pid())
        .log("the orphan guard was ended; starting another");
    begin();
  }

  /// Its pid, or -1 when there is none.
  public synchronized long pid() {
    return process == null ? -1 : process.pid();
  }

  /// Dismisses it: all children are gone.
  @Override
  public synchronized void close() {
    closed = true;
    var present = process;
    if (present == null) {
      return;
    }
    try (var pipe = present.getOutputStream()) {
      pipe.write("bye\n".getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException alreadyGone) {
      return;
    }
    try {
      if (!present.waitFor(2, TimeUnit.SECONDS)) {
        var _ = present.toHandle().destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
