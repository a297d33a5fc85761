package dev.procman.core.resource;

import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ResourceLimit;
import java.util.Map;

/// A managed process, as the tracker sees it. Calls return at once.
public interface Subject {
  /// What it is made from now.
  ProcessSpec spec();

  /// Its public state.
  ProcessSnapshot snapshot();

  /// Bytes of output since it was registered.
  long outputBytes();

  /// A generation used more than it may, for longer than it may.
  ///
  /// @param words what, in words
  void limitExceeded(long generation, ResourceLimit limit, String words);

  /// The worst of the thresholds of a generation stands elsewhere than before.
  ///
  /// @param status HEALTHY, WARNING or CRITICAL
  /// @param reason in words
  /// @param evidence the values
  void standing(long generation, HealthStatus status, String reason, Map<String, String> evidence);
}
