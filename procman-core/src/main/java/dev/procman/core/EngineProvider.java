package dev.procman.core;

import dev.procman.ProcessManager;
import dev.procman.core.launch.PortableLauncher;
import dev.procman.core.manager.DefaultProcessManager;
import dev.procman.spi.ManagerSettings;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessManagerProvider;
import dev.procman.spi.ResourceSampler;
import java.util.Optional;
import java.util.ServiceLoader;

/// The engine, as a service.
public final class EngineProvider implements ProcessManagerProvider {

  /// Called by the service loader.
  public EngineProvider() {}

  @Override
  public ProcessManager create(ManagerSettings settings) {
    return new DefaultProcessManager(
        settings,
        settings.launcher().or(() -> found(ProcessLauncher.class)).orElseGet(PortableLauncher::new),
        settings.sampler().or(() -> found(ResourceSampler.class)));
  }

  /// What another module brings, if there is one, is there because it is better.
  private static <T> Optional<T> found(Class<T> service) {
    return ServiceLoader.load(service, EngineProvider.class.getClassLoader()).findFirst();
  }
}
