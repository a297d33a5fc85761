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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine, as a service.
public final class EngineProvider implements ProcessManagerProvider {
  private static final Logger log = LoggerFactory.getLogger(EngineProvider.class);

  /// Launchers that were said to be passed over.
  private static final Set<String> PASSED_OVER = ConcurrentHashMap.newKeySet();

  /// Called by the service loader.
  public EngineProvider() {}

  @Override
  public ProcessManager create(ManagerSettings settings) {
    return new DefaultProcessManager(
        settings,
        settings
            .launcher()
            .or(() -> foundLauncher(settings.nativeAccessWarning()))
            .orElseGet(PortableLauncher::new),
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
  ///
  /// @param warned whether a warning of the JVM about native access is accepted
  private static Optional<ProcessLauncher> foundLauncher(boolean warned) {
    for (var launcher :
        ServiceLoader.load(ProcessLauncher.class, EngineProvider.class.getClassLoader())) {
      var obstacle =
          warned ? launcher.unavailableThoughWarningIsAccepted() : launcher.unavailable();
      if (obstacle.isEmpty()) {
        return Optional.of(launcher);
      }
      if (PASSED_OVER.add(launcher.name())) {
        log.info(
            "the launcher '{}' is passed over for the portable one: {}",
            launcher.name(),
            obstacle.get());
      }
      launcher.close();
    }
    return Optional.empty();
  }
}
