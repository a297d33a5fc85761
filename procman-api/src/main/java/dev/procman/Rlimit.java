package dev.procman;

/// A limit that the kernel keeps for each process and hands on to its children (getrlimit(2)).
/// Names and numbers are those of Linux.
public enum Rlimit {
  /// CPU time, seconds; beyond the soft limit it is sent XCPU each second, beyond the hard one
  /// KILL.
  CPU(0),
  /// The size of a file it writes, bytes; beyond it is sent XFSZ.
  FSIZE(1),
  /// Heap and data, bytes.
  DATA(2),
  /// The stack of its first thread, bytes.
  STACK(3),
  /// A core file, bytes; 0 for none.
  CORE(4),
  /// Processes and threads of its real user, wherever they were started.
  NPROC(6),
  /// One more than the highest descriptor it may open.
  NOFILE(7),
  /// Memory it may lock, bytes.
  MEMLOCK(8),
  /// Its address space, bytes.
  AS(9),
  /// Signals queued for its real user.
  SIGPENDING(11),
  /// Bytes in POSIX message queues of its real user.
  MSGQUEUE(12),
  /// How far it may raise its priority: 20 minus the lowest niceness.
  NICE(13),
  /// The highest real-time priority it may take.
  RTPRIO(14),
  /// Microseconds of CPU time under real-time scheduling without a blocking call.
  RTTIME(15);

  /// No limit.
  public static final long UNLIMITED = -1;

  /// As a hard limit: the one that this JVM has.
  public static final long UNCHANGED = -2;

  private final int number;

  Rlimit(int number) {
    this.number = number;
  }

  /// The number of this limit on Linux, x86-64 and aarch64.
  public int number() {
    return number;
  }

  /// Soft and hard value of a limit. The soft one counts; the process itself may raise it up to the
  /// hard one.
  ///
  /// @param soft the value that counts, or [#UNLIMITED]
  /// @param hard the highest soft value, [#UNLIMITED], or [#UNCHANGED]
  public record Range(long soft, long hard) {
    /// Checks the order.
    ///
    /// @throws InvalidSpecException when a value is out of range, or the soft one above the hard
    ///   one
    public Range {
      if (soft < UNLIMITED || hard < UNCHANGED) {
        throw new InvalidSpecException(
            "launch.rlimits", Math.min(soft, hard), "use zero or more, or -1 for unlimited");
      }
      if (hard >= 0 && (soft == UNLIMITED || soft > hard)) {
        throw new InvalidSpecException(
            "launch.rlimits", soft, "use a soft limit not above the hard one, " + hard);
      }
    }
  }
}
