package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ResourceLimit;
import dev.procman.ResourceUsage;
import dev.procman.core.lifecycle.Finding;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.resource.Subject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What the resource tracker sees of a supervised process, and how it tells what it found.
final class ResourceSubject implements Subject {
  private final Parts parts;
  private final Probes probes;

  ResourceSubject(Parts parts, Probes probes) {
    this.parts = parts;
    this.probes = probes;
  }

  /// The current generation is measured from now on.
  void begin() {
    var generation = parts.current().generation().orElseThrow();
    parts.context().resources().begin(parts.handle().name(), this, generation::target);
  }

  /// A generation has ended; returns what it had used, if it was measured.
  ///
  /// @param how in words
  Optional<ResourceUsage> end(Generation generation, String how, Duration uptime) {
    return parts.context().resources().end(generation.id, how, uptime);
  }

  /// The process was retired.
  void forget() {
    parts.context().resources().forget(parts.handle().name(), this);
  }

  @Override
  public ProcessSpec spec() {
    return parts.current().spec();
  }

  @Override
  public ProcessSnapshot snapshot() {
    return parts.situation().shown();
  }

  @Override
  public long outputBytes() {
    return parts.output().byteCount();
  }

  @Override
  public void limitExceeded(long generation, ResourceLimit limit, String words) {
    parts
        .current()
        .generation()
        .filter(run -> run.id.generation() == generation)
        .ifPresent(run -> run.exceeded(words));
    parts.supervisor().accept(new Input.LimitExceeded(generation, limit.action(), words));
  }

  @Override
  public void standing(
      long generation, HealthStatus status, String reason, Map<String, String> evidence) {
    var standing = new Prober.Outside(status, new Finding("resources", reason, evidence, 1));
    parts.mailbox().execute(() -> probes.resources(generation, standing));
  }
}
