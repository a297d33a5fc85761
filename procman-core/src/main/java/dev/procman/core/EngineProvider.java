package dev.procman.core;

import dev.procman.ProcessManager;
import dev.procman.core.launch.PortableLauncher;
import dev.procman.core.manager.DefaultProcessManager;
import dev.procman.core.resource.ProcSampler;
import dev.procman.spi.ManagerSettings;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ProcessManagerProvider;
import dev.procman.spi.ResourceSampler;
import java.util.ArrayList;
import java.util.Comparator;
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
        settings.sampler().or(EngineProvider::bestSampler));
  }

  private static Optional<ResourceSampler> bestSampler() {
    var found = new ArrayList<ResourceSampler>();
    ServiceLoader.load(ResourceSampler.class, EngineProvider.class.getClassLoader())
        .forEach(found::add);
    if (ProcSampler.isAvailable()) {
      found.add(new ProcSampler());
    }
    var best = found.stream().max(Comparator.comparingInt(ResourceSampler::rank));
    found.stream()
        .filter(sampler -> best.filter(sampler::equals).isEmpty())
        .forEach(ResourceSampler::close);
    return best;
  }

  /// What another module brings, if there is one, is there because it is better.
  private static <T> Optional<T> found(Class<T> service) {
    return ServiceLoader.load(service, EngineProvider.class.getClassLoader()).findFirst();
  }
}
