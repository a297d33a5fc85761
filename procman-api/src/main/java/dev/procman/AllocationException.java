package dev.procman;

/// A start was refused, since it would reserve more than the manager's [ResourceBudget] has left.
/// Nothing was started; a specification that came with the start was not registered.
public final class AllocationException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  /// With the whole story.
  public AllocationException(String message) {
    super(message, null);
  }
}
