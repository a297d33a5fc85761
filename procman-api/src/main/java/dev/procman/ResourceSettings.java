package dev.procman;

import java.util.ArrayList;
import java.util.List;

/// What is watched of a process's resources, and how it is limited. Immutable.
///
/// @param thresholds levels whose crossing is told; the worst of them counts for the process's
///   health, as WARNING or CRITICAL, never as FAILED
/// @param limits the most it may use
/// @param reservation what it declares to need
/// @param trends whether steady growth of memory and descriptors is told; default true
public record ResourceSettings(
    List<ResourceThreshold> thresholds,
    ResourceLimits limits,
    ResourceReservation reservation,
    boolean trends) {
  /// Copies the list.
  public ResourceSettings {
    thresholds = List.copyOf(thresholds);
  }

  /// No thresholds, limits and reservation.
  public static ResourceSettings ofDefaults() {
    return new ResourceSettings(List.of(), ResourceLimits.none(), ResourceReservation.none(), true);
  }

  /// With a threshold; it takes the place of one for the same value.
  public ResourceSettings threshold(ResourceThreshold threshold) {
    var more = new ArrayList<>(thresholds);
    more.removeIf(present -> present.value().equals(threshold.value()));
    more.add(threshold);
    return new ResourceSettings(more, limits, reservation, trends);
  }

  /// With other limits.
  public ResourceSettings limits(ResourceLimits limits) {
    return new ResourceSettings(thresholds, limits, reservation, trends);
  }

  /// With a reservation.
  public ResourceSettings reserve(ResourceReservation reservation) {
    return new ResourceSettings(thresholds, limits, reservation, trends);
  }

  /// With or without word of steady growth.
  public ResourceSettings trends(boolean on) {
    return new ResourceSettings(thresholds, limits, reservation, on);
  }
}
