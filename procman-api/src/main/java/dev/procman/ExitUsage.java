package dev.procman;

import java.time.Duration;

/// What a process had used in all when it ended, as the kernel counted it for whoever waits for it
/// (wait4(2), getrusage(2)): exact, unlike the latest sample of its tree. Includes descendants that
/// the process itself had waited for.
///
/// @param userTime CPU time in its own code
/// @param systemTime CPU time in the kernel
/// @param peakMemory the most memory it, or one such descendant, had in RAM, bytes
/// @param minorFaults page faults served without input
/// @param majorFaults page faults that needed input
/// @param voluntarySwitches context switches since it waited
/// @param involuntarySwitches context switches since its time was over
/// @param coreDumped whether the kernel wrote a core file
public record ExitUsage(
    Duration userTime,
    Duration systemTime,
    long peakMemory,
    long minorFaults,
    long majorFaults,
    long voluntarySwitches,
    long involuntarySwitches,
    boolean coreDumped) {}
