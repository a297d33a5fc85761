package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.procman.ExitStatus;
import dev.procman.ExitUsage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// How a child ended, as waitid(2) tells it.
///
/// @param status its code or signal
/// @param usage what it had used; empty when somebody else was told
record Ending(ExitStatus status, Optional<ExitUsage> usage) {
  private static final long INFO_SIZE = 128;
  private static final long USAGE_SIZE = 144;
  // siginfo_t
  private static final long CODE = 8;
  private static final long PID = 16;
  private static final long STATUS = 24;

  /// How much this JVM may have grown between the count that a child takes over and ours.
  private static final long GROWTH = 1 << 20;

  private static final int CLD_EXITED = 1;
  private static final int CLD_DUMPED = 3;
  // struct rusage
  private static final long USER_TIME = 0;
  private static final long SYSTEM_TIME = 16;
  private static final long PEAK_MEMORY = 32;
  private static final long MINOR_FAULTS = 64;
  private static final long MAJOR_FAULTS = 72;
  private static final long VOLUNTARY = 128;
  private static final long INVOLUNTARY = 136;

  /// Of a child whose status somebody else in this JVM has taken, as one may who waits for any
  /// child: that it has ended is all that is known.
  private static final Ending TAKEN = new Ending(new ExitStatus.Exited(255), Optional.empty());

  /// Memory for one question at a time.
  static final class Place {
    private final MemorySegment info;
    private final MemorySegment usage;

    Place(Arena arena) {
      info = arena.allocate(INFO_SIZE, 8);
      usage = arena.allocate(USAGE_SIZE, 8);
    }
  }

  /// Asks whether a child has ended, and leaves it unreaped.
  static Optional<Ending> look(Libc libc, Place place, int handle) {
    return ask(libc, place, handle, Flags.WEXITED | Flags.WNOHANG | Flags.WNOWAIT);
  }

  /// Reaps a child that has ended; its id may be another's from now on.
  static Optional<Ending> reap(Libc libc, Place place, int handle) {
    return ask(libc, place, handle, Flags.WEXITED | Flags.WNOHANG);
  }

  private static Optional<Ending> ask(Libc libc, Place place, int handle, int options) {
    place.info.set(JAVA_INT, PID, 0);
    long error =
        libc.systemCall(
            Platform.WAITID,
            Flags.P_PIDFD,
            handle,
            place.info.address(),
            options,
            place.usage.address());
    if (error == -Libc.ECHILD) {
      return Optional.of(TAKEN);
    }
    return error < 0 || place.info.get(JAVA_INT, PID) == 0
        ? Optional.empty()
        : Optional.of(read(place.info, place.usage));
  }

  private static Ending read(MemorySegment info, MemorySegment usage) {
    int code = info.get(JAVA_INT, CODE);
    int status = info.get(JAVA_INT, STATUS);
    return new Ending(
        code == CLD_EXITED ? new ExitStatus.Exited(status) : new ExitStatus.Signaled(status),
        Optional.of(
            new ExitUsage(
                time(usage, USER_TIME),
                time(usage, SYSTEM_TIME),
                OptionalLong.of(usage.get(JAVA_LONG, PEAK_MEMORY) * 1024),
                usage.get(JAVA_LONG, MINOR_FAULTS),
                usage.get(JAVA_LONG, MAJOR_FAULTS),
                usage.get(JAVA_LONG, VOLUNTARY),
                usage.get(JAVA_LONG, INVOLUNTARY),
                code == CLD_DUMPED)));
  }

  /// The most memory that this JVM has had, as far as a child may have inherited it: a child that
  /// posix_spawn(3) makes has this JVM's memory until it executes its program, and the kernel
  /// counts that as its own (`setmax_mm_hiwater_rss` in fs/exec.c).
  ///
  /// @return bytes
  static long inheritedPeak(Libc libc, Arena arena) {
    var usage = arena.allocate(USAGE_SIZE, 8);
    libc.systemCall(Platform.GETRUSAGE, 0, usage.address(), 0, 0, 0);
    return usage.get(JAVA_LONG, PEAK_MEMORY) * 1024 + GROWTH;
  }

  /// The same without a peak that may be this JVM's.
  Ending withoutPeakUpTo(long inherited) {
    return new Ending(
        status,
        usage.map(all ->
            all.peakMemory().orElse(0) > inherited
                ? all
                : new ExitUsage(
                    all.userTime(),
                    all.systemTime(),
                    OptionalLong.empty(),
                    all.minorFaults(),
                    all.majorFaults(),
                    all.voluntarySwitches(),
                    all.involuntarySwitches(),
                    all.coreDumped())));
  }

  private static Duration time(MemorySegment usage, long at) {
    return Duration.ofSeconds(usage.get(JAVA_LONG, at))
        .plusNanos(usage.get(JAVA_LONG, at + 8) * 1000);
  }
}
