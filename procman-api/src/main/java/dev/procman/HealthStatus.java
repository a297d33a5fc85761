package dev.procman;

/// How well a running process is, worst last.
public enum HealthStatus {
  /// No probe has answered yet, or there is none.
  UNKNOWN,
  /// The latest verdict was good.
  HEALTHY,
  /// A failing streak has begun.
  WARNING,
  /// The failing streak has reached the alert count.
  CRITICAL,
  /// The failing streak has reached the failure count; a liveness probe asks for a restart.
  FAILED
}
