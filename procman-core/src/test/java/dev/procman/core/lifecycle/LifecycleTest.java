package dev.procman.core.lifecycle;

import static dev.procman.ProcessState.BACKOFF;
import static dev.procman.ProcessState.COMPLETED;
import static dev.procman.ProcessState.CRASH_LOOP;
import static dev.procman.ProcessState.FAILED;
import static dev.procman.ProcessState.NEW;
import static dev.procman.ProcessState.RUNNING;
import static dev.procman.ProcessState.SKIPPED;
import static dev.procman.ProcessState.STARTING;
import static dev.procman.ProcessState.STOPPED;
import static dev.procman.ProcessState.STOPPING;
import static dev.procman.ProcessState.STUCK;
import static dev.procman.ProcessState.WAITING;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ExitStatus;
import dev.procman.StopSequence;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The rules of supervision, one example each.
class LifecycleTest {
  private static final RestartPolicy ON_FAILURE =
      RestartPolicy.onFailure()
          .backoff(Backoff.exponential(ofSeconds(1), ofSeconds(30)))
          .limit(3, ofMinutes(1));

  private static Rules rules(RestartPolicy policy) {
    return new Rules(
        false, ZERO, policy, Set.of(0), ofSeconds(30), ZERO, StopSequence.graceful(ofSeconds(10)));
  }

  private static Play running(RestartPolicy policy) {
    return new Play(rules(policy)).start().up();
  }

  @Nested
  class AfterAnEnd {
    @Test
    void whatEndsWithSuccessIsCompletedWhenThePolicyLeavesIt() {
      assertThat(running(RestartPolicy.never()).ends(0).phase()).isEqualTo(COMPLETED);
    }

    @Test
    void whatEndsWithoutSuccessIsFailedWhenThePolicyLeavesIt() {
      assertThat(running(RestartPolicy.never()).ends(3).phase()).isEqualTo(FAILED);
    }

    @Test
    void aSuccessIsNotRestartedOnFailureButAlways() {
      assertThat(running(ON_FAILURE).ends(0).phase()).isEqualTo(COMPLETED);
      assertThat(running(RestartPolicy.always()).ends(0).phase()).isEqualTo(BACKOFF);
    }

    @Test
    void aFailureWaitsItsBackOffAndStartsAgain() {
      var play = running(ON_FAILURE).ends(1);
      assertThat(play.phase()).isEqualTo(BACKOFF);
      assertThat(play.told()).containsExactly(new Announcement.RestartScheduled(ofSeconds(1), 1));
      assertThat(play.timer().up().phase()).isEqualTo(RUNNING);
      assertThat(play.state().generation()).isEqualTo(2);
    }

    @Test
    void theBackOffGrowsAndTheLimitEndsInACrashLoop() {
      var play = running(ON_FAILURE);
      for (var delay : List.of(ofSeconds(1), ofSeconds(2), ofSeconds(4))) {
        play.ends(1);
        assertThat(play.effects(Effect.ArmTimer.class))
            .extracting(Effect.ArmTimer::delay)
            .containsExactly(delay);
        play.after(delay).timer().up();
      }
      assertThat(play.ends(1).phase()).isEqualTo(CRASH_LOOP);
      assertThat(play.told()).containsExactly(new Announcement.CrashLoop(Optional.empty()));
    }

    @Test
    void restartsOlderThanTheWindowDoNotCountAgainstTheLimit() {
      var play = running(ON_FAILURE);
      for (int i = 0; i < 10; i++) {
        play.after(ofMinutes(1)).ends(1).timer().up();
      }
      assertThat(play.phase()).isEqualTo(RUNNING);
      assertThat(play.state().counters().total()).isEqualTo(10);
    }

    @Test
    void aLongUptimeStartsTheBackOffOverButNotTheLimit() {
      var play = running(ON_FAILURE);
      for (int i = 0; i < 3; i++) {
        play.after(ofSeconds(11)).ends(1);
        assertThat(play.told()).containsExactly(new Announcement.RestartScheduled(ofSeconds(1), 1));
        play.timer().up();
      }
      assertThat(play.ends(1).phase()).isEqualTo(CRASH_LOOP);
    }

    @Test
    void aCoolDownForgetsFailuresAndTriesAgain() {
      var play = running(RestartPolicy.always().limit(0, ofHours(1)).coolDown(ofSeconds(5)));
      assertThat(play.ends(1).phase()).isEqualTo(CRASH_LOOP);
      assertThat(play.timer().up().phase()).isEqualTo(RUNNING);
    }

    @Test
    void anExitBeforeTheMinimumUptimeIsAFailureWhateverItsCode() {
      var rules =
          new Rules(
              false,
              ofSeconds(2),
              RestartPolicy.never(),
              Set.of(0),
              ofSeconds(30),
              ofSeconds(2),
              StopSequence.ofDefaults());
      assertThat(new Play(rules).start().up().after(ofSeconds(1)).ends(0).phase())
          .isEqualTo(FAILED);
      assertThat(new Play(rules).start().up().after(ofSeconds(2)).timer().proven().ends(0).phase())
          .isEqualTo(COMPLETED);
    }

    @Test
    void theTimeUntilReadyIsNoProofOfLifeAndAnEndBeforeTheProofIsUnready() {
      var rules =
          new Rules(
              false,
              ofSeconds(1),
              RestartPolicy.never(),
              Set.of(0),
              ofSeconds(30),
              ZERO,
              StopSequence.ofDefaults());
      var play = new Play(rules).start().up();
      assertThat(play.phase()).isEqualTo(STARTING);
      assertThat(play.timer().phase()).isEqualTo(STARTING);
      assertThat(play.effects()).contains(new Effect.ProveAlive(1));
      assertThat(play.ends(3).state().counters().unready()).isEqualTo(1);
      assertThat(new Play(rules).start().up().timer().proven().phase()).isEqualTo(RUNNING);
    }

    @Test
    void aFailedLaunchBacksOffAndIsLimitedLikeACrash() {
      var play = new Play(rules(ON_FAILURE)).start();
      for (int i = 0; i < 3; i++) {
        assertThat(play.met().launchFails().finished().phase()).isEqualTo(BACKOFF);
        play.timer();
      }
      assertThat(play.met().launchFails().finished().phase()).isEqualTo(CRASH_LOOP);
    }

    @Test
    void aLivenessFailureObeysTheSameLimit() {
      var play = running(ON_FAILURE);
      for (int i = 0; i < 3; i++) {
        play.tell(new Input.LivenessFailed(play.state().generation(), "no answer"));
        assertThat(play.ends(143).phase()).isEqualTo(BACKOFF);
        play.timer().up();
      }
      play.tell(new Input.LivenessFailed(play.state().generation(), "no answer"));
      assertThat(play.ends(143).phase()).isEqualTo(CRASH_LOOP);
    }

    @Test
    void aPolicyThatThrowsLeavesItFailed() {
      RestartPolicy broken =
          _ -> {
            throw new IllegalStateException("broken");
          };
      assertThat(running(broken).ends(1).phase()).isEqualTo(FAILED);
    }

    @Test
    void aLostPortIsReplacedAFewTimesUncounted() {
      var probed =
          new Rules(
              true,
              ZERO,
              RestartPolicy.never(),
              Set.of(0),
              ofSeconds(30),
              ZERO,
              StopSequence.ofDefaults());
      var play = new Play(probed).start();
      for (int i = 0; i < Rules.PORT_RETRIES; i++) {
        losesItsPort(play.up());
        assertThat(play.effects()).contains(new Effect.ReleasePorts());
        assertThat(play.phase()).isEqualTo(WAITING);
      }
      assertThat(play.state().counters().total()).isZero();
      losesItsPort(play.up());
      assertThat(play.phase()).isEqualTo(FAILED);
    }

    private static void losesItsPort(Play play) {
      play.exits(1).drained().swept().tell(new Input.Finished(play.state().generation(), true));
    }
  }

  @Nested
  class Stopping {
    @Test
    void aStopDuringTheBackOffIsTheEnd() {
      var play = running(ON_FAILURE).ends(1).stop();
      assertThat(play.phase()).isEqualTo(STOPPED);
      assertThat(play.timer().phase()).isEqualTo(STOPPED);
    }

    @Test
    void aStopWhileItWaitsIsTheEnd() {
      var play = new Play(rules(ON_FAILURE)).start().stop();
      assertThat(play.phase()).isEqualTo(STOPPED);
      assertThat(play.met().phase()).isEqualTo(STOPPED);
    }

    @Test
    void aStopWhileItIsSpawnedEndsItAsSoonAsItIs() {
      var play = new Play(rules(ON_FAILURE)).start().met().stop();
      assertThat(play.phase()).isEqualTo(STOPPING);
      assertThat(play.launched().effects(Effect.BeforeStop.class)).hasSize(1);
      assertThat(play.ends(143).phase()).isEqualTo(STOPPED);
    }

    @Test
    void aStopThatRacesACrashWins() {
      assertThat(running(ON_FAILURE).exits(1).stop().drained().swept().finished().phase())
          .isEqualTo(STOPPED);
    }

    @Test
    void theStopSequenceEndsInAKillAndThenInStuck() {
      var play = running(ON_FAILURE).stop();
      play.tell(new Input.BeforeStopDone(1));
      assertThat(play.effects(Effect.PerformStep.class)).hasSize(1);
      assertThat(play.timer().effects(Effect.KillTree.class)).hasSize(1);
      assertThat(play.timer().phase()).isEqualTo(STUCK);
      assertThat(play.ends(137).phase()).isEqualTo(STOPPED);
    }

    @Test
    void aKillAskedForDuringTheStopHookDoesNotWaitForIt() {
      var play = running(ON_FAILURE).stop();
      play.tell(new Input.Stop(Optional.of(StopSequence.kill())));
      assertThat(play.effects(Effect.KillTree.class)).hasSize(1);
    }

    @Test
    void aStopWhoseTimeIsOverEndsInAKillAndSaysSo() {
      var play = running(ON_FAILURE).stop();
      play.tell(new Input.BeforeStopDone(1));
      assertThat(play.effects(Effect.PerformStep.class)).hasSize(1);
      play.tell(new Input.StopTimeOver());
      assertThat(play.effects(Effect.KillTree.class)).hasSize(1);
      play.ends(137);
      assertThat(play.state().run().cause()).contains(EndCause.STOP_CUT_SHORT);
      assertThat(play.phase()).isEqualTo(STOPPED);
    }

    @Test
    void timeThatIsOverWhileNothingStopsChangesNothing() {
      var play = running(ON_FAILURE);
      var before = play.state();
      play.tell(new Input.StopTimeOver());
      assertThat(play.state()).isEqualTo(before);
      assertThat(play.effects()).isEmpty();
    }

    @Test
    void aKillAskedForDuringTheLaunchIsNotForgotten() {
      var play = new Play(rules(ON_FAILURE)).start().met().stop();
      play.tell(new Input.Stop(Optional.of(StopSequence.kill()))).launched();
      play.tell(new Input.BeforeStopDone(1));
      assertThat(play.effects(Effect.KillTree.class)).hasSize(1);
    }

    @Test
    void aKillAskedForDuringTheSweepCutsItsGrace() {
      var play = running(ON_FAILURE).exits(0);
      assertThat(play.effects(Effect.Sweep.class))
          .extracting(Effect.Sweep::grace)
          .containsExactly(ofSeconds(10));
      play.tell(new Input.Stop(Optional.of(StopSequence.kill())));
      assertThat(play.effects(Effect.Sweep.class))
          .extracting(Effect.Sweep::grace)
          .containsExactly(ZERO);
    }
  }

  @Nested
  class StartingAgain {
    @Test
    void aRestartIsNotCounted() {
      var play = running(ON_FAILURE);
      for (int i = 0; i < 10; i++) {
        assertThat(play.restart().ends(143).phase()).isEqualTo(WAITING);
        play.up();
      }
      assertThat(play.state().counters().total()).isZero();
    }

    @Test
    void twoRestartsAtOnceAreOne() {
      var play = running(ON_FAILURE).restart().restart().ends(143).up();
      assertThat(play.phase()).isEqualTo(RUNNING);
      assertThat(play.state().generation()).isEqualTo(2);
    }

    @Test
    void aRestartWhileItWaitsLeavesNoDuplicate() {
      var play = new Play(rules(ON_FAILURE)).start().restart();
      assertThat(play.effects()).isEmpty();
      assertThat(play.up().state().generation()).isEqualTo(1);
    }

    @Test
    void aStartDuringTheStopRunsItAgain() {
      assertThat(running(ON_FAILURE).stop().start().ends(143).up().phase()).isEqualTo(RUNNING);
    }

    @Test
    void aStartWhileItEndsByItselfRunsItAgain() {
      var play = running(RestartPolicy.never()).exits(0).start();
      assertThat(play.drained().swept().finished().phase()).isEqualTo(WAITING);
      assertThat(play.up().phase()).isEqualTo(RUNNING);
    }

    @Test
    void aStartAfterAStopDuringTheExitRunsItAgain() {
      var play = running(RestartPolicy.never()).exits(0).stop().start();
      assertThat(play.drained().swept().finished().phase()).isEqualTo(WAITING);
    }

    @Test
    void aStartOfAStuckOneWaitsForTheSurvivors() {
      var play = running(RestartPolicy.never()).exits(0).drained().swept(7L);
      assertThat(play.start().phase()).isEqualTo(STUCK);
      assertThat(play.timer().phase()).isEqualTo(STUCK);
      assertThat(play.swept(7L).phase()).isEqualTo(STUCK);
      assertThat(play.swept().finished().up().phase()).isEqualTo(RUNNING);
    }

    @Test
    void aFileChangeDoesNotStartWhatWasStopped() {
      var play = running(ON_FAILURE).stop().ends(143);
      assertThat(play.tell(new Input.Restart(false, "changed")).phase()).isEqualTo(STOPPED);
    }

    @Test
    void resetLeavesACrashLoop() {
      var play = running(RestartPolicy.always().limit(0, ofHours(1))).ends(1);
      assertThat(play.tell(new Input.Reset()).phase()).isEqualTo(NEW);
      assertThat(play.start().up().phase()).isEqualTo(RUNNING);
    }
  }

  @Nested
  class Ending {
    @Test
    void theReportWaitsForTheTreeAndTheOutput() {
      var play = running(ON_FAILURE).exits(1);
      assertThat(play.drained().effects(Effect.Finish.class)).isEmpty();
      assertThat(play.swept().effects(Effect.Finish.class)).hasSize(1);
    }

    @Test
    void outputThatDoesNotEndIsCutAndSaidSo() {
      var play = running(ON_FAILURE).exits(1).swept();
      assertThat(play.effects())
          .containsExactly(new Effect.ArmTimer(play.state().token(), Rules.DRAIN_LIMIT));
      assertThat(play.timer().effects(Effect.Finish.class))
          .extracting(finish -> finish.ending().truncated())
          .containsExactly(true);
    }

    @Test
    void whatIsNotReadyInTimeIsEnded() {
      var probed =
          new Rules(
              true, ZERO, ON_FAILURE, Set.of(0), ofSeconds(30), ZERO, StopSequence.ofDefaults());
      var play = new Play(probed).start().up();
      assertThat(play.phase()).isEqualTo(STARTING);
      assertThat(play.timer().phase()).isEqualTo(STARTING);
      assertThat(play.effects()).contains(new Effect.LookAgain(1));
      assertThat(play.timer().phase()).isEqualTo(STOPPING);
      assertThat(play.ends(143).phase()).isEqualTo(BACKOFF);
    }

    @Test
    void whatIsSeenToBeReadyAsItsTimeIsOverRuns() {
      var probed =
          new Rules(
              true, ZERO, ON_FAILURE, Set.of(0), ofSeconds(30), ZERO, StopSequence.ofDefaults());
      var play = new Play(probed).start().up().timer();
      assertThat(play.tell(new Input.ProbedReady(1)).phase()).isEqualTo(RUNNING);
      assertThat(play.timer().phase()).isEqualTo(RUNNING);
    }

    @Test
    void anImpossibleDependencySkips() {
      var play = new Play(rules(ON_FAILURE)).start();
      play.tell(new Input.DependencyImpossible(play.state().token(), "db"));
      assertThat(play.phase()).isEqualTo(SKIPPED);
      assertThat(play.met().phase()).isEqualTo(SKIPPED);
    }

    @Test
    void whatWasSkippedComesBackWhenItsDependencyIsPossibleUnlessItWasStopped() {
      var play = new Play(rules(ON_FAILURE)).start();
      play.tell(new Input.DependencyImpossible(play.state().token(), "db"));
      long token = play.effects(Effect.WatchDependencies.class).getFirst().token();
      assertThat(play.tell(new Input.DependencyPossible(token)).phase()).isEqualTo(WAITING);
      assertThat(play.up().phase()).isEqualTo(RUNNING);

      var stopped = new Play(rules(ON_FAILURE)).start();
      stopped.tell(new Input.DependencyImpossible(stopped.state().token(), "db"));
      token = stopped.effects(Effect.WatchDependencies.class).getFirst().token();
      assertThat(stopped.stop().tell(new Input.DependencyPossible(token)).phase())
          .isEqualTo(SKIPPED);
    }

    @Test
    void anExitOfAnEarlierGenerationChangesNothing() {
      var play = running(RestartPolicy.never()).restart().ends(143).up();
      var before = play.state();
      play.tell(new Input.Exited(1, new ExitStatus.Exited(1)));
      assertThat(play.state()).isEqualTo(before);
    }

    @Test
    void theUptimeIsMonotonicTimeFromSpawnToExit() {
      var play = running(ON_FAILURE).after(Duration.ofMillis(1500)).exits(1).drained().swept();
      assertThat(play.effects(Effect.Finish.class))
          .extracting(finish -> finish.ending().uptime())
          .containsExactly(Duration.ofMillis(1500));
    }
  }
}
