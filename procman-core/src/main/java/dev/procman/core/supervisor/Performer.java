package dev.procman.core.supervisor;

import dev.procman.Hook;
import dev.procman.ProcessId;
import dev.procman.core.MaskedException;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.LaunchedProcess;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Performs what the state machine wants to be done; decides nothing. What comes of it comes back
/// as an input. Used on the supervisor's thread.
final class Performer {
  private final Parts parts;
  private final Probes probes;
  private final Alarm alarm;
  private final Finisher finisher;
  private @Nullable Ender ender;

  Performer(Parts parts, Probes probes, Alarm alarm, Finisher finisher) {
    this.parts = parts;
    this.probes = probes;
    this.alarm = alarm;
    this.finisher = finisher;
  }

  void perform(Effect effect) {
    switch (effect) {
      case Effect.CheckDependencies check -> parts.dependencies().accept(check.token());
      case Effect.WatchDependencies watch -> parts.revival().accept(watch.token());
      case Effect.Launch launch -> launch(launch.generation());
      case Effect.CancelLaunch _ -> parts.current().generation().ifPresent(Generation::cancel);
      case Effect.StartProbes _ -> probes.awaitReadiness();
      case Effect.LookAgain _ -> probes.lookAgain();
      case Effect.ProveAlive prove -> proveAlive(prove.generation());
      case Effect.StopProbes _ -> probes.stop();
      case Effect.AfterReady _ -> {
        probes.watchHealth();
        hook(Hook.Point.AFTER_READY, () -> {});
      }
      case Effect.BeforeStop before -> {
        var done = new Input.BeforeStopDone(before.generation());
        hook(Hook.Point.BEFORE_STOP, () -> parts.supervisor().accept(done));
      }
      case Effect.PerformStep perform -> ifEnder(present -> present.perform(perform.step()));
      case Effect.KillTree _ -> ifEnder(Ender::kill);
      case Effect.Sweep sweep -> ifEnder(present -> present.sweep(sweep));
      case Effect.Finish finish -> finisher.finish(finish.ending());
      case Effect.ReleasePorts _ -> parts.ports().close();
      case Effect.ArmTimer arm -> alarm.ask(arm);
      case Effect.DisarmTimer _ -> alarm.takeBack();
      case Effect.Announce announce -> {
        var situation = parts.situation();
        parts
            .announcer()
            .announce(
                announce.announcement(),
                situation.shown(),
                parts.current().labels(),
                situation.reason());
      }
    }
  }

  private void launch(long number) {
    var id = new ProcessId(parts.handle().name(), number);
    var next =
        new Generation(
            id,
            parts.current().spec(),
            parts.context(),
            parts.current().masks(),
            parts.directories().data(),
            parts.ports(),
            parts.output(),
            parts.supervisor());
    probes.forget();
    parts.current().generation(next);
    ender = new Ender(next, parts.context(), parts.input(), parts.supervisor());
    next.launch(parts.handle());
  }

  private void proveAlive(long number) {
    if (parts.current().process().filter(LaunchedProcess::isAlive).isPresent()) {
      parts.supervisor().accept(new Input.ProbedReady(number));
    }
  }

  private void ifEnder(Consumer<Ender> use) {
    if (ender != null) {
      use.accept(ender);
    }
  }

  private void hook(Hook.Point point, Runnable then) {
    HookRunner.run(
        point,
        parts.handle(),
        parts.context().clock(),
        thrown -> MaskedException.of(thrown, parts.current().secrets()::mask),
        then);
  }
}
