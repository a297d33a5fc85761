package dev.procman.linux;

import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler.Target;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Completes samples with what the kernel counts for a process's control group, and with what its
/// tree moves over the network.
final class Refinement {
  private final TrafficMeter traffic = new TrafficMeter();

  Map<Target, ResourceSample> of(
      Map<Target, ResourceSample> samples, Collection<LinuxProcess> processes) {
    var alive = new HashMap<Long, LinuxProcess>();
    for (var process : processes) {
      if (process.isAlive()) {
        alive.put(process.pid(), process);
      }
    }
    boolean counted = !alive.isEmpty() && traffic.measure(alive.values());
    var refined = new LinkedHashMap<>(samples);
    refined.replaceAll((target, sample) -> {
      var process = alive.get(target.pid());
      if (process == null) {
        return sample;
      }
      var builder = sample.toBuilder();
      process.group().ifPresent(group -> group.measure(builder));
      if (counted) {
        traffic.tell(process, builder);
      }
      return builder.build();
    });
    return refined;
  }
}
