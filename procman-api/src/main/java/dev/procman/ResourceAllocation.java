package dev.procman;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is reserved at one moment.
///
/// @param budget what may be reserved; empty when the manager has no budget
/// @param granted who holds what, in the order of granting: from the start until it is ended and
///   not to be started again
/// @param waiting who waits for what, in the order of asking
public record ResourceAllocation(
    Optional<ResourceBudget> budget,
    Map<String, ResourceReservation> granted,
    List<String> waiting) {
  /// Copies the parts.
  public ResourceAllocation {
    granted = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(granted));
    waiting = List.copyOf(waiting);
  }

  /// The sum of what is granted.
  public ResourceReservation sum() {
    return granted.values().stream().reduce(ResourceReservation.none(), ResourceReservation::plus);
  }
}
