package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.procman.Diagnosis;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.Hook;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.nio.file.Path;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Scenarios 19 to 24.
class StopTest extends EngineTest {
  private static final String LOOP = "while :; do sleep 0.05; done";
  private static final StopSequence BRIEF = StopSequence.graceful(Duration.ofMillis(300));

  /// What takes this long was not killed at once, but waited for a grace of a minute.
  private static final Duration AT_ONCE = Duration.ofSeconds(15);

  private ManagedProcess startAndAwait(ProcessSpec.Builder spec, String line) {
    var process = manager.start(spec.build());
    awaitLine(process, line);
    return process;
  }

  private static ExitReport stopWithin(Duration limit, ManagedProcess process) {
    long began = System.nanoTime();
    var report = process.stop().orElseThrow();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(limit);
    return report;
  }

  @Test
  void aStopSequenceThatMayTakeLongerThanTheShutdownTimeoutIsWarnedOfAtOnce() {
    var logger = (Logger) LoggerFactory.getLogger("dev.procman.core.manager.Shutdown");
    var warnings = new ListAppender<ILoggingEvent>();
    warnings.start();
    logger.addAppender(warnings);
    var level = logger.getLevel();
    logger.setLevel(Level.WARN);
    try {
      manager.register(
          ProcessSpecs.sleeper("patient")
              .stop(StopSequence.graceful(Duration.ofMinutes(5)))
              .build());
      manager.register(ProcessSpecs.sleeper("brief").stop(BRIEF).build());
    } finally {
      logger.detachAppender(warnings);
      logger.setLevel(level);
    }
    assertThat(warnings.list)
        .singleElement()
        .satisfies(warning -> {
          assertThat(warning.getLevel()).isEqualTo(Level.WARN);
          assertThat(warning.getKeyValuePairs()).anyMatch(pair -> "patient".equals(pair.value));
          assertThat(warning.getFormattedMessage())
              .contains("may take 5 min", "raise shutdownTimeout");
        });
  }

  @Test
  void theLastWordsAndTheCodeOfAnObedientChildAreKept() {
    for (int run = 0; run < 30; run++) {
      var process =
          startAndAwait(sh("polite" + run, "trap 'echo bye; exit 7' TERM; echo up; " + LOOP), "up");
      var report = process.stop().orElseThrow();
      assertThat(report.status()).contains(new ExitStatus.Exited(7));
      assertThat(report.requested()).isTrue();
      assertThat(report.success()).isTrue();
      assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
      assertThat(said(report.lastLines())).containsExactly("up", "bye");
      assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    }
  }

  @Test
  void aChildThatIgnoresTermIsKilledAfterTheGrace() {
    var process = startAndAwait(sh("deaf", "trap '' TERM; echo up; " + LOOP).stop(BRIEF), "up");
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Signaled(Signal.KILL.number()));
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.KILLED_AFTER_GRACE);
    assertThat(report.describe()).contains("KILL");
    assertThat(report.uptime()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void killNeedsNoGrace() {
    var process =
        startAndAwait(
            sh("deaf", "trap 'echo heard' TERM; echo up; " + LOOP)
                .stop(StopSequence.graceful(Duration.ofMinutes(1))),
            "up");
    var report = process.stop(StopSequence.kill()).orElseThrow();
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
    assertThat(report.status()).contains(new ExitStatus.Signaled(9));
    assertThat(said(report.lastLines())).containsExactly("up");
  }

  @Test
  void aTreeOfThreeLevelsIsGone() {
    var process =
        startAndAwait(
            sh(
                "tree",
                "echo pid $$$$; sh -c 'echo pid $$$$; sh -c \"echo pid \\$\\$; echo up; "
                    + LOOP
                    + "\"; :'; :"),
            "up");
    var pids = pidsPrinted(process);
    assertThat(pids).hasSize(3).doesNotHaveDuplicates().allMatch(EngineTest::isAlive);
    assertThat(stopWithin(AT_ONCE, process).survivors()).isEmpty();
    assertThat(pids).noneMatch(EngineTest::isAlive);
  }

  @Test
  void aTreeIsGoneWhenItsLeaderIsKilledFromOutside() throws Exception {
    var process =
        startAndAwait(
            sh(
                "tree",
                "echo pid $$$$; sh -c 'echo pid $$$$; sleep 1000 & echo pid $!; echo up; wait'; :"),
            "up");
    var pids = pidsPrinted(process);
    kill(pids.getFirst());
    var report = process.awaitExit(LIMIT);
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.KILLED_FROM_OUTSIDE);
    assertThat(pids).hasSize(3).noneMatch(EngineTest::isAlive);
  }

  @Test
  void aTreeThatForksWhileItIsKilledIsGone() {
    for (int run = 0; run < 5; run++) {
      // Every member ignores TERM and makes a new one now and then, so each look finds others.
      var process =
          startAndAwait(
              sh(
                      "hydra" + run,
                      "trap '' TERM; echo up; i=0; while [ $i -lt 2000 ]; do i=$((i+1));"
                          + " (sleep 0.2; sleep 1000) & echo pid $!; done; wait")
                  .stop(StopSequence.graceful(Duration.ofMillis(50))),
              "up");
      awaitPids(process, 20);
      assertThat(process.stop().orElseThrow().survivors()).isEmpty();
      assertThat(pidsPrinted(process)).noneMatch(EngineTest::isAlive);
      process.remove();
    }
  }

  @Test
  void aChildThatLeftItsSessionAndLostItsParentIsGone() {
    var process =
        startAndAwait(
            sh(
                    "daemon",
                    "(setsid sh -c 'trap \"\" TERM HUP; echo pid $$$$; echo up; "
                        + LOOP
                        + "' &) ; "
                        + LOOP)
                .stop(BRIEF),
            "up");
    var pids = pidsPrinted(process);
    assertThat(stopWithin(AT_ONCE, process).survivors()).isEmpty();
    assertThat(pids).hasSize(1).noneMatch(EngineTest::isAlive);
  }

  @Test
  void aChildThatIgnoresTermIsGoneAlthoughItsLeaderObeyed() {
    var process =
        startAndAwait(
            sh(
                    "wrapper",
                    "(trap '' TERM; echo up; " + LOOP + ") & echo pid $!; trap 'exit 0' TERM; wait")
                .stop(BRIEF),
            "up");
    var pids = awaitPids(process, 1);
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Exited(0));
    assertThat(pids).noneMatch(EngineTest::isAlive);
  }

  @Test
  void aKillReachesAChildWhoseLeaderHasObeyedAlready() throws Exception {
    var process =
        startAndAwait(
            sh(
                    "wrapper",
                    "(trap '' TERM; echo up; "
                        + LOOP
                        + ") & echo pid $!;"
                        + " trap 'echo obeyed; exit 0' TERM; wait")
                .stop(StopSequence.graceful(Duration.ofMinutes(1))),
            "up");
    var pids = awaitPids(process, 1);
    var stop = CompletableFuture.supplyAsync(process::stop);
    awaitLine(process, "obeyed");
    await().atMost(LIMIT).until(() -> process.pid().isEmpty());
    assertThat(process.state()).isEqualTo(ProcessState.STOPPING);
    soon(() -> process.stop(StopSequence.kill()));
    assertThat(pids).noneMatch(EngineTest::isAlive);
    assertThat(stop.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void theShutdownTimeoutHoldsForAChildWhoseLeaderHasObeyed() throws Exception {
    try (var other = builder().shutdownTimeout(Duration.ofMillis(500)).build()) {
      watch(other);
      var process =
          other.start(
              sh(
                      "wrapper",
                      "(trap '' TERM; echo up; "
                          + LOOP
                          + ") & echo pid $!;"
                          + " trap 'exit 0' TERM; wait")
                  .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                  .build());
      awaitLine(process, "up");
      var pids = awaitPids(process, 1);
      soon(() -> {
        other.close();
        return true;
      });
      assertThat(pids).noneMatch(EngineTest::isAlive);
    }
  }

  @Test
  void theShutdownTimeoutIsSharedSoThatNobodyIsKilledWhoWasNotAsked() throws Exception {
    try (var other = builder().shutdownTimeout(Duration.ofSeconds(9)).build()) {
      watch(other);
      var database =
          other.start(
              sh("database", "trap 'echo asked; exit 0' TERM; echo up; " + LOOP)
                  .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                  .build());
      awaitLine(database, "up");
      var cache =
          other.start(
              sh("cache", "trap 'echo asked' TERM; echo up; " + LOOP)
                  .dependsOn("database")
                  .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                  .build());
      awaitLine(cache, "up");
      var application =
          other.start(
              sh("application", "trap '' TERM; echo up; " + LOOP)
                  .dependsOn("cache")
                  .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                  .build());
      awaitLine(application, "up");
      other.close();
      assertThat(cache.output().lines()).extracting(OutputLine::text).contains("asked");
      assertThat(database.output().lines()).extracting(OutputLine::text).contains("asked");
      assertThat(database.snapshot().lastExit().orElseThrow().status())
          .contains(new ExitStatus.Exited(0));
      for (var killed : List.of(application, cache)) {
        var report = killed.snapshot().lastExit().orElseThrow();
        assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.KILLED_AFTER_GRACE);
        assertThat(report.diagnosis().summary()).contains("shutdown timeout");
      }
    }
  }

  @Test
  void aHookBeforeTheStopDoesNotTakeTheTimeInWhichItsProcessIsAsked() throws Exception {
    try (var other = builder().shutdownTimeout(Duration.ofSeconds(6)).build()) {
      watch(other);
      var process =
          other.start(
              sh("hooked", "trap 'echo asked; exit 0' TERM; echo up; " + LOOP)
                  .hook(Hook.Point.BEFORE_STOP, _ -> new CountDownLatch(1).await())
                  .build());
      awaitLine(process, "up");
      other.close();
      assertThat(process.snapshot().lastExit().orElseThrow().status())
          .contains(new ExitStatus.Exited(0));
    }
  }

  @Test
  void theShutdownTimeoutHoldsForAChildThatIgnoresTerm() throws Exception {
    try (var other = builder().shutdownTimeout(Duration.ofMillis(300)).build()) {
      watch(other);
      var process =
          other.start(
              sh("deaf", "trap '' TERM; echo up; " + LOOP)
                  .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                  .build());
      awaitLine(process, "up");
      soon(() -> {
        other.close();
        return true;
      });
    }
  }

  @Test
  void aStoppedChildHearsTheTerm() {
    var process =
        startAndAwait(sh("frozen", "trap 'echo bye; exit 7' TERM; echo up; " + LOOP), "up");
    long pid = process.pid().orElseThrow();
    assertThat(process.signal(Signal.STOP)).isTrue();
    await().atMost(LIMIT).until(() -> isFrozen(pid));
    var report = stopWithin(Duration.ofSeconds(9), process);
    assertThat(report.status()).contains(new ExitStatus.Exited(7));
  }

  @Test
  void aStoppedGrandchildHearsTheTermToo() throws Exception {
    var process =
        startAndAwait(
            sh(
                "frozen",
                "sh -c 'trap \"echo bye; exit 0\" TERM; echo pid $$$$; echo up; "
                    + LOOP
                    + "' & trap 'wait; exit 0' TERM; wait"),
            "up");
    long pid = pidsPrinted(process).getFirst();
    assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor()).isZero();
    await().atMost(LIMIT).until(() -> isFrozen(pid));
    var report = stopWithin(Duration.ofSeconds(9), process);
    assertThat(said(report.lastLines())).contains("bye");
    assertThat(isAlive(pid)).isFalse();
  }

  private static boolean isFrozen(long pid) throws Exception {
    var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
  }

  // Stop in every state.

  @Test
  void aProcessThatNeverRanStops() {
    var process = manager.register(ProcessSpecs.sleeper("new").build());
    assertThat(process.stop()).isEmpty();
    assertThat(process.state()).isEqualTo(ProcessState.NEW);
  }

  @Test
  void aStopWhileWaitingIsFinal() throws Exception {
    var up = new AtomicBoolean();
    var db =
        manager.register(ProcessSpecs.sleeper("db").ready(HealthCheck.of("up", up::get)).build());
    var process = manager.start(ProcessSpecs.sleeper("app").dependsOn("db").build());
    awaitEvent(ProcessEvent.ProcessWaiting.class, "app");
    assertThat(process.stop()).isEmpty();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    up.set(true);
    db.awaitReady(LIMIT);
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(of(ProcessEvent.ProcessStarting.class, "app")).isEmpty();
  }

  @Test
  void aStopWhileStartingIsFinal() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("slow")
                .restart(RestartPolicy.always())
                .ready(HealthCheck.of("never", () -> false))
                .build());
    assertThat(process.awaitState(LIMIT, ProcessState.STARTING).pid()).isPresent();
    var waiting = process.whenReady().toCompletableFuture();
    assertThat(process.stop()).isPresent();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(waiting)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withMessageContaining("asked to stop");
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aStopDuringTheHookBeforeTheStartSpawnsNothing() throws Exception {
    var inside = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .restart(RestartPolicy.always())
                .hook(
                    Hook.Point.BEFORE_START,
                    _ -> {
                      inside.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        interrupted.countDown();
                      }
                    })
                .build());
    assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
    soon(() -> process.stop());
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(of(ProcessEvent.ProcessStarted.class, "hooked")).isEmpty();
  }

  @Test
  void aStopDuringBackOffIsFinal() throws Exception {
    var process =
        manager.start(
            sh("flapping", "exit 1")
                .restart(
                    RestartPolicy.always()
                        .unlimited()
                        .backoff(Backoff.fixed(Duration.ofMinutes(10))))
                .build());
    process.awaitState(LIMIT, ProcessState.BACKOFF);
    assertThat(process.snapshot().nextStart()).isPresent();
    assertThat(soon(() -> process.stop())).isPresent();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(process.snapshot().nextStart()).isEmpty();
    assertThat(process.generation()).isEqualTo(1);
  }

  @Tag("long")
  @Test
  void aStopRacingTheEndOfTheBackOffIsFinal() throws Exception {
    for (int run = 0; run < 200; run++) {
      var process =
          manager.start(
              sh("flapping" + run, "exit 1")
                  .restart(
                      RestartPolicy.always()
                          .unlimited()
                          .backoff(Backoff.fixed(Duration.ofMillis(2))))
                  .build());
      awaitEvents(ProcessEvent.ProcessExited.class, process.name(), 1 + run % 3);
      soon(() -> process.stop());
      var stopped = process.snapshot();
      assertThat(stopped.state()).isEqualTo(ProcessState.STOPPED);
      process.remove();
      assertThat(process.snapshot().generation()).isEqualTo(stopped.generation());
    }
    assertThat(of(ProcessEvent.ProcessStarted.class).size())
        .isEqualTo(of(ProcessEvent.ProcessExited.class).size());
  }

  @Test
  void stopsFromManyThreadsAreOneStop() throws Exception {
    for (int run = 0; run < 20; run++) {
      var process =
          startAndAwait(
              sh("once" + run, "trap 'echo bye; exit 0' TERM; echo up; " + LOOP)
                  .restart(RestartPolicy.always()),
              "up");
      assertThat(fromThreads(16, () -> process.stop())).isEmpty();
      assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
      assertThat(said(process.output().lines())).containsExactly("up", "bye");
      // Events are delivered after the fact.
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(story(process.name())).endsWith("Stopped"));
      assertThat(story(process.name())).containsOnlyOnce("Stopping", "Exited", "Stopped");
    }
  }

  @Test
  void aStopFromAListenerDoesNotDeadlock() throws Exception {
    for (var type :
        new Class<?>[] {
          ProcessEvent.ProcessStarting.class,
          ProcessEvent.ProcessStarted.class,
          ProcessEvent.ProcessReady.class
        }) {
      String name = "heard-" + type.getSimpleName();
      var done = new CompletableFuture<ProcessState>();
      try (var _ =
          manager
              .events()
              .subscribe(event -> {
                if (event.process().equals(name) && type.isInstance(event)) {
                  var _ = manager.get(name).stop();
                  done.complete(manager.get(name).state());
                }
              })) {
        manager.start(ProcessSpecs.sleeper(name).restart(RestartPolicy.always()).build());
        assertThat(done.get(20, TimeUnit.SECONDS)).isEqualTo(ProcessState.STOPPED);
      }
    }
  }

  @Test
  void closingTheManagerFromAListenerDoesNotDeadlock() throws Exception {
    try (ProcessManager other = builder().build()) {
      var done = new CompletableFuture<Boolean>();
      try (var _ =
          other
              .events()
              .on(
                  ProcessEvent.ProcessReady.class,
                  _ -> {
                    other.close();
                    done.complete(true);
                  })) {
        watch(other);
        other.start(ProcessSpecs.sleeper("last").build());
        assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStopFromAHookDoesNotDeadlock(Hook.Point point) throws Exception {
    var done = new CountDownLatch(1);
    var process =
        manager.register(
            ProcessSpecs.sleeper("hooked")
                .hook(
                    point,
                    self -> {
                      var _ = self.stop();
                      done.countDown();
                    })
                .build());
    process.start();
    if (point == Hook.Point.BEFORE_STOP || point == Hook.Point.AFTER_EXIT) {
      process.awaitReady(LIMIT);
      kill(process.pid().orElseThrow());
      if (point == Hook.Point.BEFORE_STOP) {
        // An end by itself has nothing before it to hook into.
        process.awaitState(LIMIT, ProcessState.FAILED);
        process.start();
        process.awaitReady(LIMIT);
        stopWithin(Duration.ofSeconds(9), process);
      }
    }
    assertThat(done.await(9, TimeUnit.SECONDS)).isTrue();
    process.awaitState(LIMIT, ProcessState.STOPPED);
  }

  @ParameterizedTest
  @EnumSource
  void aRemovalFromAHookLeavesNothingBehind(Hook.Point point) throws Exception {
    var called = new CountDownLatch(1);
    var process =
        manager.register(
            sh("hooked", "trap '' TERM; echo up; " + LOOP)
                .stop(BRIEF)
                .hook(
                    point,
                    self -> {
                      if (point == Hook.Point.AFTER_READY) {
                        awaitLine(self, "up");
                      }
                      called.countDown();
                      self.remove();
                    })
                .build());
    process.start();
    if (point == Hook.Point.BEFORE_STOP || point == Hook.Point.AFTER_EXIT) {
      awaitLine(process, "up");
      soon(() -> process.stop());
    }
    assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(LIMIT).until(() -> manager.find("hooked").isEmpty());
    assertThat(of(ProcessEvent.ProcessStarted.class, "hooked"))
        .noneMatch(started -> isAlive(started.pid()));
  }

  @Test
  void aRemovalByAnInterruptedThreadLeavesNothingBehind() throws Exception {
    var process = startAndAwait(sh("deaf", "trap '' TERM; echo up; " + LOOP).stop(BRIEF), "up");
    long pid = process.pid().orElseThrow();
    boolean flag =
        soon(() -> {
          Thread.currentThread().interrupt();
          process.remove();
          return Thread.currentThread().isInterrupted();
        });
    assertThat(flag).isTrue();
    assertThat(manager.find("deaf")).isEmpty();
    assertThat(isAlive(pid)).isFalse();
  }

  @Tag("long")
  @Test
  void aStopRacingANaturalExitIsOneEnd() throws Exception {
    for (int run = 0; run < 300; run++) {
      var process =
          manager.start(
              ProcessSpec.named("racer" + run)
                  .command(run % 2 == 0 ? "true" : "false")
                  .restart(RestartPolicy.always().unlimited().backoff(Backoff.none()))
                  .build());
      for (int spin = run % 50; spin > 0; spin--) {
        Thread.onSpinWait();
      }
      var report = soon(() -> process.stop()).orElseThrow();
      assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
      assertThat(report.id().generation()).isEqualTo(process.generation());
      process.remove();
    }
    awaitEvents(ProcessEvent.ProcessRemoved.class, "racer299", 1);
    for (int run = 0; run < 300; run++) {
      var story = story("racer" + run);
      assertThat(story).endsWith("Stopped", "Removed");
      assertThat(story.stream().filter("Started"::equals).count())
          .isEqualTo(story.stream().filter("Exited"::equals).count());
    }
  }

  @Test
  void aStopReturnsAlthoughTheProcessIsStartedAgainMeanwhile() throws Exception {
    var up = new AtomicBoolean(true);
    var db = manager.start(ProcessSpecs.sleeper("db").ready(HealthCheck.of("up", up::get)).build());
    var process =
        startAndAwait(
            sh(
                    "app",
                    "trap 'echo asked; while [ ! -e go ]; do sleep 0.02; done; exit 0' TERM;"
                        + " echo up; "
                        + LOOP)
                .directory(temp)
                .dependsOn("db"),
            "up");
    var stop = CompletableFuture.supplyAsync(process::stop);
    awaitLine(process, "asked");
    process.restart();
    up.set(false);
    db.stop();
    Files.createFile(temp.resolve("go"));
    process.awaitState(LIMIT, ProcessState.WAITING);
    assertThat(stop.get(20, TimeUnit.SECONDS)).isPresent();
  }

  // Interrupts.

  @Test
  void anInterruptedWaitLeavesTheFlagAndTheProcess() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("slow").ready(HealthCheck.of("never", () -> false)).build());
    record Wait(String name, Callable<?> call) {}
    for (var wait :
        List.of(
            new Wait(
                "ready",
                () -> {
                  process.awaitReady(LIMIT);
                  return true;
                }),
            new Wait("exit", () -> process.awaitExit(LIMIT)),
            new Wait("state", () -> process.awaitState(LIMIT, ProcessState.RUNNING)))) {
      var flag = new CompletableFuture<Boolean>();
      var thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  wait.call().call();
                  flag.completeExceptionally(new AssertionError("was not interrupted"));
                } catch (InterruptedException expected) {
                  flag.complete(Thread.currentThread().isInterrupted());
                } catch (Exception unexpected) {
                  flag.completeExceptionally(unexpected);
                }
              });
      await().atMost(LIMIT).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      thread.interrupt();
      assertThat(flag.get(20, TimeUnit.SECONDS)).as(wait.name()).isTrue();
    }
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    assertThat(isAlive(process.pid().orElseThrow())).isTrue();
  }

  @Test
  void anInterruptedStopGoesOnWithoutItsCaller() throws Exception {
    var process = startAndAwait(sh("deaf", "trap '' TERM; echo up; " + LOOP).stop(BRIEF), "up");
    boolean flag =
        soon(() -> {
          Thread.currentThread().interrupt();
          var _ = process.stop();
          return Thread.currentThread().isInterrupted();
        });
    assertThat(flag).isTrue();
    process.awaitState(LIMIT, ProcessState.STOPPED);
  }

  @Test
  void anInterruptedCloseStillEndsEverything() throws Exception {
    try (var other = builder().build()) {
      watch(other);
      var process = other.start(sh("deaf", "trap '' TERM; echo up; " + LOOP).stop(BRIEF).build());
      awaitLine(process, "up");
      long pid = process.pid().orElseThrow();
      boolean flag =
          soon(() -> {
            Thread.currentThread().interrupt();
            other.close();
            return Thread.currentThread().isInterrupted();
          });
      assertThat(flag).isTrue();
      assertThat(isAlive(pid)).isFalse();
    }
  }

  // Sequences and signals.

  @Test
  void aStopSequenceCanWriteToStandardInput() {
    var process =
        startAndAwait(
            sh(
                    "shell",
                    "echo up; while read line; do echo got $line; [ $line = quit ] && exit 5; done")
                .stop(StopSequence.kill().write("quit\n", Duration.ofMinutes(1))),
            "up");
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Exited(5));
    assertThat(said(report.lastLines())).containsExactly("up", "got quit");
  }

  @Test
  void aChildOfALeaderThatWasAskedInWordsIsAskedByTerm() {
    var process =
        startAndAwait(
            sh(
                    "shell",
                    "sh -c 'trap \"echo bye; exit 0\" TERM; echo pid $$$$; echo up; "
                        + LOOP
                        + "' & read line; exit 5")
                .stop(StopSequence.kill().write("quit\n", Duration.ofMinutes(1))),
            "up");
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Exited(5));
    assertThat(said(report.lastLines())).contains("bye");
  }

  @Test
  void aStopSequenceCanRunACommandInTheProcessesDirectory() {
    var process =
        startAndAwait(
            sh(
                    "server",
                    "while [ ! -e stop.$WHO ]; do sleep 0.02; [ -e up ] || { touch up; echo up; }; done; exit 4")
                .directory(temp)
                .env("WHO", "me")
                .stop(
                    StopSequence.kill()
                        .run(
                            Duration.ofMinutes(1),
                            "sh",
                            "-c",
                            "touch stop.$WHO; echo ${name}; exec sleep 1000")),
            "up");
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Exited(4));
    assertThat(temp.resolve("stop.me")).exists();
  }

  @Test
  void aStopSequenceGoesOnWhenAStepDoesNothing() {
    var process =
        startAndAwait(
            sh(
                    "stubborn",
                    "trap '' TERM; trap 'echo hup' HUP; trap 'echo int; exit 6' INT; echo up; "
                        + LOOP)
                .stop(
                    StopSequence.kill()
                        .write("quit\n", Duration.ofMillis(50))
                        .run(Duration.ofMillis(50), "no-such-command-x")
                        .run(Duration.ofMillis(100), "sleep", "1000")
                        .signal(Signal.HUP, Duration.ofMillis(500))
                        .signal(Signal.INT, Duration.ofMinutes(1))),
            "up");
    var report = stopWithin(AT_ONCE, process);
    assertThat(report.status()).contains(new ExitStatus.Exited(6));
    assertThat(said(report.lastLines())).containsExactly("up", "hup", "int");
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
  }

  @Test
  void aSignalReachesTheProcessAloneAndSaysWhetherThereWasOne() throws Exception {
    var process =
        startAndAwait(
            sh("reloader", "trap 'echo reloaded' HUP; trap 'echo one' USR1; echo up; " + LOOP),
            "up");
    assertThat(process.signal(Signal.HUP)).isTrue();
    awaitLine(process, "reloaded");
    assertThat(process.signal(Signal.USR1)).isTrue();
    awaitLine(process, "one");
    process.awaitReady(LIMIT);
    process.stop();
    assertThat(process.signal(Signal.TERM)).isFalse();
    assertThat(process.signal(Signal.HUP)).isFalse();
  }

  @Test
  void anotherSequenceReplacesTheOneUnderWay() throws Exception {
    var process =
        startAndAwait(
            sh("deaf", "trap 'echo heard' TERM; echo up; " + LOOP)
                .stop(StopSequence.graceful(Duration.ofMinutes(1))),
            "up");
    var first = CompletableFuture.supplyAsync(process::stop);
    awaitLine(process, "heard");
    var report = soon(() -> process.stop(StopSequence.kill())).orElseThrow();
    assertThat(report.status()).contains(new ExitStatus.Signaled(9));
    assertThat(first.get(20, TimeUnit.SECONDS)).contains(report);
  }
}
