package dev.procman;

import java.time.Instant;

/// One link in the chain of decisions behind a process's state: what came in, which rule applied,
/// what it led to.
///
/// @param time wall time
/// @param generation the generation at that moment
/// @param asked what it was asked for, if it was
/// @param input what arrived, for people
/// @param from the state before
/// @param to the state after
/// @param rule why
public record Decision(
    Instant time,
    long generation,
    Asked asked,
    String input,
    ProcessState from,
    ProcessState to,
    String rule) {
  /// What somebody, or something on somebody's behalf, may ask a process for.
  public enum Asked {
    /// Nothing: something happened to it.
    NOTHING,
    /// To run.
    START,
    /// Not to run.
    STOP,
    /// To stop and run again.
    RESTART,
    /// To forget failures.
    RESET
  }

  @Override
  public String toString() {
    return "%s #%d %s: %s -> %s, because %s".formatted(time, generation, input, from, to, rule);
  }
}
