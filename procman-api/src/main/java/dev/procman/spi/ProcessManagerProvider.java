package dev.procman.spi;

import dev.procman.ProcessManager;

/// Creates managers; found through [java.util.ServiceLoader].
@FunctionalInterface
public interface ProcessManagerProvider {
  /// Creates a manager.
  ProcessManager create(ManagerSettings settings);
}
