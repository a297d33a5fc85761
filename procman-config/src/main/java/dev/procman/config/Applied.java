package dev.procman.config;

import java.util.Map;

/// What came of a plan that was applied.
///
/// @param plan the plan
/// @param failures what is not as planned, by the name of the process: not ready though the new
///   project stays, or stopped but not to be taken out, as one that is stuck
public record Applied(Plan plan, Map<String, String> failures) {
  /// Copies the failures.
  public Applied {
    failures = Map.copyOf(failures);
  }

  /// Whether all is as planned.
  public boolean isComplete() {
    return failures.isEmpty();
  }
}
