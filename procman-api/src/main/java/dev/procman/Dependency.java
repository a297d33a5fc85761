package dev.procman;

/// Another process that must have come to a certain point before this one starts.
///
/// @param process the other's name
/// @param condition the point it must have reached
public record Dependency(String process, Condition condition) {
  /// Points at which a dependent may start.
  public enum Condition {
    /// It was spawned.
    STARTED,
    /// It is ready, or was and has ended with a success code since.
    READY,
    /// It ended by itself with a success code.
    COMPLETED_SUCCESSFULLY
  }
}
