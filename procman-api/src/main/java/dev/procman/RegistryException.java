package dev.procman;

import java.util.Collection;

/// A name is taken or unknown, or the manager is closed.
public final class RegistryException extends ProcmanException {
  private static final long serialVersionUID = 1L;

  private RegistryException(String message) {
    super(message, null);
  }

  /// The name is already registered.
  public static RegistryException duplicate(String name) {
    return new RegistryException(
        "a process named '"
            + name
            + "' is already registered; use another name, update(), or remove() it first");
  }

  /// Nobody registered that name.
  public static RegistryException unknown(String name, Collection<String> known) {
    return new RegistryException(
        "no process named '" + name + "' is registered; registered: " + String.join(", ", known));
  }

  /// The process was removed.
  public static RegistryException removed(String name) {
    return new RegistryException("process '" + name + "' was removed; register it again");
  }

  /// The process must not be removed while others depend on it.
  public static RegistryException inUse(String name, Collection<String> dependents) {
    return new RegistryException(
        "process '"
            + name
            + "' cannot be removed; these depend on it: "
            + String.join(", ", dependents));
  }

  /// The process must not be removed while members of its tree are still alive after KILL.
  public static RegistryException stuck(String name) {
    return new RegistryException(
        "process '"
            + name
            + "' cannot be removed: it is stuck, still alive after KILL; end the survivors that its"
            + " ProcessStuck event names, then remove it");
  }

  /// The manager was closed.
  public static RegistryException closed(String manager) {
    return new RegistryException("process manager '" + manager + "' is closed; create another");
  }
}
