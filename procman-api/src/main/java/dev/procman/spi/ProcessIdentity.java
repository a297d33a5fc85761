package dev.procman.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A process of this machine, which no other can be taken for: its id may be given to another once
/// it has ended, but not with the same start time.
///
/// @param pid its process id
/// @param startTime when it was started, as the operating system tells ([ProcessHandle.Info])
public record ProcessIdentity(long pid, Instant startTime) {
  /// How far two readings of one start time lie apart at most: each rests on a reading of when the
  /// system was booted, which follows the wall clock.
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /// The process that has that id now; empty when there is none, or when it does not tell its start
  /// time. A launcher must know that it is its own: that it cannot have ended and been reaped
  /// before this was asked.
  public static Optional<ProcessIdentity> of(long pid) {
    return pid <= 0
        ? Optional.empty()
        : ProcessHandle.of(pid)
            .flatMap(handle -> handle.info().startInstant())
            .map(start -> new ProcessIdentity(pid, start));
  }

  /// Whether both are one process.
  public boolean isSame(ProcessIdentity other) {
    return pid == other.pid
        && Duration.between(startTime, other.startTime).abs().compareTo(TOLERANCE) <= 0;
  }
}
