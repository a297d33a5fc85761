package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import dev.procman.spi.LaunchedProcess;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a process is made from now, and its current or latest generation, which may be made from
/// something older. Written by the supervisor's thread, read by all.
final class Current {
  private final Masks masks;
  private volatile ProcessSpec spec;
  private volatile @Nullable Generation generation;

  Current(ProcessSpec spec) {
    this.spec = spec;
    this.masks = new Masks(spec);
  }

  ProcessSpec spec() {
    return spec;
  }

  void spec(ProcessSpec next) {
    masks.declaredBy(next);
    spec = next;
  }

  Map<String, String> labels() {
    return spec.labels();
  }

  /// Empty when there was none yet.
  Optional<Generation> generation() {
    return Optional.ofNullable(generation);
  }

  void generation(Generation next) {
    generation = next;
  }

  Optional<LaunchedProcess> process() {
    return generation().flatMap(Generation::process);
  }

  /// The secrets of all its generations of which something may still be shown.
  Masks masks() {
    return masks;
  }

  /// Those that hold now.
  Secrets secrets() {
    return masks.now();
  }
}
