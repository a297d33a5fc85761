package dev.procman.linux;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.Signal;
import dev.procman.proc.HeldBack;
import dev.procman.proc.LaunchErrors;
import dev.procman.proc.ProcFs;
import dev.procman.spi.LaunchRequest;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Holds a child back between its birth and its program, so that its limits, its control group and
/// its user are settled before its first instruction.
///
/// **The problem.** posix_spawn(3) can set none of these, a child of fork(2) cannot run Java, and a
/// helper program in between would lose the errors of the execution, could not pass on every
/// environment, and would be one more thing to install.
///
/// **The choice.** The first thing the child is asked to do is to open a FIFO, which blocks until
/// somebody opens it for writing. The call runs on a thread of its own, which the kernel suspends
/// meanwhile; the launching thread finds the child by the name that it has from that thread,
/// settles what can be settled by its id, and opens the FIFO. What only a process can do to itself,
/// the thread does before it calls, since on Linux a thread has credentials and, after unshare(2),
/// a file mode creation mask of its own, which the child inherits; then the thread ends.
final class Gate {
  /// As many names of seven letters and digits there are; a thread's name holds 15 bytes.
  private static final long NAMES = 78_364_164_096L;

  private static final int KILL = Signal.KILL.number();
  private static final long PAUSE = 50_000;

  private final Libc libc;
  private final Arena arena;
  private final LaunchRequest request;
  private final Account account;
  private final SpawnCall call;
  private final Path fifo;
  private final MemorySegment fifoText;

  /// Of its own also where this class is loaded twice into one JVM.
  private final String name =
      HeldBack.NAME + Long.toString(ThreadLocalRandom.current().nextLong(NAMES), 36);

  private volatile @Nullable Throwable failure;
  private volatile int error;
  private volatile long thread;
  private volatile boolean done;

  private Gate(Arena arena, LaunchRequest request, Account account, Path fifo, SpawnCall call) {
    this.libc = new Libc(arena);
    this.arena = arena;
    this.request = request;
    this.account = account;
    this.fifo = fifo;
    this.fifoText = NativeStrings.text(arena, fifo.toString());
    this.call = call;
  }

  /// Whether a request asks for anything that needs it.
  static boolean isNeeded(LaunchRequest request, Account account, List<BeforeProgram> before) {
    return !before.isEmpty()
        || !account.isSame()
        || request.settings().umask().isPresent()
        || KernelSettings.isNeeded(request.settings());
  }

  /// Starts a program as [Spawner#spawn] does.
  ///
  /// @return its pid, or a negative error number
  static int spawn(
      Arena arena,
      LaunchRequest request,
      Executable program,
      List<String> environment,
      Streams streams,
      Given given,
      Account account,
      List<BeforeProgram> before) {
    var fifo =
        Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "procman-" + UUID.randomUUID());
    var path = Optional.of(fifo.toString());
    try (var call =
        new SpawnCall(arena, request, program, environment, streams, given.descriptors(), path)) {
      var gate = new Gate(arena, request, account, fifo, call);
      gate.make();
      return gate.pass(before);
    } finally {
      delete(fifo);
    }
  }

  private void make() {
    int made = libc.makeFifo(fifoText, 0600);
    if (made < 0) {
      throw preparation(
          "it is held back by the FIFO %s, which cannot be made, error %d; see java.io.tmpdir"
              .formatted(fifo, -made),
          null);
    }
    try {
      // Also the user that the child runs as opens it.
      Files.setPosixFilePermissions(fifo, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException failed) {
      throw preparation("the FIFO " + fifo + " cannot be opened to its user: " + failed, failed);
    }
  }

  private static void delete(Path fifo) {
    try {
      Files.deleteIfExists(fifo);
    } catch (IOException remains) {
      // The system's cleaning of temporary files takes it.
    }
  }

  private int pass(List<BeforeProgram> before) {
    if (account.isSame()) {
      return run(before);
    }
    OtherUsers.come(libc);
    try {
      return run(before);
    } finally {
      OtherUsers.go(libc);
    }
  }

  private int run(List<BeforeProgram> before) {
    var spawning = Thread.ofPlatform().daemon().name(name).unstarted(this::call);
    long lastPid = start(spawning);
    OptionalInt child = OptionalInt.empty();
    Throwable refused = null;
    try {
      child = awaitChild(lastPid);
      if (child.isPresent()) {
        settle(child.getAsInt(), before);
      }
    } catch (RuntimeException | Error thrown) {
      refused = thrown;
      call.spoil();
    }
    // Until the thread has ended nothing may fail, such as the loading of a class that a failure
    // takes: the child would be left behind, and this memory taken away from under it.
    int writer = open(child);
    join(spawning);
    if (writer >= 0) {
      libc.close(writer);
    }
    boolean killed = writer < 0 && child.isPresent();
    if (error == 0 && failure == null && (killed || refused != null)) {
      Spawner.end(libc, call.pid());
    }
    return outcome(refused == null && killed ? Spawner.failure(request, -writer) : refused);
  }

  /// @return the id that was given out last before
  private long start(Thread spawning) {
    try {
      long lastPid = ProcFs.lastPid().orElse(0);
      spawning.start();
      return lastPid;
    } catch (UncheckedIOException exhausted) {
      throw refusal(exhausted);
    } catch (OutOfMemoryError noThread) {
      throw Spawner.failure(request, Libc.EAGAIN);
    }
  }

  private LaunchException refusal(Throwable thrown) {
    return switch (thrown) {
      case LaunchException refused -> refused;
      case UncheckedIOException exhausted ->
          LaunchErrors.of(
              Reason.RESOURCES_EXHAUSTED,
              request,
              Objects.requireNonNullElse(exhausted.getMessage(), "descriptors are exhausted"),
              exhausted);
      default -> preparation("it failed before the program: " + thrown, thrown);
    };
  }

  /// Lets the child go on, if there is one. Opened for both, the FIFO neither waits for the child
  /// to arrive nor fails without it. Where there is no descriptor left for that, the child is
  /// killed; one that was not found waits until there is.
  ///
  /// @return the descriptor, or a negative error number
  private int open(OptionalInt child) {
    while (true) {
      int writer = libc.open(fifoText, Flags.O_RDWR | Flags.CLOEXEC);
      if (writer >= 0 || done) {
        return writer;
      }
      if (child.isPresent()) {
        libc.kill(child.getAsInt(), KILL);
        return writer;
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private int outcome(@Nullable Throwable refused) {
    var thrown = refused != null ? refused : failure;
    if (thrown == null) {
      return error != 0 ? -error : call.pid();
    }
    throw refusal(thrown);
  }

  private void join(Thread spawning) {
    Ends.await(spawning);
    // The kernel's thread, which may be another user's, ends a little later.
    while (!account.isSame() && new File("/proc/self/task/" + thread).exists()) {
      LockSupport.parkNanos(PAUSE);
    }
  }

  /// On the thread of its own.
  private void call() {
    try {
      become();
      error = call.run();
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
    } finally {
      done = true;
    }
  }

  private void become() {
    var own = new Libc(arena);
    thread = own.systemCall(Platform.GETTID, 0, 0, 0, 0, 0);
    own.systemCall(
        Platform.PRCTL, Flags.PR_SET_NAME, NativeStrings.text(arena, name).address(), 0, 0, 0);
    var mask = request.settings().umask();
    if (mask.isPresent()) {
      require(own.systemCall(Platform.UNSHARE, Flags.CLONE_FS, 0, 0, 0, 0), "umask");
      own.systemCall(Platform.UMASK, mask.getAsInt(), 0, 0, 0, 0);
    }
    // The user last: then there is no privilege left for the groups. These are the system calls,
    // since the functions of the C library change all threads.
    account
        .groups()
        .ifPresent(groups -> {
          var list = arena.allocateFrom(ValueLayout.JAVA_INT, groups);
          long address = groups.length == 0 ? 0 : list.address();
          require(own.systemCall(Platform.SETGROUPS, groups.length, address, 0, 0, 0), "user");
        });
    account
        .group()
        .ifPresent(group ->
            require(own.systemCall(Platform.SETRESGID, group, group, group, 0, 0), "group"));
    account
        .user()
        .ifPresent(
            user -> require(own.systemCall(Platform.SETRESUID, user, user, user, 0, 0), "user"));
    if (!account.isSame()) {
      requireWay(own);
    }
  }

  /// Where the child's user cannot reach the FIFO, the error is not to pass for the program's.
  private void requireWay(Libc own) {
    int reached = own.open(fifoText, Flags.O_RDONLY | Flags.NONBLOCK | Flags.CLOEXEC);
    if (reached == -Libc.EACCES) {
      throw preparation(
          "its user cannot reach the FIFO %s, by which it is held back; have java.io.tmpdir name a directory that all users may enter"
              .formatted(fifo),
          null);
    }
    own.close(reached);
  }

  private void require(long result, String field) {
    if (result < 0) {
      throw preparation(
          "launch."
              + field
              + " needs a privilege that this JVM does not have (error "
              + -result
              + ")",
          null);
    }
  }

  private LaunchException preparation(String words, @Nullable Throwable cause) {
    return LaunchErrors.of(Reason.PREPARATION_FAILED, request, words, cause);
  }

  /// Waits for the child, which is there at once, or for the call to fail without one.
  private OptionalInt awaitChild(long lastPid) {
    long parent = ProcessHandle.current().pid();
    while (!done) {
      var child = find(lastPid + 1, parent);
      if (child.isPresent()) {
        return child;
      }
      LockSupport.parkNanos(PAUSE);
    }
    return OptionalInt.empty();
  }

  private OptionalInt find(long from, long parent) {
    long last = ProcFs.lastPid().orElse(0);
    if (last >= from && last - from < 256) {
      for (long pid = from; pid <= last; pid++) {
        if (isOurs(pid, parent)) {
          return OptionalInt.of((int) pid);
        }
      }
      return OptionalInt.empty();
    }
    return ProcFs.all().stream()
        .map(ProcFs.Stat::pid)
        .filter(pid -> isOurs(pid, parent))
        .mapToInt(Long::intValue)
        .findFirst();
  }

  private boolean isOurs(long pid, long parent) {
    return ProcFs.stat(pid).filter(stat -> stat.parent() == parent).isPresent()
        && ProcFs.name(pid).filter(name::equals).isPresent();
  }

  private void settle(int pid, List<BeforeProgram> before) {
    KernelSettings.apply(libc, arena, request, pid);
    for (var step : before) {
      step.with(pid).forEach(call::add);
    }
  }
}
