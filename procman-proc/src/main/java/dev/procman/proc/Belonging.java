package dev.procman.proc;

import java.util.Collection;
import java.util.Set;

/// Proof that processes belong to a tree, beside their parents and their environment: what only
/// some launchers have, such as a control group.
@FunctionalInterface
public interface Belonging {
  /// No further proof.
  Belonging NONE = processes -> Set.of();

  /// The ids of those that are proved to belong. Asked after `processes` were looked at, so that an
  /// id that has been given out anew meanwhile is not taken for its former owner's: signals are
  /// sent to the one that was looked at only. An id in the answer that is missing from `processes`
  /// says that the look was not complete.
  Set<Long> among(Collection<ProcFs.Stat> processes);

  /// Whether the process of an id is known not to belong and not to descend from the tree, so that
  /// it need not be looked at. Asked before it would be.
  default boolean isStranger(long pid) {
    return false;
  }
}
