package dev.procman.core.lifecycle;

import dev.procman.ProcessState;
import dev.procman.core.lifecycle.World.Alarm;
import dev.procman.core.lifecycle.World.Ghost;
import dev.procman.core.lifecycle.World.Os;
import dev.procman.core.lifecycle.World.Owed;
import java.util.Optional;

/// The next [World] while one step works it out: first what happened, then what the shell does.
final class WorldDraft {
  private final World before;
  private final long now;

  private boolean leader;
  private boolean descendants;
  private boolean exited;
  private boolean outputOver;

  private Optional<Alarm> timer;
  private Optional<Long> dependencies;
  private boolean launch;
  private boolean beforeStop;
  private int sweeps;
  private boolean drain;
  private boolean finish;
  private boolean startProbes;
  private boolean healthProbes;

  private boolean wanted;
  private boolean startOwed;
  private Optional<Long> lateTimer;
  private Optional<Long> lateWait;
  private Story story;

  WorldDraft(World before, long now) {
    this.before = before;
    this.now = now;
    leader = before.os().leader();
    descendants = before.os().descendants();
    exited = before.os().exited();
    outputOver = before.os().outputOver();
    timer = before.owed().timer();
    dependencies = before.owed().dependencies();
    launch = before.owed().launch();
    beforeStop = before.owed().beforeStop();
    sweeps = before.owed().sweeps();
    drain = before.owed().drain();
    finish = before.owed().finish();
    startProbes = before.owed().startProbes();
    healthProbes = before.owed().healthProbes();
    wanted = before.ghost().wanted();
    startOwed = before.ghost().startOwed();
    lateTimer = before.ghost().lateTimer();
    lateWait = before.ghost().lateWait();
    story = before.ghost().story();
  }

  void happens(Move move) {
    switch (move.input()) {
      case Input.Start _ -> {
        wanted = true;
        startOwed |= !isUp();
        story = story.asked();
      }
      case Input.Stop _ -> {
        wanted = false;
        startOwed = false;
        if (before.state().phase() == ProcessState.SKIPPED) {
          endWait();
        }
      }
      case Input.Restart restart -> {
        wanted |= restart.byPerson();
        startOwed |= restart.byPerson();
        story = story.asked();
      }
      case Input.Reset _ -> startOwed &= !before.state().phase().isSettled();
      case Input.DependenciesMet _, Input.DependencyImpossible _, Input.DependencyPossible _ ->
          dependencies = Optional.empty();
      case Input.DependencyPending _ -> {}
      case Input.TimerFired _ -> {
        timer = Optional.empty();
        // The only timer after the tree is gone is the limit for output.
        outputOver |= exited && !descendants && before.state().phase() == ProcessState.STOPPING;
      }
      case Input.Launched _ -> {
        launch = false;
        leader = true;
      }
      case Input.LaunchFailed _ -> {
        launch = false;
        exited = true;
        outputOver = true;
      }
      case Input.ProbedReady _, Input.StartupFailed _ -> startProbes = false;
      case Input.LivenessFailed _, Input.LimitExceeded _, Input.Health _, Input.StopTimeOver _ -> {}
      case Input.BeforeStopDone _ -> beforeStop = false;
      case Input.Exited _ -> {
        leader = false;
        descendants = move.orphans();
        exited = true;
        drain = true;
      }
      case Input.Drained _ -> {
        drain = false;
        outputOver = true;
      }
      case Input.Swept swept -> {
        sweeps--;
        descendants &= !swept.survivors().isEmpty();
      }
      case Input.Finished _ -> finish = false;
    }
  }

  void perform(Effect effect) {
    switch (effect) {
      case Effect.CheckDependencies check -> {
        endWait();
        dependencies = Optional.of(check.token());
      }
      case Effect.WatchDependencies watch -> {
        endWait();
        dependencies = Optional.of(watch.token());
      }
      case Effect.Launch _ -> {
        launch = true;
        startOwed = false;
        exited = false;
        outputOver = false;
        drain = false;
        sweeps = 0;
        beforeStop = false;
        startProbes = false;
        healthProbes = false;
      }
      // It answers with a failed launch, or is spawning already and goes on: both are possible.
      case Effect.CancelLaunch _ -> {}
      case Effect.StartProbes _, Effect.ProveAlive _ -> startProbes = true;
      case Effect.LookAgain _ -> {}
      case Effect.StopProbes _ -> {
        startProbes = false;
        healthProbes = false;
      }
      case Effect.AfterReady _ -> healthProbes = true;
      case Effect.BeforeStop _ -> beforeStop = true;
      case Effect.PerformStep _, Effect.KillTree _, Effect.ReleasePorts _ -> {}
      case Effect.Sweep _ -> sweeps = Math.min(2, sweeps + 1);
      case Effect.Finish _ -> {
        finish = true;
        story = story.exited();
      }
      case Effect.ArmTimer arm -> {
        endTimer();
        timer = Optional.of(new Alarm(arm.token(), now + arm.delay().toNanos()));
      }
      case Effect.DisarmTimer _ -> endTimer();
      case Effect.Announce announce -> story = story.told(announce.announcement());
    }
  }

  /// A timer that is taken back may have fired at that moment.
  private void endTimer() {
    lateTimer = timer.map(Alarm::token).or(() -> lateTimer);
    timer = Optional.empty();
  }

  private void endWait() {
    lateWait = dependencies.or(() -> lateWait);
    dependencies = Optional.empty();
  }

  private boolean isUp() {
    return (leader || launch) && !story.stopping();
  }

  World world(LifecycleState state) {
    // A wait ends as the gate ends it: when the process leaves WAITING, or SKIPPED.
    if (state.phase() != ProcessState.WAITING && state.phase() != ProcessState.SKIPPED) {
      endWait();
    }
    if (state.phase() == ProcessState.SKIPPED) {
      startOwed = false;
    }
    return new World(
        state,
        now,
        new Os(leader, descendants, exited, outputOver),
        new Owed(
            timer,
            dependencies,
            launch,
            beforeStop,
            sweeps,
            drain,
            finish,
            startProbes,
            healthProbes),
        new Ghost(wanted, startOwed, lateTimer, lateWait, story));
  }
}
