package dev.procman.core.lifecycle;

import java.util.List;

/// What one step led to.
///
/// @param state the new state
/// @param effects what to do, in order
/// @param reason the rule that applied
/// @param stale whether the input belonged to something past and was dropped
public record Transition(LifecycleState state, List<Effect> effects, String reason, boolean stale) {
  /// Copies the effects.
  public Transition {
    effects = List.copyOf(effects);
  }
}
