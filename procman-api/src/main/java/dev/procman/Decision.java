package dev.procman;

import java.time.Instant;

/// One link in the chain of decisions behind a process's state: what came in, which rule applied,
/// what it led to.
///
/// @param time wall time
/// @param generation the generation at that moment
/// @param input what arrived
/// @param from the state before
/// @param to the state after
/// @param rule why
public record Decision(
    Instant time, long generation, String input, ProcessState from, ProcessState to, String rule) {
  @Override
  public String toString() {
    return "%s #%d %s: %s -> %s, because %s".formatted(time, generation, input, from, to, rule);
  }
}
