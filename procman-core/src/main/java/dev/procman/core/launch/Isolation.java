package dev.procman.core.launch;

import dev.procman.Signal;
import dev.procman.core.Uninterruptibly;
import dev.procman.proc.ProcFs;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a child what the JDK does not: a session of its own, and default actions for all signals.
///
/// **The problem.** A child of the JDK is in this JVM's process group: its `kill 0`, common in
/// shell scripts, ends the JVM and all other children; Ctrl-C at a terminal reaches all of them at
/// once, whatever order and stop sequence they have. And signals that this JVM ignores, as under
/// nohup(1) or as a background job of a script, are ignored by the child, too.
///
/// **The choice.** The child is started through setsid(1), which becomes the program and so keeps
/// its pid; through `env --default-signal` before, where this JVM ignores signals. Each is one more
/// execution, about as long as a short-lived program itself takes.
///
/// **What must not be lost** is that a program that cannot be started says so. It is looked at
/// before ([dev.procman.proc.Program]); what only its execution shows, the wrapper tells:
/// [Wrapped].
final class Isolation {
  private static final Logger log = LoggerFactory.getLogger(Isolation.class);
  private static final Optional<String> SETSID = find("setsid");
  private static final Optional<String> ENV = find("env");
  private static final ConcurrentHashMap<String, Boolean> DEFAULTING = new ConcurrentHashMap<>();
  private static final long LIMIT_SECONDS = 5;

  private Isolation() {}

  private static Optional<String> find(String tool) {
    for (String directory : List.of("/usr/bin/", "/bin/")) {
      if (ProcFs.isAvailable() && new File(directory + tool).canExecute()) {
        return Optional.of(directory + tool);
      }
    }
    if (ProcFs.isAvailable()) {
      log.warn(
          "{}(1) is neither in /usr/bin nor in /bin: children share the process group of this JVM,"
              + " so that Ctrl-C and their 'kill 0' reach it, too; install util-linux and"
              + " coreutils, or use procman-linux",
          tool);
    }
    return Optional.empty();
  }

  /// What to start instead of a command; the command itself where nothing can be had.
  static Wrapped wrap(List<String> command) {
    var wrappers = new ArrayList<List<String>>();
    SETSID.ifPresent(setsid -> wrappers.add(List.of(setsid, "--")));
    var ignored = ProcFs.ignoredSignals().stream().map(Signal::ofNumber).flatMap(Optional::stream);
    var names = ignored.map(Signal::name).collect(Collectors.joining(","));
    if (!names.isEmpty()
        && ENV.filter(env -> DEFAULTING.computeIfAbsent(env, Isolation::knowsSignals))
            .isPresent()) {
      var words = List.of(ENV.get(), "--default-signal=" + names, "--");
      wrappers.addFirst(wrappers.isEmpty() ? words : before(words, wrappers.getFirst()));
    }
    return new Wrapped(
        wrappers.isEmpty() ? command : before(wrappers.getFirst(), command),
        SETSID.isPresent(),
        List.copyOf(wrappers));
  }

  private static List<String> before(List<String> first, List<String> rest) {
    var all = new ArrayList<>(first);
    all.addAll(rest);
    return List.copyOf(all);
  }

  /// GNU's env can since coreutils 8.31, that of busybox cannot.
  private static boolean knowsSignals(String env) {
    try {
      var probe =
          new ProcessBuilder(env, "--default-signal=HUP", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      probe.getOutputStream().close();
      Uninterruptibly.await(() -> probe.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
      if (!probe.isAlive() && probe.exitValue() == 0) {
        return true;
      }
      probe.destroyForcibly();
    } catch (IOException failed) {
      log.debug("env does not start", failed);
    }
    log.warn(
        "this JVM ignores signals, as under nohup, and its children will ignore them, too: {} has"
            + " no --default-signal; it needs coreutils 8.31 or newer, or use procman-linux",
        env);
    return false;
  }
}
