package dev.procman.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Every call into the C library, and nothing else. A call gives what the function returned, or the
/// negative number of the error (errno(3)); interrupted calls (EINTR) are repeated here, except
/// where waiting is what was asked for. An instance holds the place where one thread's calls leave
/// their error number, so it is used by one thread at a time.
///
/// Functions that not every C library has are `null` where they are missing; [Platform] tells which
/// that are.
@SuppressWarnings("restricted") // calling native functions is what it is for
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  private static final MethodHandle PIPE2 = required("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = required("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      required("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      required("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle FCNTL =
      variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle EPOLL_CREATE = required("epoll_create1", JAVA_INT, JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      required("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_WAIT =
      required("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD = required("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET =
      required("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      required("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle BIND = required("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = required("listen", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECVMSG =
      required("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle KILL = required("kill", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SYSCALL =
      variadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);

  private static final MethodHandle MKFIFO = required("mkfifo", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle OPEN =
      variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPENPT = required("posix_openpt", JAVA_INT, JAVA_INT);
  private static final MethodHandle GRANTPT = required("grantpt", JAVA_INT, JAVA_INT);
  private static final MethodHandle UNLOCKPT = required("unlockpt", JAVA_INT, JAVA_INT);
  private static final MethodHandle PTSNAME = plain("ptsname_r", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle GETPWNAM =
      plain("getpwnam_r", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle GETPWUID =
      plain("getpwuid_r", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle GETGRNAM =
      plain("getgrnam_r", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle GETGROUPLIST =
      plain("getgrouplist", ADDRESS, JAVA_INT, ADDRESS, ADDRESS);

  private static final MethodHandle SPAWN =
      plain("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle ACTIONS_INIT = plain("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle ACTIONS_DESTROY =
      plain("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle ACTIONS_DUP2 =
      plain("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle ACTIONS_OPEN =
      plain("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final @Nullable MethodHandle ACTIONS_CHDIR =
      optional("posix_spawn_file_actions_addchdir_np", ADDRESS, ADDRESS);
  private static final @Nullable MethodHandle ACTIONS_CLOSEFROM =
      optional("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
  private static final MethodHandle ATTR_INIT = plain("posix_spawnattr_init", ADDRESS);
  private static final MethodHandle ATTR_DESTROY = plain("posix_spawnattr_destroy", ADDRESS);
  private static final MethodHandle ATTR_FLAGS =
      plain("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
  private static final MethodHandle ATTR_DEFAULT =
      plain("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);
  private static final MethodHandle ATTR_MASK =
      plain("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
  private static final MethodHandle SIGACTION = plain("sigaction", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SIGEMPTYSET = plain("sigemptyset", ADDRESS);

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int EACCES = 13;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int EAGAIN = 11;
  static final int ENOEXEC = 8;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int EPIPE = 32;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ECANCELED = 125;

  // struct sigaction: the action, a set of signals, flags.
  private static final long SIGACTION_SIZE = 152;
  private static final long SIGACTION_FLAGS = 136;

  private final MemorySegment state;

  /// An instance whose memory lives as long as `arena`.
  Libc(Arena arena) {
    state = arena.allocate(STATE);
  }

  private static MethodHandle required(String name, MemoryLayout returned, MemoryLayout... taken) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(returned, taken), CAPTURE);
  }

  private static MethodHandle variadic(
      String name, int fixed, MemoryLayout returned, MemoryLayout... taken) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(returned, taken),
        CAPTURE,
        Linker.Option.firstVariadicArg(fixed));
  }

  /// A function that returns its error number, or cannot fail.
  private static MethodHandle plain(String name, MemoryLayout... taken) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, taken));
  }

  private static @Nullable MethodHandle optional(String name, MemoryLayout... taken) {
    return LINKER
        .defaultLookup()
        .find(name)
        .map(symbol -> LINKER.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, taken)))
        .orElse(null);
  }

  /// Whether a new program can be given its directory and no descriptor but its own (glibc 2.34).
  static boolean hasCloseFrom() {
    return ACTIONS_CHDIR != null && ACTIONS_CLOSEFROM != null;
  }

  private long checked(long returned) {
    return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
  }

  private static RuntimeException impossible(Throwable thrown) {
    // A downcall throws nothing of its own; what comes is a fault of the JVM.
    if (thrown instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(thrown);
  }

  /// pipe(2): two descriptors into `two`.
  int pipe(MemorySegment two, int flags) {
    try {
      return (int) checked((int) PIPE2.invokeExact(state, two, flags));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// close(2).
  int close(int descriptor) {
    try {
      return (int) checked((int) CLOSE.invokeExact(state, descriptor));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// read(2).
  long read(int descriptor, MemorySegment bytes) {
    try {
      long result;
      do {
        result = checked((long) READ.invokeExact(state, descriptor, bytes, bytes.byteSize()));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// write(2).
  long write(int descriptor, MemorySegment bytes) {
    try {
      long result;
      do {
        result = checked((long) WRITE.invokeExact(state, descriptor, bytes, bytes.byteSize()));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// fcntl(2) with a number.
  int fcntl(int descriptor, int command, int argument) {
    try {
      int result;
      do {
        result = (int) checked((int) FCNTL.invokeExact(state, descriptor, command, argument));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// ioctl(2) with a structure.
  int ioctl(int descriptor, long request, MemorySegment argument) {
    try {
      int result;
      do {
        result = (int) checked((int) IOCTL.invokeExact(state, descriptor, request, argument));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// epoll_create1(2), closed on exec.
  int epollCreate() {
    try {
      return (int) checked((int) EPOLL_CREATE.invokeExact(state, Flags.CLOEXEC));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// epoll_ctl(2).
  int epollControl(int epoll, int operation, int descriptor, MemorySegment event) {
    try {
      return (int) checked((int) EPOLL_CTL.invokeExact(state, epoll, operation, descriptor, event));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// epoll_wait(2); an interrupt counts as nothing to tell.
  int epollWait(int epoll, MemorySegment events, int most, int millis) {
    try {
      return (int) checked((int) EPOLL_WAIT.invokeExact(state, epoll, events, most, millis));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// eventfd(2), closed on exec, not blocking.
  int eventDescriptor() {
    try {
      return (int) checked((int) EVENTFD.invokeExact(state, 0, Flags.CLOEXEC | Flags.NONBLOCK));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// socket(2), closed on exec.
  ///
  /// @param protocol 0 where the family and the type leave no choice
  int socket(int family, int typeAndFlags, int protocol) {
    try {
      return (int)
          checked((int) SOCKET.invokeExact(state, family, typeAndFlags | Flags.CLOEXEC, protocol));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// setsockopt(2) of the socket layer.
  int socketOption(int descriptor, int option, MemorySegment value) {
    try {
      return (int)
          checked(
              (int)
                  SETSOCKOPT.invokeExact(
                      state, descriptor, Flags.SOL_SOCKET, option, value, (int) value.byteSize()));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// bind(2).
  int bind(int descriptor, MemorySegment address) {
    try {
      return (int)
          checked((int) BIND.invokeExact(state, descriptor, address, (int) address.byteSize()));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// listen(2).
  int listen(int descriptor, int backlog) {
    try {
      return (int) checked((int) LISTEN.invokeExact(state, descriptor, backlog));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// recvmsg(2).
  long receive(int descriptor, MemorySegment header, int flags) {
    try {
      long result;
      do {
        result = checked((long) RECVMSG.invokeExact(state, descriptor, header, flags));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// kill(2).
  int kill(int pid, int signal) {
    try {
      return (int) checked((int) KILL.invokeExact(state, pid, signal));
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// A system call that the library has no function for, with up to five arguments.
  long systemCall(long number, long first, long second, long third, long fourth, long fifth) {
    try {
      long result;
      do {
        result =
            checked((long) SYSCALL.invokeExact(state, number, first, second, third, fourth, fifth));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// mkfifo(3).
  int makeFifo(MemorySegment path, int mode) {
    try {
      int result;
      do {
        result = (int) checked((int) MKFIFO.invokeExact(state, path, mode));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// open(2).
  int open(MemorySegment path, int flags) {
    try {
      int result;
      do {
        result = (int) checked((int) OPEN.invokeExact(state, path, flags, 0));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_openpt(3).
  int openTerminal(int flags) {
    try {
      int result;
      do {
        result = (int) checked((int) OPENPT.invokeExact(state, flags));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// grantpt(3).
  int grantTerminal(int descriptor) {
    try {
      int result;
      do {
        result = (int) checked((int) GRANTPT.invokeExact(state, descriptor));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// unlockpt(3).
  int unlockTerminal(int descriptor) {
    try {
      int result;
      do {
        result = (int) checked((int) UNLOCKPT.invokeExact(state, descriptor));
      } while (result == -EINTR);
      return result;
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// ptsname_r(3).
  static int terminalName(int descriptor, MemorySegment name) {
    try {
      return (int) PTSNAME.invokeExact(descriptor, name, name.byteSize());
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// getpwnam_r(3).
  static int userByName(
      MemorySegment name, MemorySegment entry, MemorySegment texts, MemorySegment found) {
    try {
      return (int) GETPWNAM.invokeExact(name, entry, texts, texts.byteSize(), found);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// getpwuid_r(3).
  static int userByNumber(
      int number, MemorySegment entry, MemorySegment texts, MemorySegment found) {
    try {
      return (int) GETPWUID.invokeExact(number, entry, texts, texts.byteSize(), found);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// getgrnam_r(3).
  static int groupByName(
      MemorySegment name, MemorySegment entry, MemorySegment texts, MemorySegment found) {
    try {
      return (int) GETGRNAM.invokeExact(name, entry, texts, texts.byteSize(), found);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// getgrouplist(3).
  static int groupsOf(MemorySegment user, int group, MemorySegment groups, MemorySegment count) {
    try {
      return (int) GETGROUPLIST.invokeExact(user, group, groups, count);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// Has the kernel keep the status of children that end until they are asked after. It does not
  /// where SIGCHLD is ignored, as whoever started this JVM may have left it; the JDK does the same
  /// once it starts a process.
  void heedChildren(Arena arena) {
    var action = arena.allocate(SIGACTION_SIZE, 8);
    try {
      int _ = (int) SIGACTION.invokeExact(Flags.SIGCHLD, MemorySegment.NULL, action);
      boolean ignored = action.get(JAVA_LONG, 0) == Flags.SIG_IGN;
      if (ignored || (action.get(JAVA_INT, SIGACTION_FLAGS) & Flags.SA_NOCLDWAIT) != 0) {
        int _ =
            (int) SIGACTION.invokeExact(Flags.SIGCHLD, action.fill((byte) 0), MemorySegment.NULL);
      }
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn(3): the pid goes into `pid`.
  static int spawn(
      MemorySegment pid,
      MemorySegment path,
      MemorySegment actions,
      MemorySegment attributes,
      MemorySegment argv,
      MemorySegment envp) {
    try {
      return (int) SPAWN.invokeExact(pid, path, actions, attributes, argv, envp);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_init(3).
  static int actionsInit(MemorySegment actions) {
    try {
      return (int) ACTIONS_INIT.invokeExact(actions);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_destroy(3).
  static int actionsDestroy(MemorySegment actions) {
    try {
      return (int) ACTIONS_DESTROY.invokeExact(actions);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_adddup2(3).
  static int actionsDup2(MemorySegment actions, int from, int to) {
    try {
      return (int) ACTIONS_DUP2.invokeExact(actions, from, to);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_addopen(3).
  static int actionsOpen(MemorySegment actions, int descriptor, MemorySegment path, int flags) {
    try {
      return (int) ACTIONS_OPEN.invokeExact(actions, descriptor, path, flags, 0);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_addchdir_np(3).
  static int actionsChdir(MemorySegment actions, MemorySegment path) {
    try {
      return (int) present(ACTIONS_CHDIR).invokeExact(actions, path);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawn_file_actions_addclosefrom_np(3).
  static int actionsCloseFrom(MemorySegment actions, int lowest) {
    try {
      return (int) present(ACTIONS_CLOSEFROM).invokeExact(actions, lowest);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawnattr_init(3).
  static int attributesInit(MemorySegment attributes) {
    try {
      return (int) ATTR_INIT.invokeExact(attributes);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawnattr_destroy(3).
  static int attributesDestroy(MemorySegment attributes) {
    try {
      return (int) ATTR_DESTROY.invokeExact(attributes);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawnattr_setflags(3).
  static int attributesFlags(MemorySegment attributes, short flags) {
    try {
      return (int) ATTR_FLAGS.invokeExact(attributes, flags);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawnattr_setsigdefault(3).
  static int attributesDefault(MemorySegment attributes, MemorySegment signals) {
    try {
      return (int) ATTR_DEFAULT.invokeExact(attributes, signals);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// posix_spawnattr_setsigmask(3).
  static int attributesMask(MemorySegment attributes, MemorySegment signals) {
    try {
      return (int) ATTR_MASK.invokeExact(attributes, signals);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  /// sigemptyset(3).
  static int emptySet(MemorySegment signals) {
    try {
      return (int) SIGEMPTYSET.invokeExact(signals);
    } catch (Throwable thrown) {
      throw impossible(thrown);
    }
  }

  private static MethodHandle present(@Nullable MethodHandle handle) {
    if (handle == null) {
      throw new IllegalStateException("the C library lacks it; see Platform");
    }
    return handle;
  }
}
