package dev.procman.core.supervisor;

import dev.procman.ExitStatus;
import dev.procman.Hook;
import dev.procman.core.MaskedException;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.event.ProcessEvent;
import java.util.List;
import java.util.Map;
import org.slf4j.event.Level;

/// Closes the book on a generation: its report, what the world is told of it, the hook after it.
final class Finisher {
  private final Parts parts;
  private final ResourceSubject measured;

  Finisher(Parts parts, ResourceSubject measured) {
    this.parts = parts;
    this.measured = measured;
  }

  void finish(Effect.Ending ending) {
    var ended = parts.current().generation().orElseThrow();
    ended.end();
    ended.process().ifPresent(parts.input()::ended);
    var run = parts.situation().state().run();
    var status = run.status();
    var how = status.map(ExitStatus::describe).orElse("not launched");
    var used = measured.end(ended, how, ending.uptime());
    var report =
        Reports.of(ended, ending, status, used, parts.output(), parts.directories().areKept());
    parts.situation().ended(report);
    FlightEvents.exited(report);
    parts
        .announcer()
        .publish(
            report.success() ? Level.INFO : Level.WARN,
            parts.situation().shown(),
            parts.current().labels(),
            report.describe(),
            meta -> new ProcessEvent.ProcessExited(meta, report));
    ended.forget();
    boolean portLost =
        !run.wasReady() && Diagnostician.isPortLost(report.diagnosis(), leasedPorts());
    var finished = new Input.Finished(ended.id.generation(), portLost);
    // What follows is decided in a turn of its own: a stop that waits in the mailbox goes first.
    HookRunner.run(
        Hook.Point.AFTER_EXIT,
        parts.handle(),
        parts.context().clock(),
        thrown -> MaskedException.of(thrown, parts.current().secrets()::mask),
        () -> parts.mailbox().execute(() -> parts.supervisor().accept(finished)));
  }

  private List<Integer> leasedPorts() {
    var named = parts.current().spec().ports();
    return parts.ports().numbers().entrySet().stream()
        .filter(port -> named.getOrDefault(port.getKey(), 0) == 0)
        .map(Map.Entry::getValue)
        .toList();
  }
}
