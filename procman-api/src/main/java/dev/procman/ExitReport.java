package dev.procman;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Everything known of how one generation ended.
///
/// @param id which generation
/// @param pid its process id, -1 when it never had one
/// @param status how it ended; empty when it could not be launched
/// @param requested whether procman was asked to end it
/// @param success whether the status is one of the specification's success codes, or it was asked
///   to end
/// @param uptime from spawn to exit, monotonic
/// @param lastLines its last lines, at most 50
/// @param outputTruncated whether output was cut because something else still held its pipes
/// @param survivors members of its tree that procman could not end
/// @param keptDirectories temporary directories kept for inspection
/// @param diagnosis what most probably ended it
/// @param resources what its tree had used when it was last measured; empty when it never was
/// @param usage what it had used in all, as the kernel counted; empty where the launcher cannot
///   know
public record ExitReport(
    ProcessId id,
    long pid,
    Optional<ExitStatus> status,
    boolean requested,
    boolean success,
    Duration uptime,
    List<OutputLine> lastLines,
    boolean outputTruncated,
    List<Long> survivors,
    List<Path> keptDirectories,
    Diagnosis diagnosis,
    Optional<ResourceUsage> resources,
    Optional<ExitUsage> usage) {
  /// Copies the lists.
  public ExitReport {
    lastLines = List.copyOf(lastLines);
    survivors = List.copyOf(survivors);
    keptDirectories = List.copyOf(keptDirectories);
  }

  /// For people: how it ended, in one line.
  public String describe() {
    return status.map(ExitStatus::describe).orElse("not launched") + ": " + diagnosis.summary();
  }
}
