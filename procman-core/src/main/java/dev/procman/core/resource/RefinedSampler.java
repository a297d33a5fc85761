package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.ResourceSample;
import dev.procman.spi.ProcessLauncher;
import dev.procman.spi.ResourceSampler;
import java.util.Collection;
import java.util.Map;

/// A sampler whose samples the launcher completes with what only it knows.
///
/// @param sampler what measures
/// @param launcher what the processes were started by
public record RefinedSampler(ResourceSampler sampler, ProcessLauncher launcher)
    implements ResourceSampler {
  @Override
  public String name() {
    return sampler.name();
  }

  @Override
  public int rank() {
    return sampler.rank();
  }

  @Override
  public Map<Target, ResourceSample> sample(Collection<Target> targets) {
    var samples = sampler.sample(targets);
    return samples.isEmpty() ? samples : launcher.refine(samples);
  }

  @Override
  public void forget(ProcessId id) {
    sampler.forget(id);
  }

  @Override
  public void close() {
    sampler.close();
  }
}
