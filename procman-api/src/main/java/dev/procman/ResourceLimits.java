package dev.procman;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The limits of one process, watched by procman on every platform: a sample every second
/// (`ProcessManagerBuilder.samplingInterval`), and after five times that at the latest, so that a
/// limit can be passed for that long, and by as much as is used up in that time. A limit on run
/// time is a timer. One limit for each subject and action. Immutable.
///
/// @param limits the limits
public record ResourceLimits(List<ResourceLimit> limits) {
  /// Copies the list.
  public ResourceLimits {
    limits = List.copyOf(limits);
  }

  /// No limits.
  public static ResourceLimits none() {
    return new ResourceLimits(List.of());
  }

  /// Memory of its tree, in bytes.
  public ResourceLimits memory(long bytes, ResourceLimit.Action action) {
    return with(ResourceLimit.Subject.MEMORY, (double) bytes, Duration.ZERO, action);
  }

  /// CPU use of its tree in cores, for longer than `grace` without a break.
  public ResourceLimits cpu(double cores, Duration grace, ResourceLimit.Action action) {
    return with(ResourceLimit.Subject.CPU, cores, grace, action);
  }

  /// Open descriptors of a member of its tree.
  public ResourceLimits descriptors(int count, ResourceLimit.Action action) {
    return with(ResourceLimit.Subject.DESCRIPTORS, count, Duration.ZERO, action);
  }

  /// Processes of its tree.
  public ResourceLimits processes(int count, ResourceLimit.Action action) {
    return with(ResourceLimit.Subject.PROCESSES, count, Duration.ZERO, action);
  }

  /// Bytes of output of one generation.
  public ResourceLimits output(long bytes, ResourceLimit.Action action) {
    return with(ResourceLimit.Subject.OUTPUT, (double) bytes, Duration.ZERO, action);
  }

  /// Run time of one generation.
  public ResourceLimits runTime(Duration time, ResourceLimit.Action action) {
    return with(
        ResourceLimit.Subject.RUN_TIME,
        (double) time.getSeconds() + time.getNano() / 1e9,
        Duration.ZERO,
        action);
  }

  private ResourceLimits with(
      ResourceLimit.Subject subject, double most, Duration grace, ResourceLimit.Action action) {
    return with(new ResourceLimit(subject, most, grace, action));
  }

  /// With another limit; it takes the place of one with the same subject and action.
  public ResourceLimits with(ResourceLimit limit) {
    var more = new ArrayList<>(limits);
    more.removeIf(
        present -> present.subject() == limit.subject() && present.action() == limit.action());
    more.add(limit);
    return new ResourceLimits(more);
  }

  /// The lowest limit of a subject.
  public Optional<ResourceLimit> of(ResourceLimit.Subject subject) {
    return limits.stream()
        .filter(limit -> limit.subject() == subject)
        .min((one, other) -> Double.compare(one.most(), other.most()));
  }
}
