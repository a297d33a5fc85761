package dev.procman.linux;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.Signal;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.Program;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// Starts programs with posix_spawn(3): the child shares this JVM's memory until it executes, so
/// that neither the size of the heap nor another thread's lock matters, and an error of that
/// execution is this call's own.
///
/// The child gets a session of its own, so that a terminal's Ctrl-C reaches this JVM only; default
/// actions for all signals and none blocked, whatever this JVM has made of them; and no descriptor
/// but its own, which also keeps out what other libraries have left open without close-on-exec, as
/// the JDK does with its pipes.
final class Spawner {

  /// A child that runs.
  ///
  /// @param pid its id
  /// @param handle a descriptor for the process (pidfd_open(2))
  /// @param streams this side of its standard streams
  /// @param inheritedPeak up to how many bytes its peak of memory may be this JVM's
  record Spawned(int pid, int handle, Streams.Parent streams, long inheritedPeak) {}

  private Spawner() {}

  /// Starts.
  ///
  /// @param given what it is given beside that
  /// @param before what has to happen before the program executes
  /// @throws LaunchException when it cannot; then nothing is left of the attempt
  static Spawned spawn(LaunchRequest request, Given given, List<BeforeProgram> before) {
    LaunchErrors.badDirectory(request)
        .or(() -> LaunchErrors.badInput(request))
        .ifPresent(bad -> {
          throw bad;
        });
    var file = Program.find(request).orElseThrow(() -> failure(request, Libc.ENOENT));
    var executable = new Executable(file, request.command());
    var account = Account.of(request);
    var environment = environment(request, variables(request, account, given));
    boolean gated = Gate.isNeeded(request, account, before);
    // Another thread calls while the child is held back.
    try (var arena = gated ? Arena.ofShared() : Arena.ofConfined()) {
      var libc = new Libc(arena);
      Streams streams =
          request
              .settings()
              .terminal()
              .<Streams>map(size -> new Terminal(libc, arena, size))
              .orElseGet(() -> new Pipes(libc, arena, request.input()));
      int error = streams.open();
      if (error < 0) {
        throw failure(request, -error);
      }
      try {
        ToIntFunction<Executable> start =
            program ->
                gated
                    ? Gate.spawn(
                        arena, request, program, environment, streams, given, account, before)
                    : spawn(arena, request, program, environment, streams, given);
        int pid = start.applyAsInt(executable);
        // Anew from the gate on: it is another child, for which nothing is settled yet.
        pid = pid == -Libc.ENOEXEC ? start.applyAsInt(executable.byShell()) : pid;
        if (pid < 0) {
          throw failure(request, account, -pid);
        }
        long inherited = Ending.inheritedPeak(libc, arena);
        return new Spawned(pid, handle(request, libc, pid), streams.keepParent(), inherited);
      } finally {
        streams.close();
      }
    }
  }

  private static int spawn(
      Arena arena,
      LaunchRequest request,
      Executable program,
      List<String> environment,
      Streams streams,
      Given given) {
    try (var call =
        new SpawnCall(
            arena, request, program, environment, streams, given.descriptors(), Optional.empty())) {
      int error = call.run();
      return error != 0 ? -error : call.pid();
    }
  }

  /// A handle of the new child, which nobody but this launcher waits for, so that its id cannot be
  /// another's yet.
  private static int handle(LaunchRequest request, Libc libc, int pid) {
    long handle = libc.systemCall(Platform.PIDFD_OPEN, pid, 0, 0, 0, 0);
    if (handle < 0) {
      end(libc, pid);
      throw failure(request, (int) -handle);
    }
    return (int) handle;
  }

  private static Map<String, String> variables(
      LaunchRequest request, Account account, Given given) {
    var all = new HashMap<>(account.environment(request.environment()));
    all.keySet().removeAll(given.without());
    all.putAll(given.variables());
    return all;
  }

  /// Ends and reaps a child that nobody knows yet.
  static void end(Libc libc, int pid) {
    libc.kill(pid, Signal.KILL.number());
    libc.systemCall(Platform.WAITID, Flags.P_PID, pid, 0, Flags.WEXITED, 0);
  }

  private static List<String> environment(LaunchRequest request, Map<String, String> variables) {
    var texts = new ArrayList<String>(variables.size());
    variables.forEach((name, value) -> {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw rejected(request, "a variable of its environment has no name or one with = or NUL");
      }
      if (value.indexOf('\0') >= 0) {
        throw rejected(
            request, "the value of " + name + " in its environment contains NUL; leave that out");
      }
      texts.add(name + "=" + value);
    });
    if (request.command().stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      throw rejected(request, "an argument contains NUL; leave that out");
    }
    return texts;
  }

  private static LaunchException rejected(LaunchRequest request, String remedy) {
    return LaunchErrors.of(Reason.OTHER, request, remedy, null);
  }

  /// Which of all that it may not enter or execute, only a look tells.
  private static LaunchException failure(LaunchRequest request, Account account, int errno) {
    var closed =
        request
            .directory()
            .filter(_ -> errno == Libc.EACCES && !account.isSame())
            .flatMap(directory -> account.obstacle(directory));
    if (closed.isPresent()) {
      var settings = request.settings();
      return LaunchErrors.of(
          Reason.BAD_DIRECTORY,
          request,
          "its working directory '%s' cannot be entered by %s, as which it runs: %s; name a directory that is open to it"
              .formatted(
                  request.directory().orElseThrow(),
                  settings
                      .user()
                      .map(user -> "user '" + user + "'")
                      .orElse("group '" + settings.group().orElse("") + "'"),
                  closed.get()),
          null);
    }
    return failure(request, errno);
  }

  static LaunchException failure(LaunchRequest request, int errno) {
    return LaunchErrors.of(request, errno, Program.searched(request), "error " + errno, null);
  }
}
