package dev.procman.core.supervisor;

import dev.procman.ProcessSpec;
import dev.procman.spi.LaunchedProcess;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a process is made from now, and its current or latest generation, which may be made from
/// something older. Written by the supervisor's thread, read by all.
final class Current {
  private volatile ProcessSpec spec;
  private volatile @Nullable Generation generation;

  Current(ProcessSpec spec) {
    this.spec = spec;
  }

  ProcessSpec spec() {
    return spec;
  }

  void spec(ProcessSpec next) {
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

  Secrets secrets() {
    return generation().map(Generation::secrets).orElseGet(() -> Secrets.declaredBy(spec));
  }
}
