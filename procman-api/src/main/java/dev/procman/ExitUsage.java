package dev.procman;

import java.time.Duration;
import java.util.OptionalLong;

/// What a process had used in all when it ended, as the kernel counted it for whoever waits for it
/// (wait4(2), getrusage(2)): exact, unlike the latest sample of its tree. Includes descendants that
/// the process itself had waited for.
///
/// @param userTime CPU time in its own code
/// @param systemTime CPU time in the kernel
/// @param peakMemory the most memory it, or one such descendant, had in RAM, bytes; empty where
///   that is not known, as for a process that had less than this JVM: the kernel counts what a
///   process is born with, which is this JVM's memory until its program begins
/// @param minorFaults page faults served without input
/// @param majorFaults page faults that needed input
/// @param voluntarySwitches context switches since it waited
/// @param involuntarySwitches context switches since its time was over
/// @param coreDumped whether the kernel wrote a core file
public record ExitUsage(
    Duration userTime,
    Duration systemTime,
    OptionalLong peakMemory,
    long minorFaults,
    long majorFaults,
    long voluntarySwitches,
    long involuntarySwitches,
    boolean coreDumped) {}
