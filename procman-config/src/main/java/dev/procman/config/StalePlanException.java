package dev.procman.config;

import java.util.List;

/// A plan was made against an older state: since then another was applied, or somebody has changed
/// one of its processes. Nothing was done; make another plan.
public final class StalePlanException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StalePlanException(List<String> processes) {
    super(
        (processes.isEmpty()
                ? "another project was applied"
                : "processes were changed: " + String.join(", ", processes))
            + " since the plan was made, so it is not applied; make another");
  }
}
