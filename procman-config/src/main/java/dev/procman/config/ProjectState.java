package dev.procman.config;

import dev.procman.ProcessManager;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// What is known of the project of one manager. It holds nothing that holds the manager, so that
/// one nobody uses any more is forgotten with it.
final class ProjectState {
  private static final Map<ProcessManager, ProjectState> ALL = new WeakHashMap<>();

  /// At one moment.
  ///
  /// @param revision how often a project was applied, or tried
  /// @param project the one that is applied
  /// @param owned names of the processes that projects brought
  record Standing(long revision, Optional<Project> project, Set<String> owned) {}

  /// Held while a plan is applied.
  final ReentrantLock lock = new ReentrantLock(true);

  private volatile Standing standing = new Standing(0, Optional.empty(), Set.of());

  private ProjectState() {}

  static ProjectState of(ProcessManager manager) {
    synchronized (ALL) {
      return ALL.computeIfAbsent(manager, _ -> new ProjectState());
    }
  }

  Standing standing() {
    return standing;
  }

  /// Every plan made before is stale from now on.
  void becomes(Optional<Project> project, Set<String> owned) {
    standing = new Standing(standing.revision() + 1, project, Set.copyOf(owned));
  }
}
