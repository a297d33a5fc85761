package dev.procman;

import java.util.List;

/// What most probably ended a process, and the evidence for it.
///
/// @param kind the finding
/// @param summary one sentence for people
/// @param evidence what the finding rests on: lines of output, signals, files
public record Diagnosis(Kind kind, String summary, List<String> evidence) {
  /// Copies the evidence.
  public Diagnosis {
    evidence = List.copyOf(evidence);
  }

  /// The findings procman can tell apart.
  public enum Kind {
    /// Ended with a success code.
    SUCCESS,
    /// Ended because procman was asked to stop it.
    STOPPED,
    /// procman killed it after its grace had passed.
    KILLED_AFTER_GRACE,
    /// procman ended it because it did not become ready in time.
    START_TIMEOUT,
    /// procman ended it because its liveness probe failed.
    UNHEALTHY,
    /// procman ended it because it used more than one of its limits allows.
    LIMIT_EXCEEDED,
    /// Killed by a signal that procman did not send.
    KILLED_FROM_OUTSIDE,
    /// Killed, and the kernel's out-of-memory killer is the likely cause.
    OUT_OF_MEMORY,
    /// A fault of the program itself: SEGV, ABRT, BUS, ILL, FPE.
    CRASHED,
    /// A Java virtual machine that crashed or ended with an uncaught error.
    JVM_CRASH,
    /// The address it wanted to listen on was taken.
    PORT_IN_USE,
    /// It could not open what it needed, since too much was open already.
    DESCRIPTORS_EXHAUSTED,
    /// It could not write, since a disk was full.
    DISK_FULL,
    /// A shell could not find the command (code 127).
    COMMAND_NOT_FOUND,
    /// A shell found the command not executable (code 126).
    NOT_EXECUTABLE,
    /// The launcher could not start it.
    LAUNCH_FAILED,
    /// It ended by itself without success, and nothing more is known.
    FAILED
  }
}
