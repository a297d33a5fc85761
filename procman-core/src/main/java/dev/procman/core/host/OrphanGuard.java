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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A small helper process that outlives this JVM by moments: it waits for the end of a pipe, which
/// is this JVM's death, and then ends the manager's children. It costs nothing while it waits. It
/// is a shell script (`guard.sh`) in a session of its own, so that a Ctrl-C at the terminal does
/// not reach it. Nothing of this JVM's environment reaches it. Thread-safe.
///
/// Its owner calls [#check()] now and then: a guard that could not be started, was ended, is
/// stopped or does not answer is replaced. At the end it is either dismissed, when nothing is left,
/// or set loose on what is.
public final class OrphanGuard {
  private static final Logger log = LoggerFactory.getLogger(OrphanGuard.class);

  /// At least this long between two starts.
  private static final long RETRY = TimeUnit.SECONDS.toNanos(5);

  /// How long it may take to find its tools; it is ready for the end of the pipe all the while.
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private static final long GOODBYE_SECONDS = 2;
  private static final String SHELL = "/bin/sh";

  private final String mark;
  private final Path ledger;
  private final Path shell;
  private final String script;
  private final boolean possible;
  private @Nullable Process process;
  private boolean verified;
  private boolean failing;
  private long begun;
  private boolean closed;

  private OrphanGuard(String mark, Path ledger, Path shell) {
    this.mark = mark;
    this.ledger = ledger;
    this.shell = shell;
    // Now: there may be no descriptor for it when another guard is needed.
    this.script = script();
    this.possible = ProcFs.isAvailable();
  }

  /// Starts it where there is `/proc`; elsewhere it does nothing, and says so in the log.
  public static OrphanGuard start(String mark, Path ledger) {
    return start(mark, ledger, Path.of(SHELL));
  }

  static OrphanGuard start(String mark, Path ledger, Path shell) {
    var guard = new OrphanGuard(mark, ledger, shell);
    if (guard.possible) {
      guard.begin();
    } else {
      log.atInfo().log("no orphan guard on this operating system: children survive a killed JVM");
    }
    return guard;
  }

  private synchronized void begin() {
    begun = System.nanoTime();
    verified = false;
    var command = new ArrayList<String>();
    for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
      if (command.isEmpty() && Files.isExecutable(Path.of(setsid))) {
        command.add(setsid);
      }
    }
    command.addAll(
        List.of(shell.toString(), "-c", script, "procman-guard", mark, ledger.toString()));
    var builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put(LaunchRequest.GUARD_MARK, mark);
    try {
      if (!Files.isExecutable(shell)) {
        // Else it would be setsid that starts, and fails.
        throw new IOException("there is no " + shell);
      }
      process = builder.start();
      failing = false;
    } catch (IOException | OutOfMemoryError failed) {
      if (!failing) {
        log.atWarn()
            .setCause(failed)
            .log(
                "the orphan guard could not be started; children would survive a kill of this JVM. It is tried again"
                    + " every {} s",
                TimeUnit.NANOSECONDS.toSeconds(RETRY));
      }
      failing = true;
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

  /// Looks after it: one that is not there, stopped or silent is replaced, but not more often than
  /// every 5 s. Returns at once.
  public synchronized void check() {
    if (closed || !possible) {
      return;
    }
    var present = process;
    boolean early = System.nanoTime() - begun < RETRY;
    if (present == null) {
      if (!early) {
        begin();
      }
    } else if (!present.isAlive()) {
      replace(present, early, "was ended");
    } else if (isStopped(present)) {
      replace(present, early, "is stopped");
    } else if (!verified) {
      verify(present, early);
    }
  }

  private void replace(Process present, boolean early, String why) {
    if (early) {
      return;
    }
    log.atWarn()
        .addKeyValue("pid", present.pid())
        .log("the orphan guard {}; starting another", why);
    process = null;
    begin();
    if (process == null) {
      process = present;
    } else {
      // Also one that is stopped ends by this.
      present.toHandle().destroyForcibly();
    }
  }

  private static boolean isStopped(Process present) {
    try {
      return ProcFs.stat(present.pid()).filter(ProcFs.Stat::isStopped).isPresent();
    } catch (UncheckedIOException noDescriptor) {
      return false;
    }
  }

  /// Reads what it says when it has found its tools.
  private void verify(Process present, boolean early) {
    try {
      var said = present.getInputStream();
      int length = said.available();
      if (length > 0) {
        verified = true;
        var words = new String(said.readNBytes(length), StandardCharsets.UTF_8).strip();
        log.atDebug().log("the orphan guard is {}", words);
        if (!words.contains("grep=yes")) {
          log.atWarn()
              .log(
                  "the orphan guard finds no grep that understands -z in /usr/bin or /bin: it works, but takes longer");
        }
      } else if (System.nanoTime() - begun > PATIENCE) {
        replace(present, early, "does not answer");
      }
    } catch (IOException broken) {
      replace(present, early, "does not answer");
    }
  }

  /// Its pid, or -1 when there is none.
  public synchronized long pid() {
    return process == null ? -1 : process.pid();
  }

  /// Dismisses it: nothing is left. Idempotent.
  public synchronized void dismiss() {
    var present = process;
    if (closed || present == null) {
      closed = true;
      return;
    }
    closed = true;
    try (var pipe = present.getOutputStream()) {
      pipe.write("bye\n".getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException alreadyGone) {
      return;
    }
    try {
      if (!present.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
        var _ = present.toHandle().destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Lets it do its work now, though this JVM lives: something is left that could not be ended. A
  /// later dismissal changes nothing.
  public synchronized void setLoose() {
    var present = process;
    if (closed || present == null) {
      closed = true;
      return;
    }
    closed = true;
    try {
      present.getOutputStream().close();
    } catch (IOException alreadyGone) {
      log.atWarn().log("the orphan guard is gone; what is left is ended by the next manager");
    }
  }
}
