package dev.procman.linux;

import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler.Target;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Completes samples with what the kernel counts for a process's control group.
final class Refinement {

  private Refinement() {}

  static Map<Target, ResourceSample> of(
      Map<Target, ResourceSample> samples, Collection<LinuxProcess> processes) {
    var groups = new HashMap<Long, Group>();
    for (var process : processes) {
      if (process.isAlive()) {
        process.group().ifPresent(group -> groups.put(process.pid(), group));
      }
    }
    var refined = new LinkedHashMap<>(samples);
    refined.replaceAll((target, sample) -> {
      var group = groups.get(target.pid());
      if (group == null) {
        return sample;
      }
      var builder = sample.toBuilder();
      group.measure(builder);
      return builder.build();
    });
    return refined;
  }
}
