package dev.procman;

import java.util.List;

/// A dependency cannot be met: it is unknown or part of a cycle. Nothing was started.
public final class DependencyException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  private DependencyException(String message) {
    super(message, null);
  }

  /// A cycle, given as the names along it, the first repeated at the end.
  public static DependencyException cycle(List<String> path) {
    return new DependencyException(
        "dependency cycle: " + String.join(" -> ", path) + "; remove one of these links");
  }

  /// A dependency on a name nobody registered.
  public static DependencyException unknown(
      String process, String dependency, Iterable<String> known) {
    return new DependencyException(
        "process '%s' depends on '%s', which is not registered; registered: %s"
            .formatted(process, dependency, String.join(", ", known)));
  }
}
