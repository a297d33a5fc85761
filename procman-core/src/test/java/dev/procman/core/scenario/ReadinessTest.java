package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Scenarios 32, 33 and 36 to 38, as far as they need no checks but lambdas.
class ReadinessTest extends EngineTest {
  private static final HealthCheck NEVER = HealthCheck.of("never good", () -> false);
  private static final Duration QUICK = Duration.ofMillis(20);

  private static Probe quick(HealthCheck check) {
    return Probe.of(check).interval(QUICK);
  }

  /// Scenario 73: what it asks and waits for an answer to is what explains that it is not ready.
  @Test
  void anUnfinishedLastLineIsShownAndMarkedWhenItIsNotReady() throws Exception {
    var process =
        manager.start(
            sh("asks", "echo begun; printf 'Password: ' >&2; exec sleep 1000")
                .ready(Probe.of(_ -> HealthResult.failing("not yet")))
                .build());
    await().atMost(LIMIT).until(() -> process.output().byteCount() == 16);
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(50)))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(
            "output: the last 2 lines",
            "\n    stdout | begun",
            "\n    stderr | Password:  (unfinished)");
    assertThat(process.output().lineCount()).isEqualTo(1);
  }

  @Test
  void anExitBeforeReadyFailsTheWaitAtOnceAndTellsTheStory() throws Exception {
    var process =
        manager.start(
            sh("db", "seq 1 60; echo no disk >&2; sleep 0.2; exit 3")
                .directory(temp)
                .ready(NEVER)
                .build());
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMinutes(5)))
        .isInstanceOfSatisfying(
            ProcessNotReadyException.class, failure -> assertThat(failure.snapshot()).isNotNull())
        .hasMessageContainingAll(
            "'db'",
            "seq 1 60",
            "directory: " + temp,
            "pid: " + awaitEvent(ProcessEvent.ProcessStarted.class, "db").pid(),
            "exit code 3",
            "never good",
            "stderr | no disk",
            "stdout | 60",
            "the last 50 lines")
        .hasMessageNotContaining("stdout | 11\n");
  }

  @Test
  void aSignalBeforeReadyIsNamed() throws Exception {
    var process = manager.start(sh("db", "kill -KILL $$$$").ready(NEVER).build());
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMinutes(5)))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("signal KILL (9)");
  }

  @Test
  void aWaitThatBeginsAfterTheFailureFailsToo() throws Exception {
    for (int run = 0; run < 100; run++) {
      var process =
          manager.start(
              sh("brief" + run, "echo why; exit 3")
                  .ready(NEVER)
                  .restart(
                      run % 2 == 0
                          ? RestartPolicy.never()
                          : RestartPolicy.always().unlimited().backoff(Backoff.fixed(QUICK)))
                  .build());
      if (run % 4 < 2) {
        awaitEvent(ProcessEvent.ProcessExited.class, process.name());
      }
      assertThatThrownBy(() -> process.awaitReady(Duration.ofMinutes(5)))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContainingAll("exit code 3", "why");
      process.remove();
    }
  }

  @Test
  void allWaysOfWaitingAgree() throws Exception {
    var good = manager.start(ProcessSpecs.sleeper("good").build());
    assertThat(good.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS)).isSameAs(good);
    var exit = good.onExit().toCompletableFuture();
    good.stop();
    assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(good.awaitExit(LIMIT));

    var bad = manager.start(sh("bad", "sleep 0.1; exit 3").ready(NEVER).build());
    assertThat(bad.whenReady().toCompletableFuture())
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(ProcessNotReadyException.class);
    var idle = manager.register(ProcessSpecs.sleeper("idle").build());
    assertThatThrownBy(() -> idle.awaitReady(LIMIT)).hasMessageContaining("not asked to run");
    assertThatThrownBy(() -> idle.awaitExit(LIMIT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReadyLinePrintedBeforeAnybodyWaitsCounts() throws Exception {
    // The line is known by the output before the probe looks, and long before the wait.
    var process = manager.register(sh("server", "echo listening; exec sleep 1000").build());
    process.update(
        process.spec().toBuilder()
            .ready(
                HealthCheck.of(
                    "prints 'listening'",
                    () ->
                        process.output().lines().stream()
                            .anyMatch(line -> line.text().equals("listening"))))
            .build());
    process.start();
    awaitEvent(ProcessEvent.ProcessReady.class, "server");
    process.awaitReady(LIMIT);
    process.awaitReady(Duration.ZERO);
  }

  @Test
  void aWaitThatIsOverSaysWhatTheProbeSaid() throws Exception {
    var process =
        manager.start(sh("slow", "echo still warming up; exec sleep 1000").ready(NEVER).build());
    awaitLine(process, "still warming up");
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(300)))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(
            "the time for it is over", "STARTING", "never good", "not yet", "still warming up");
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
  }

  @Test
  void aStartThatTakesTooLongIsEnded() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("slow").ready(NEVER).startTimeout(Duration.ofMillis(300)).build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class);
    process.awaitState(LIMIT, ProcessState.FAILED);
    var report = process.awaitExit(LIMIT);
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.START_TIMEOUT);
    assertThat(report.requested()).isFalse();
    assertThat(report.success()).isFalse();
  }

  @Test
  void theStartupProbeGatesTheOthers() throws Exception {
    var started = new AtomicBoolean();
    var ready = new AtomicBoolean();
    var asked = new AtomicInteger();
    var process =
        manager.start(
            ProcessSpecs.sleeper("gated")
                .startup(quick(HealthCheck.of("has started", started::get)).failures(1, 2, 10_000))
                .ready(
                    quick(
                        HealthCheck.of(
                            "is ready",
                            () -> {
                              asked.incrementAndGet();
                              return ready.get();
                            })))
                .live(
                    quick(
                        HealthCheck.of(
                            "is live",
                            () -> {
                              asked.incrementAndGet();
                              return true;
                            })))
                .build());
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(300)))
        .hasMessageContaining("startup probe (has started)");
    assertThat(asked).hasValue(0);
    started.set(true);
    await().atMost(LIMIT).until(() -> asked.get() > 0);
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    ready.set(true);
    process.awaitReady(LIMIT);
  }

  @Test
  void aStartupProbeThatGivesUpIsAFailedStart() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("broken").startup(quick(NEVER).failures(1, 2, 3)).build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.awaitExit(LIMIT).success()).isFalse();
    assertThat(process.snapshot().lastExit().orElseThrow().requested()).isFalse();
    assertThatThrownBy(() -> process.awaitReady(LIMIT)).hasMessageContaining("never good");
  }

  @Test
  void aReadinessFailureNeverKills() throws Exception {
    var good = new AtomicBoolean(true);
    var asked = new AtomicInteger();
    var process =
        manager.start(
            ProcessSpecs.sleeper("moody")
                .restart(RestartPolicy.always())
                .ready(
                    quick(
                        HealthCheck.of(
                            "in the mood",
                            () -> {
                              asked.incrementAndGet();
                              return good.get();
                            })))
                .build());
    process.awaitReady(LIMIT);
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.HEALTHY);
    good.set(false);
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.FAILED);
    int then = asked.get();
    await().atMost(LIMIT).until(() -> asked.get() > then + 10);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.generation()).isEqualTo(1);
    good.set(true);
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.HEALTHY);
    assertThat(of(ProcessEvent.ProcessHealthChanged.class, "moody"))
        .extracting(ProcessEvent.ProcessHealthChanged::to)
        .containsExactly(
            HealthStatus.HEALTHY,
            HealthStatus.WARNING,
            HealthStatus.CRITICAL,
            HealthStatus.FAILED,
            HealthStatus.HEALTHY);
    assertThat(of(ProcessEvent.ProcessHealthChanged.class, "moody"))
        .allMatch(changed -> changed.probe().equals("readiness"));
  }

  @Test
  void aLivenessFailureRestartsAndObeysTheLimit() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("hung")
                .restart(
                    RestartPolicy.onFailure()
                        .limit(2, Duration.ofMinutes(1))
                        .backoff(Backoff.fixed(QUICK)))
                .live(quick(NEVER).failures(1, 2, 3))
                .build());
    process.awaitReady(LIMIT);
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(process.generation()).isEqualTo(3);
    assertThat(of(ProcessEvent.ProcessExited.class, "hung"))
        .hasSize(3)
        .allSatisfy(exited -> {
          assertThat(exited.report().diagnosis().kind()).isEqualTo(Diagnosis.Kind.UNHEALTHY);
          assertThat(exited.report().requested()).isFalse();
          assertThat(exited.report().success()).isFalse();
        });
  }

  @Test
  void aCheckThatThrowsIsAFailingVerdictAndNotAFaultOfTheProcess() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("odd")
                .restart(RestartPolicy.always())
                .ready(
                    quick(
                        HealthCheck.of(
                            "throws",
                            () -> {
                              throw new AssertionError("the check is broken");
                            })))
                .build());
    assertThatThrownBy(() -> process.awaitReady(Duration.ofMillis(300)))
        .hasMessageContaining("the check is broken");
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aCheckThatHangsIsCutAndNeverRunsTwiceAtOnce() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var begun = new AtomicInteger();
    var process =
        manager.start(
            ProcessSpecs.sleeper("hanging")
                .ready(
                    quick(
                            HealthCheck.of(
                                "hangs",
                                () -> {
                                  begun.incrementAndGet();
                                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                  try {
                                    new CountDownLatch(1).await();
                                  } finally {
                                    running.decrementAndGet();
                                  }
                                  return true;
                                }))
                        .timeout(Duration.ofMillis(30)))
                .build());
    await().atMost(LIMIT).until(() -> begun.get() >= 5);
    assertThat(most).hasValue(1);
    assertThatThrownBy(() -> process.awaitReady(QUICK)).hasMessageContaining("no answer within");
    process.stop();
    await().atMost(LIMIT).until(() -> running.get() == 0);
  }

  @Test
  void aVerdictOfAnOldGenerationChangesNothing() throws Exception {
    var first = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var calls = new AtomicInteger();
    var answered = new CountDownLatch(1);
    var process =
        manager.start(
            ProcessSpecs.sleeper("late")
                .ready(
                    Probe.of(
                            HealthCheck.of(
                                "answers late",
                                () -> {
                                  if (calls.incrementAndGet() > 1) {
                                    return false;
                                  }
                                  first.countDown();
                                  while (true) {
                                    try {
                                      release.await();
                                      answered.countDown();
                                      return true;
                                    } catch (InterruptedException ignored) {
                                      // This check is deaf on purpose.
                                    }
                                  }
                                }))
                        .interval(QUICK)
                        .timeout(Duration.ofMinutes(1)))
                .build());
    assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
    process.restart();
    awaitEvents(ProcessEvent.ProcessStarted.class, "late", 2);
    release.countDown();
    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    int then = calls.get();
    await().atMost(LIMIT).until(() -> calls.get() > then + 3);
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    assertThat(of(ProcessEvent.ProcessReady.class, "late")).isEmpty();
  }

  @Test
  void withoutProbesItIsReadyAfterItsMinimumUptime() throws Exception {
    var process =
        manager.start(ProcessSpecs.sleeper("plain").minimumUptime(Duration.ofMillis(200)).build());
    process.awaitReady(LIMIT);
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "plain").after())
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void manyWaitersAreAllAnswered() throws Exception {
    var process =
        manager.start(
            sh("gate", "while [ ! -e go ]; do sleep 0.02; done; exit 9")
                .directory(temp)
                .ready(NEVER)
                .build());
    var waits =
        List.of(0, 1, 2, 3, 4, 5, 6, 7).stream()
            .map(_ -> process.whenReady().toCompletableFuture())
            .toList();
    Files.createFile(temp.resolve("go"));
    assertThat(waits)
        .allSatisfy(wait ->
            assertThat(wait)
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withMessageContaining("exit code 9"));
  }
}
