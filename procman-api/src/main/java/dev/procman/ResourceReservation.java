package dev.procman;

/// What a process declares to need. It holds nothing back from others by itself: it is counted
/// against the [ResourceBudget] of a manager that has one. Immutable.
///
/// @param memory bytes; default 0
/// @param cpu cores; default 0
public record ResourceReservation(long memory, double cpu) {
  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when an amount is negative
  public ResourceReservation {
    if (memory < 0) {
      throw new InvalidSpecException("resources.reservation.memory", memory, "use zero or more");
    }
    if (!(cpu >= 0 && cpu < Double.POSITIVE_INFINITY)) {
      throw new InvalidSpecException("resources.reservation.cpu", cpu, "use zero or more");
    }
  }

  /// Nothing.
  public static ResourceReservation none() {
    return new ResourceReservation(0, 0);
  }

  /// Whether anything is reserved.
  public boolean isNone() {
    return memory == 0 && cpu == 0;
  }

  /// Both together; of memory at most the largest long.
  public ResourceReservation plus(ResourceReservation other) {
    long left = Long.MAX_VALUE - memory;
    return new ResourceReservation(memory + Math.min(left, other.memory), cpu + other.cpu);
  }

  /// For people: `512.0 MiB and 0.50 cores`.
  public String describe() {
    return new ResourceValue.Of(ResourceMetric.RESIDENT_MEMORY).show((double) memory)
        + " and "
        + new ResourceValue.Cpu().show(cpu);
  }
}
