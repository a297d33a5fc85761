package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.core.lifecycle.Finding;
import dev.procman.core.lifecycle.Input;
import dev.procman.event.ProcessEvent;
import java.util.Map;
import org.slf4j.event.Level;

/// Replaces the specification of a process, and what of the process follows from it. Used on the
/// supervisor's thread.
final class Replacement {
  private final Parts parts;
  private final Extensions extensions;
  private final Probes probes;
  private final Stepper stepper;

  Replacement(Parts parts, Extensions extensions, Probes probes, Stepper stepper) {
    this.parts = parts;
    this.extensions = extensions;
    this.probes = probes;
    this.stepper = stepper;
  }

  /// Replaces it.
  ///
  /// @throws dev.procman.InvalidSpecException when its log files contradict those of other
  ///   processes; nothing has changed then
  /// @return whether a restart was begun
  boolean replace(ProcessSpec next) {
    var situation = parts.situation();
    var state = situation.state();
    var old = parts.current().spec();
    parts.output().settings(LogOwners.of(next)); // first: what contradicts others is refused here
    parts.current().spec(next);
    stepper.follow(next);
    extensions.become(next.extensions());
    parts.context().resources().changed(next.name());
    if (!state.phase().mayBeAlive()) {
      parts.ports().replace(old, next);
      situation.show();
    }
    boolean restarting = needsRestart(state.phase(), old, next);
    parts
        .announcer()
        .publish(
            Level.INFO,
            situation.shown(),
            next.labels(),
            restarting
                ? "its specification was replaced; it restarts"
                : "its specification was replaced",
            meta -> new ProcessEvent.ConfigurationChanged(meta, restarting));
    if (restarting) {
      stepper.take(new Input.Restart(false, "its specification changed"));
    } else if (state.phase() == ProcessState.RUNNING && probesDiffer(old, next)) {
      probes.replace();
      stepper.take(
          new Input.Health(
              state.generation(),
              HealthStatus.UNKNOWN,
              new Finding("update", "its probes were replaced", Map.of(), 0)));
    } else if (state.phase() == ProcessState.WAITING && waitsForOther(old, next)) {
      parts.dependencies().accept(state.token());
    }
    return restarting;
  }

  private static boolean needsRestart(ProcessState phase, ProcessSpec old, ProcessSpec next) {
    return switch (phase) {
      case STARTING ->
          next.needsRestartFrom(old) || probesDiffer(old, next) || readinessDiffers(old, next);
      case RUNNING -> next.needsRestartFrom(old);
      default -> false;
    };
  }

  private static boolean probesDiffer(ProcessSpec old, ProcessSpec next) {
    return !old.startup().equals(next.startup())
        || !old.ready().equals(next.ready())
        || !old.live().equals(next.live());
  }

  private static boolean readinessDiffers(ProcessSpec old, ProcessSpec next) {
    return !old.portsToListenOn().equals(next.portsToListenOn())
        || !old.readyAfter().equals(next.readyAfter());
  }

  private static boolean waitsForOther(ProcessSpec old, ProcessSpec next) {
    return !old.dependencies().equals(next.dependencies())
        || !old.resources().reservation().equals(next.resources().reservation());
  }
}
