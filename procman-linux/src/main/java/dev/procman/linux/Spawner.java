package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.proc.LaunchErrors;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Starts programs with posix_spawn(3): the child shares this JVM's memory until it executes, so
/// that neither the size of the heap nor another thread's lock matters, and an error of that
/// execution is this call's own.
///
/// The child gets a session of its own, so that a terminal's Ctrl-C reaches this JVM only; default
/// actions for all signals and none blocked, whatever this JVM has made of them; and no descriptor
/// but its own, which also keeps out what other libraries have left open without close-on-exec, as
/// the JDK does with its pipes.
final class Spawner {
  // posix_spawn_file_actions_t and posix_spawnattr_t hold 80 and 336 bytes in glibc on 64 bits.
  private static final long ACTIONS_SIZE = 256;
  private static final long ATTRIBUTES_SIZE = 1024;
  private static final long SIGNALS_SIZE = 128;
  private static final short FLAGS =
      Flags.SPAWN_SETSID | Flags.SPAWN_SETSIGDEF | Flags.SPAWN_SETSIGMASK;

  /// A child that runs.
  ///
  /// @param pid its id
  /// @param handle a descriptor for the process (pidfd_open(2))
  /// @param pipes this side of its pipes
  record Spawned(int pid, int handle, Pipes.Parent pipes) {}

  private Spawner() {}

  /// Starts.
  ///
  /// @throws LaunchException when it cannot; then nothing is left of the attempt
  static Spawned spawn(LaunchRequest request) {
    LaunchErrors.badDirectory(request)
        .ifPresent(bad -> {
          throw bad;
        });
    var file = Program.find(request).orElseThrow(() -> failure(request, Libc.ENOENT));
    var environment = environment(request);
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      var pipes = new Pipes(libc, arena);
      int error = pipes.open();
      if (error < 0) {
        throw failure(request, -error);
      }
      try {
        int pid = spawn(request, file, environment, pipes, arena);
        return new Spawned(pid, handle(request, libc, pid), pipes.keepParent());
      } finally {
        pipes.close();
      }
    }
  }

  private static int spawn(
      LaunchRequest request, String file, List<String> environment, Pipes pipes, Arena arena) {
    var actions = arena.allocate(ACTIONS_SIZE, 16);
    var attributes = arena.allocate(ATTRIBUTES_SIZE, 16);
    var signals = arena.allocate(SIGNALS_SIZE, 16);
    var pid = arena.allocate(JAVA_INT);
    int error = Libc.actionsInit(actions);
    error = error != 0 ? error : Libc.attributesInit(attributes);
    try {
      Libc.fillSet(signals);
      error = error != 0 ? error : Libc.attributesDefault(attributes, signals);
      Libc.emptySet(signals);
      error = error != 0 ? error : Libc.attributesMask(attributes, signals);
      error = error != 0 ? error : Libc.attributesFlags(attributes, FLAGS);
      error = error != 0 ? error : pipes.connect(actions);
      error = error != 0 ? error : Libc.actionsCloseFrom(actions, 3);
      if (error == 0 && request.directory().isPresent()) {
        var directory = request.directory().get().toAbsolutePath().toString();
        error = Libc.actionsChdir(actions, NativeStrings.text(arena, directory));
      }
      var envp = NativeStrings.array(arena, environment);
      var argv = NativeStrings.array(arena, request.command());
      var path = NativeStrings.text(arena, file);
      error = error != 0 ? error : Libc.spawn(pid, path, actions, attributes, argv, envp);
      if (error == Libc.ENOEXEC) {
        // A script without a first line that names its interpreter is one for the shell; so
        // execvp(3) and the JDK have it.
        error = spawnByShell(request, file, pid, actions, attributes, envp, arena);
      }
    } finally {
      Libc.actionsDestroy(actions);
      Libc.attributesDestroy(attributes);
    }
    if (error != 0) {
      throw failure(request, error);
    }
    return pid.get(JAVA_INT, 0);
  }

  private static int spawnByShell(
      LaunchRequest request,
      String file,
      MemorySegment pid,
      MemorySegment actions,
      MemorySegment attributes,
      MemorySegment envp,
      Arena arena) {
    var command = new ArrayList<String>(List.of("/bin/sh", file));
    command.addAll(request.command().subList(1, request.command().size()));
    return Libc.spawn(
        pid,
        NativeStrings.text(arena, "/bin/sh"),
        actions,
        attributes,
        NativeStrings.array(arena, command),
        envp);
  }

  /// A handle of the new child, which nobody but this launcher waits for, so that its id cannot be
  /// another's yet.
  private static int handle(LaunchRequest request, Libc libc, int pid) {
    long handle = libc.systemCall(Platform.PIDFD_OPEN, pid, 0, 0, 0, 0);
    if (handle < 0) {
      libc.kill(pid, dev.procman.Signal.KILL.number());
      libc.systemCall(Platform.WAITID, Flags.P_PID, pid, 0, Flags.WEXITED, 0);
      throw failure(request, (int) -handle);
    }
    return (int) handle;
  }

  private static List<String> environment(LaunchRequest request) {
    var variables = new ArrayList<String>(request.environment().size());
    request
        .environment()
        .forEach((name, value) -> {
          if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw rejected(
                request, "a variable of its environment has no name or one with = or NUL");
          }
          if (value.indexOf('\0') >= 0) {
            throw rejected(
                request,
                "the value of " + name + " in its environment contains NUL; leave that out");
          }
          variables.add(name + "=" + value);
        });
    if (request.command().stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      throw rejected(request, "an argument contains NUL; leave that out");
    }
    return variables;
  }

  private static LaunchException rejected(LaunchRequest request, String remedy) {
    return LaunchErrors.of(Reason.OTHER, request, remedy, null);
  }

  static LaunchException failure(LaunchRequest request, int errno) {
    return LaunchErrors.of(request, errno, Program.searched(request), "error " + errno, null);
  }
}
