package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.InvalidSpecException;
import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.ProcmanClock;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.time.Duration;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.List;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Scenarios 25 to 30.
class RestartTest extends EngineTest {
  /// Says OVERLAP when another one of it is alive.
  private static final String ALONE =
      "trap 'rm -f lock; exit 0' TERM; set -C; { true > lock; } 2>/dev/null || echo OVERLAP;"
          + " echo up; while :; do sleep 0.02; done";

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void restartsAtOnceAreOneRestart() throws Exception {
    for (int run = 0; run < 10; run++) {
      var process =
          manager.start(
              sh(
                      "slow" + run,
                      "trap 'sleep 0.3; exit 0' TERM; echo up; while :; do sleep 0.02; done")
                  .readyAfter(Duration.ZERO)
                  .build());
      awaitLine(process, "up");
      assertThat(
              fromThreads(
                  32,
                  () -> {
                    process.restart();
                    return true;
                  }))
          .isEmpty();
      awaitEvents(ProcessEvent.ProcessReady.class, process.name(), 2);
      assertThat(process.generation()).isEqualTo(2);
      assertThat(process.restarts()).isZero();
      process.remove();
      assertThat(of(ProcessEvent.ProcessStarted.class, process.name())).hasSize(2);
    }
  }

  @Test
  void aRestartWhileWaitingLeavesNoDuplicate() throws Exception {
    var up = new AtomicBoolean();
    manager.register(ProcessSpecs.sleeper("db").ready(HealthCheck.of("up", up::get)).build());
    var process = manager.start(ProcessSpecs.sleeper("app").dependsOn("db").build());
    awaitEvent(ProcessEvent.ProcessWaiting.class, "app");
    process.restart();
    process.restart();
    assertThat(process.state()).isEqualTo(ProcessState.WAITING);
    up.set(true);
    process.awaitReady(LIMIT);
    process.remove();
    awaitEvent(ProcessEvent.ProcessRemoved.class, "app");
    assertThat(of(ProcessEvent.ProcessStarted.class, "app")).hasSize(1);
  }

  @Test
  void generationsNeverOverlapUnderAStormOfCommands() throws Exception {
    var process = manager.register(sh("alone", ALONE).directory(temp).build());
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var failures =
        fromThreads(
            8,
            () -> {
              for (int i = 0; i < 25; i++) {
                switch (random.nextInt(4)) {
                  case 0 -> process.start();
                  case 1 -> process.stop();
                  default -> process.restart();
                }
              }
              return true;
            });
    assertThat(failures).as("seed %d", seed).isEmpty();
    soon(() -> process.stop());
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(process.output().lines()).extracting(OutputLine::text).doesNotContain("OVERLAP");
    assertThat(of(ProcessEvent.ProcessStarted.class, "alone").size())
        .isEqualTo(of(ProcessEvent.ProcessExited.class, "alone").size());
    assertThat(process.snapshot().generation())
        .isEqualTo(of(ProcessEvent.ProcessStarting.class, "alone").size());
  }

  @Test
  void aNewGenerationWaitsForTheWholeTreeOfTheOld() throws Exception {
    // The leader leaves at once; a child of it holds the lock for a while.
    var script =
        "[ -e lock ] && echo OVERLAP; (trap 'sleep 0.2; rm lock; exit' TERM; touch lock; echo up;"
            + " while :; do sleep 0.02; done) & wait";
    var process =
        manager.start(
            sh("tree", script)
                .directory(temp)
                .restart(RestartPolicy.always().unlimited().backoff(Backoff.none()))
                .build());
    for (int round = 1; round <= 5; round++) {
      int lines = round;
      await()
          .atMost(LIMIT)
          .until(() ->
              process.output().lines().stream().filter(line -> line.text().equals("up")).count()
                  >= lines);
      if (round % 2 == 0) {
        process.restart();
      } else {
        kill(process.pid().orElseThrow());
      }
      awaitEvents(ProcessEvent.ProcessStarted.class, "tree", round + 1);
    }
    process.stop();
    assertThat(process.output().lines()).extracting(OutputLine::text).doesNotContain("OVERLAP");
  }

  @Test
  void aRestartThatAPersonAskedForIsNotCounted() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("asked")
                .readyAfter(Duration.ZERO)
                .restart(RestartPolicy.always().limit(1, MINUTE).backoff(Backoff.none()))
                .build());
    for (int i = 1; i <= 5; i++) {
      process.restart();
      awaitEvents(ProcessEvent.ProcessReady.class, "asked", i + 1);
    }
    assertThat(process.restarts()).isZero();
    assertThat(of(ProcessEvent.ProcessExited.class, "asked"))
        .allMatch(exited -> exited.report().requested())
        .allMatch(exited -> exited.report().success());
    assertThat(of(ProcessEvent.ProcessRestartScheduled.class)).isEmpty();
  }

  @Test
  void aPersonNeedNotWaitForTheBackOff() throws Exception {
    var process =
        manager.start(
            sh("crasher", "test -e ok && exec sleep 1000; exit 1")
                .directory(temp)
                .restart(RestartPolicy.always().unlimited().backoff(Backoff.fixed(MINUTE)))
                .build());
    process.awaitState(LIMIT, ProcessState.BACKOFF);
    Files.createFile(temp.resolve("ok"));
    process.restart();
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(2);
    assertThat(process.snapshot().nextStart()).isEmpty();
  }

  // Limits.

  @Test
  void backOffAndLimitEndInACrashLoop() throws Exception {
    var process =
        manager.start(
            sh("crasher", "echo oops; exit 1")
                .restart(
                    RestartPolicy.onFailure()
                        .limit(3, MINUTE)
                        .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofMillis(50))))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(4);
    assertThat(process.restarts()).isEqualTo(3);
    assertThat(process.pid()).isEmpty();
    assertThat(process.snapshot().reason()).contains("limit");
    assertThat(awaitEvent(ProcessEvent.ProcessCrashLoop.class, "crasher").coolDown()).isEmpty();
    assertThat(of(ProcessEvent.ProcessRestartScheduled.class))
        .extracting(event -> event.delay().toMillis())
        .containsExactly(10L, 20L, 40L);
    assertThat(of(ProcessEvent.ProcessRestartScheduled.class))
        .extracting(ProcessEvent.ProcessRestartScheduled::attempt)
        .containsExactly(1, 2, 3);
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .hasMessageContainingAll("CRASH_LOOP", "oops");
    assertThat(process.stop()).isPresent();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void aLimitThatTheDelayWouldDefeatIsRejected() {
    assertThatThrownBy(() ->
            ProcessSpecs.sleeper("slow")
                .restart(
                    RestartPolicy.always()
                        .limit(5, Duration.ofSeconds(10))
                        .backoff(Backoff.fixed(Duration.ofSeconds(2))))
                .build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("can never be reached");
  }

  @Test
  void anInstantExitWithCodeZeroInALoopIsLimitedToo() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("brief")
                .command("true")
                .restart(RestartPolicy.always().backoff(Backoff.none()).limit(10, MINUTE))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(11);
    assertThat(of(ProcessEvent.ProcessExited.class, "brief"))
        .hasSize(11)
        .allMatch(exited -> exited.report().success());
  }

  @Test
  void anExitBeforeTheMinimumUptimeIsAFailureWhateverItsCode() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("brief")
                .command("true")
                .minimumUptime(Duration.ofSeconds(30))
                .restart(RestartPolicy.onFailure().limit(2, MINUTE).backoff(Backoff.none()))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(3);
    var report = process.awaitExit(LIMIT);
    assertThat(report.success()).isFalse();
    assertThat(report.diagnosis().summary()).contains("minimum uptime");
  }

  @Test
  void whenAProcessIsStartedAgainFollowsItsPolicy() throws Exception {
    record Row(String name, RestartPolicy policy, int code, ProcessState end, int generations) {}
    var none = Backoff.none();
    for (var row :
        List.of(
            new Row("never", RestartPolicy.never(), 1, ProcessState.FAILED, 1),
            new Row("never-ok", RestartPolicy.never(), 0, ProcessState.COMPLETED, 1),
            new Row(
                "failure",
                RestartPolicy.onFailure().limit(1, MINUTE).backoff(none),
                1,
                ProcessState.CRASH_LOOP,
                2),
            new Row("failure-ok", RestartPolicy.onFailure(), 0, ProcessState.COMPLETED, 1),
            new Row("codes", RestartPolicy.onExitCodes(7, 8), 1, ProcessState.FAILED, 1),
            new Row(
                "codes-hit",
                RestartPolicy.onExitCodes(7, 8).limit(1, MINUTE).backoff(none),
                8,
                ProcessState.CRASH_LOOP,
                2),
            new Row(
                "none-allowed",
                RestartPolicy.always().limit(0, MINUTE),
                1,
                ProcessState.CRASH_LOOP,
                1))) {
      var process =
          manager.start(sh(row.name(), "exit " + row.code()).restart(row.policy()).build());
      process.awaitState(LIMIT, row.end());
      assertThat(process.generation()).as(row.name()).isEqualTo(row.generations());
    }
  }

  @Test
  void aPolicyThatThrowsLeavesTheProcessEnded() throws Exception {
    var process =
        manager.start(
            sh("crasher", "exit 1")
                .restart(_ -> {
                  throw new IllegalStateException("no idea");
                })
                .build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.snapshot().reason()).contains("no idea");
  }

  @Test
  void aCrashLoopIsLeftByACoolDown() throws Exception {
    var process =
        manager.start(
            sh("crasher", "exit 1")
                .restart(
                    RestartPolicy.always()
                        .limit(1, MINUTE)
                        .backoff(Backoff.none())
                        .coolDown(Duration.ofMillis(50)))
                .build());
    awaitEvents(ProcessEvent.ProcessCrashLoop.class, "crasher", 3);
    process.stop();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(of(ProcessEvent.ProcessCrashLoop.class, "crasher"))
        .allMatch(loop -> loop.coolDown().equals(Optional.of(Duration.ofMillis(50))));
    assertThat(story("crasher"))
        .containsSubsequence(
            "Started", "RestartScheduled", "Started", "CrashLoop", "Started", "RestartScheduled");
  }

  @Test
  void aCrashLoopIsLeftByResetOrStart() throws Exception {
    var process =
        manager.start(
            sh("crasher", "test -e ok && exec sleep 1000; exit 1")
                .directory(temp)
                .restart(RestartPolicy.always().limit(1, MINUTE).backoff(Backoff.none()))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    process.reset();
    assertThat(process.state()).isEqualTo(ProcessState.NEW);
    process.start();
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(4);
    Files.createFile(temp.resolve("ok"));
    process.start();
    process.awaitReady(LIMIT);
    process.reset();
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aJumpOfTheWallClockChangesNothing() throws Exception {
    var clock = new JumpingClock();
    try (var other = builder().clock(clock).build()) {
      watch(other);
      var process =
          other.start(
              sh("crasher", "echo up; read line; exit 1")
                  .restart(
                      RestartPolicy.always()
                          .limit(3, MINUTE)
                          .backoff(Backoff.fixed(Duration.ofMillis(200))))
                  .build());
      for (int run = 0; run < 4; run++) {
        int lines = run + 1;
        await().atMost(LIMIT).until(() -> process.output().lineCount() == lines);
        clock.jump(run % 2 == 0 ? Duration.ofDays(400) : Duration.ofDays(-4000));
        process.input().write("die\n");
        if (run < 3) {
          awaitEvents(ProcessEvent.ProcessRestartScheduled.class, "crasher", run + 1);
          clock.jump(Duration.ofDays(run % 2 == 0 ? -4000 : 400));
        }
      }
      process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
      assertThat(process.generation()).isEqualTo(4);
      var exits = of(ProcessEvent.ProcessExited.class, "crasher");
      assertThat(exits)
          .allMatch(exit -> !exit.report().uptime().isNegative())
          .allMatch(exit -> exit.report().uptime().compareTo(LIMIT) < 0);
      var starts = of(ProcessEvent.ProcessStarted.class, "crasher");
      for (int i = 1; i < starts.size(); i++) {
        assertThat(starts.get(i).meta().nanoTime() - exits.get(i - 1).meta().nanoTime())
            .isBetween(Duration.ofMillis(190).toNanos(), LIMIT.toNanos());
      }
    }
  }

  /// The system's clock, whose wall time jumps.
  private static final class JumpingClock implements ProcmanClock {
    private final ProcmanClock real = ProcmanClock.system();
    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    void jump(Duration by) {
      offset.set(by);
    }

    @Override
    public long nanoTime() {
      return real.nanoTime();
    }

    @Override
    public Instant instant() {
      return real.instant().plus(offset.get());
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return real.schedule(delay, task);
    }
  }

  // Failed spawns.

  @Test
  void aSpawnThatFailsBacksOffLikeACrash() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("missing")
                .command("no-such-command-x")
                .restart(
                    RestartPolicy.onFailure()
                        .limit(3, MINUTE)
                        .backoff(Backoff.fixed(Duration.ofMillis(10))))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(4);
    assertThat(of(ProcessEvent.ProcessRestartScheduled.class, "missing")).hasSize(3);
    assertThat(of(ProcessEvent.ProcessExited.class, "missing"))
        .allMatch(exited -> exited.report().diagnosis().kind() == Diagnosis.Kind.COMMAND_NOT_FOUND);
  }

  @Test
  void aSpawnThatSucceedsAtLastIsReady() throws Exception {
    var program = temp.resolve("late");
    var process =
        manager.start(
            ProcessSpec.named("late")
                .command(program.toString())
                .restart(RestartPolicy.always().backoff(Backoff.fixed(Duration.ofMillis(500))))
                .build());
    awaitEvent(ProcessEvent.ProcessRestartScheduled.class, "late");
    var prepared = Files.writeString(temp.resolve("prepared"), "#!/bin/sh\nexec sleep 1000\n");
    assertThat(prepared.toFile().setExecutable(true)).isTrue();
    Files.move(prepared, program, StandardCopyOption.ATOMIC_MOVE);
    awaitEvent(ProcessEvent.ProcessReady.class, "late");
    process.awaitReady(LIMIT);
  }

  @Tag("long")
  @Test
  void flappingLeaksNoDescriptor() throws Exception {
    for (String command : new String[] {"no-such-command-x", "false"}) {
      var policy = RestartPolicy.always().unlimited().backoff(Backoff.none());
      var process =
          manager.start(ProcessSpec.named("flapping").command(command).restart(policy).build());
      await().atMost(LIMIT).until(() -> process.generation() > 50);
      long before = openDescriptors();
      long generation = process.generation();
      await().atMost(LIMIT).until(() -> process.generation() > generation + 300);
      assertThat(openDescriptors()).as(command).isLessThan(before + 30);
      soon(() -> process.stop());
      process.remove();
    }
  }
}
