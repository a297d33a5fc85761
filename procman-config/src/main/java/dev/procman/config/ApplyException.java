package dev.procman.config;

import java.util.Map;
import java.util.stream.Collectors;

/// A plan could not be carried through, and the processes are those of the previous project again.
public final class ApplyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Plan plan;

  @SuppressWarnings("serial") // Made by Map.copyOf, which can be.
  private final Map<String, String> failures;

  @SuppressWarnings("serial") // Made by Map.copyOf, which can be.
  private final Map<String, String> notRestored;

  ApplyException(Plan plan, Map<String, String> failures, Map<String, String> notRestored) {
    super(words(plan, failures, notRestored));
    this.plan = plan;
    this.failures = Map.copyOf(failures);
    this.notRestored = Map.copyOf(notRestored);
  }

  /// The plan.
  public Plan plan() {
    return plan;
  }

  /// What went wrong with the new project, by the name of the process.
  public Map<String, String> failures() {
    return failures;
  }

  /// What went wrong on the way back, by the name of the process; empty when all is as it was.
  public Map<String, String> notRestored() {
    return notRestored;
  }

  private static String words(
      Plan plan, Map<String, String> failures, Map<String, String> notRestored) {
    return "project '%s' was not applied: %s\n%s"
        .formatted(
            plan.project().name(),
            told(failures),
            notRestored.isEmpty()
                ? "the processes are as they were before"
                : "the processes are as they were before, but: " + told(notRestored));
  }

  private static String told(Map<String, String> failures) {
    return failures.entrySet().stream()
        .map(failure -> failure.getKey() + ": " + failure.getValue())
        .collect(Collectors.joining("; "));
  }
}
