package dev.procman;

/// How much the processes of one manager may reserve together. Immutable.
///
/// @param memory bytes
/// @param cpu cores
/// @param whenFull what becomes of a start that does not fit
public record ResourceBudget(long memory, double cpu, WhenFull whenFull) {

  /// What becomes of a start that does not fit into what is left.
  public enum WhenFull {
    /// It fails with [AllocationException]; in the course of a restart, it ends SKIPPED.
    REFUSE,
    /// It waits, in the order of asking, until enough is given back.
    QUEUE
  }

  /// Checks the parts.
  ///
  /// @throws InvalidSpecException when an amount is not above zero
  public ResourceBudget {
    if (memory <= 0) {
      throw new InvalidSpecException("manager.budget.memory", memory, "use an amount above zero");
    }
    if (!(cpu > 0 && cpu < Double.POSITIVE_INFINITY)) {
      throw new InvalidSpecException("manager.budget.cpu", cpu, "use an amount above zero");
    }
  }

  /// A budget whose starts are refused when it is used up.
  public static ResourceBudget refusing(long memory, double cpu) {
    return new ResourceBudget(memory, cpu, WhenFull.REFUSE);
  }

  /// A budget whose starts wait when it is used up.
  public static ResourceBudget queueing(long memory, double cpu) {
    return new ResourceBudget(memory, cpu, WhenFull.QUEUE);
  }

  /// Whether a sum of reservations is within it.
  public boolean covers(ResourceReservation sum) {
    // Sums of tenths are not exact.
    return sum.memory() <= memory && sum.cpu() <= cpu + 1e-9;
  }
}
