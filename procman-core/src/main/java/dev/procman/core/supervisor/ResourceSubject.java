package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ResourceLimit;
import dev.procman.core.lifecycle.Finding;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.resource.Subject;
import java.util.Map;

/// What the resource tracker sees of a supervised process, and how it tells what it found.
final class ResourceSubject implements Subject {
  private final Supervisor supervisor;

  ResourceSubject(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  public ProcessSpec spec() {
    return supervisor.spec();
  }

  @Override
  public ProcessSnapshot snapshot() {
    return supervisor.snapshotNow();
  }

  @Override
  public long outputBytes() {
    return supervisor.output().byteCount();
  }

  @Override
  public void limitExceeded(long generation, ResourceLimit limit, String words) {
    supervisor
        .generation()
        .filter(run -> run.id.generation() == generation)
        .ifPresent(run -> run.exceeded(words));
    supervisor.tell(new Input.LimitExceeded(generation, limit.action(), words));
  }

  @Override
  public void standing(
      long generation, HealthStatus status, String reason, Map<String, String> evidence) {
    supervisor.resources(
        generation, new Prober.Outside(status, new Finding("resources", reason, evidence, 1)));
  }
}
