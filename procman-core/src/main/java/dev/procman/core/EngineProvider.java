package dev.procman.core;

import dev.procman.ProcessManager;
import dev.procman.core.launch.PortableLauncher;
import dev.procman.core.manager.DefaultProcessManager;
import dev.procman.spi.ManagerSettings;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessManagerProvider;
import java.util.ServiceLoader;

/// The engine, as a service.
public final class EngineProvider implements ProcessManagerProvider {

  /// Called by the service loader.
  public EngineProvider() {}

  @Override
  public ProcessManager create(ManagerSettings settings) {
    return new DefaultProcessManager(settings, settings.launcher().orElseGet(EngineProvider::best));
  }

  /// A launcher from another module, if there is one, is there because it is better.
  private static ProcessLauncher best() {
    return ServiceLoader.load(ProcessLauncher.class, EngineProvider.class.getClassLoader())
        .findFirst()
        .orElseGet(PortableLauncher::new);
  }
}
