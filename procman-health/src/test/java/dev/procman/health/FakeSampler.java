package dev.procman.health;

import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Answers what the test says; its time moves only when told.
final class FakeSampler implements ResourceSampler {
  private final Map<ResourceMetric, Long> values = new ConcurrentHashMap<>();
  final Set<Target> asked = ConcurrentHashMap.newKeySet();
  private volatile long now = 1_000_000_000L;
  volatile boolean blind;

  FakeSampler set(ResourceMetric metric, long value) {
    values.put(metric, value);
    return this;
  }

  FakeSampler forget(ResourceMetric metric) {
    values.remove(metric);
    return this;
  }

  FakeSampler later(Duration time) {
    now += time.toNanos();
    return this;
  }

  ResourceSample sample() {
    var sample = ResourceSample.at(now);
    values.forEach(sample::set);
    return sample.build();
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Map<Target, ResourceSample> sample(Collection<Target> targets) {
    asked.addAll(targets);
    return blind
        ? Map.of()
        : targets.stream().collect(Collectors.toMap(target -> target, _ -> sample()));
  }
}
