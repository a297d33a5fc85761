package dev.procman.linux;

import dev.procman.proc.ProcFs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// What differs between machines, and whether this one will do.
@SuppressWarnings("restricted") // to ask whether it may
final class Platform {
  private static final String ARCHITECTURE = System.getProperty("os.arch", "");
  private static final boolean X86 = ARCHITECTURE.equals("amd64");

  /// The system call waitid(2); the library's function does not tell the resources used.
  static final long WAITID = X86 ? 247 : 95;

  static final long GETRUSAGE = X86 ? 98 : 165;
  static final long PRCTL = X86 ? 157 : 167;
  static final long GETTID = X86 ? 186 : 178;
  static final long UMASK = X86 ? 95 : 166;
  static final long UNSHARE = X86 ? 272 : 97;
  static final long SETGROUPS = X86 ? 116 : 159;
  static final long SETRESUID = X86 ? 117 : 147;
  static final long SETRESGID = X86 ? 119 : 149;
  static final long PRLIMIT = X86 ? 302 : 261;
  static final long SETPRIORITY = X86 ? 141 : 140;
  static final long SCHED_SETAFFINITY = X86 ? 203 : 122;
  static final long IOPRIO_SET = X86 ? 251 : 30;
  static final long PIDFD_SEND_SIGNAL = 424;
  static final long PIDFD_OPEN = 434;

  /// `struct epoll_event` is packed on x86-64 only.
  static final long EVENT_SIZE = X86 ? 12 : 16;

  static final long EVENT_DATA = X86 ? 4 : 8;

  private Platform() {}

  /// What a machine must have; what is said here is all that is asked of it.
  ///
  /// @param system the operating system's name
  /// @param architecture the processor's
  /// @param nativeAccess whether the JVM lets this module call the C library
  /// @param closeFrom whether the C library has what glibc has since 2.34
  /// @param pidfd whether the kernel has pidfd_open(2) and lets waitid(2) take what it gives, as
  ///   Linux does since 5.4
  record Facts(
      String system, String architecture, boolean nativeAccess, boolean closeFrom, boolean pidfd) {}

  /// Why the Linux launcher cannot work here, with the remedy; empty when it can.
  ///
  /// @param warned whether the JVM may warn of native access that was not allowed
  static Optional<String> unfit(boolean warned) {
    var module = Platform.class.getModule();
    String system = System.getProperty("os.name", "");
    boolean allowed = module.isNativeAccessEnabled() || (warned && isOnlyWarnedOf());
    boolean linux = system.equals("Linux") && ProcFs.isAvailable();
    // The C library is asked only where that is allowed: the JVM would print a warning otherwise.
    boolean ask = allowed && linux && isKnown(ARCHITECTURE);
    return unfit(
        new Facts(
            linux ? system : system.equals("Linux") ? "Linux without /proc" : system,
            ARCHITECTURE,
            allowed,
            ask && Libc.hasCloseFrom(),
            ask && hasPidfd()),
        module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  /// Why these facts do not fit, if so.
  ///
  /// @param module what to allow native access to
  static Optional<String> unfit(Facts facts, String module) {
    if (!facts.system.equals("Linux")) {
      return Optional.of("this is " + facts.system + "; it needs Linux");
    }
    if (!isKnown(facts.architecture)) {
      return Optional.of(
          "the processor is " + facts.architecture + "; it knows amd64 and aarch64 only");
    }
    if (!facts.nativeAccess) {
      return Optional.of(
          "native access is not allowed; start java with --enable-native-access=" + module);
    }
    if (!facts.closeFrom) {
      return Optional.of(
          "the C library lacks posix_spawn_file_actions_addclosefrom_np; it needs glibc 2.34 or"
              + " newer");
    }
    if (!facts.pidfd) {
      return Optional.of(
          "the kernel lacks pidfd_open or waiting by it, or forbids that; it needs Linux 5.4 or"
              + " newer");
    }
    return Optional.empty();
  }

  /// Whether the first native call makes the JVM warn, rather than forbid it; it is this one.
  private static boolean isOnlyWarnedOf() {
    try {
      MemorySegment.NULL.reinterpret(0);
      return true;
    } catch (IllegalCallerException forbidden) {
      return false;
    }
  }

  private static boolean isKnown(String architecture) {
    return architecture.equals("amd64") || architecture.equals("aarch64");
  }

  private static boolean hasPidfd() {
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      long self = libc.systemCall(PIDFD_OPEN, ProcessHandle.current().pid(), 0, 0, 0, 0);
      if (self < 0) {
        return false;
      }
      // Nobody's child is its own; a kernel that does not know the question says that instead.
      long waited =
          libc.systemCall(WAITID, Flags.P_PIDFD, self, 0, Flags.WEXITED | Flags.WNOHANG, 0);
      libc.close((int) self);
      return waited != -Libc.EINVAL;
    }
  }
}
