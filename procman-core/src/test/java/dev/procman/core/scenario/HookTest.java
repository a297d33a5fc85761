package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.Diagnosis;
import dev.procman.Hook;
import dev.procman.LaunchException;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Host code at the four points of a process's life.
class HookTest extends EngineTest {
  private static final Hook HANGS = _ -> new CountDownLatch(1).await();

  @Test
  void hooksRunAtTheirPointsInOrder() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    var afterReady = new CountDownLatch(1);
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .hook(
                    Hook.Point.BEFORE_START,
                    self -> seen.add("before start, pid " + self.pid().isPresent()))
                .hook(
                    Hook.Point.AFTER_READY,
                    self -> {
                      seen.add("after ready, " + self.state());
                      afterReady.countDown();
                    })
                .hook(
                    Hook.Point.BEFORE_STOP,
                    self -> seen.add("before stop, " + isAlive(self.pid().orElseThrow())))
                .hook(
                    Hook.Point.AFTER_EXIT,
                    self -> seen.add("after exit, pid " + self.pid().isPresent()))
                .build());
    assertThat(afterReady.await(20, TimeUnit.SECONDS)).isTrue();
    process.stop();
    assertThat(seen)
        .containsExactly(
            "before start, pid false",
            "after ready, RUNNING",
            "before stop, true",
            "after exit, pid false");
  }

  @Test
  void aHookBeforeTheStopThatClosesTheManagerIsNotWaitedForByItself() throws Exception {
    var closed = new CountDownLatch(1);
    var process =
        manager.start(
            ProcessSpecs.sleeper("closing")
                .hook(
                    Hook.Point.BEFORE_STOP,
                    _ -> {
                      manager.close();
                      closed.countDown();
                    })
                .build());
    process.awaitReady(LIMIT);
    long since = System.nanoTime();
    process.stop();
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void aFailingHookBeforeTheStartIsAFailedStart() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .hook(
                    Hook.Point.BEFORE_START,
                    _ -> {
                      throw new IllegalStateException("no licence");
                    })
                .build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("no licence")
        .cause()
        .isInstanceOfSatisfying(
            LaunchException.class,
            failure ->
                assertThat(failure.reason()).isEqualTo(LaunchException.Reason.PREPARATION_FAILED));
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(of(ProcessEvent.ProcessStarted.class)).isEmpty();
  }

  @Test
  void aFailingHookBeforeTheStartIsTriedAgainByPolicy() throws Exception {
    var calls = new AtomicInteger();
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .restart(RestartPolicy.onFailure().backoff(Backoff.fixed(Duration.ofMillis(10))))
                .hook(
                    Hook.Point.BEFORE_START,
                    _ -> {
                      if (calls.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                      }
                    })
                .build());
    awaitEvent(ProcessEvent.ProcessReady.class, "hooked");
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(3);
  }

  @Test
  void aHangingHookBeforeTheStartIsCutAtTheStartTimeout() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .startTimeout(Duration.ofMillis(200))
                .hook(Hook.Point.BEFORE_START, HANGS)
                .build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.awaitExit(LIMIT).success()).isFalse();
    assertThat(of(ProcessEvent.ProcessStarted.class)).isEmpty();
  }

  @Test
  void failingHooksElsewhereChangeNothing() throws Exception {
    var calls = new AtomicInteger();
    Hook fails =
        _ -> {
          calls.incrementAndGet();
          throw new AssertionError("hook");
        };
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .hook(Hook.Point.AFTER_READY, fails)
                .hook(Hook.Point.BEFORE_STOP, fails)
                .hook(Hook.Point.AFTER_EXIT, fails)
                .build());
    process.awaitReady(LIMIT);
    var report = soon(() -> process.stop()).orElseThrow();
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(calls).hasValue(3);
  }

  @Test
  void aHangingHookAfterReadyHoldsUpNothing() throws Exception {
    var process =
        manager.start(ProcessSpecs.sleeper("hooked").hook(Hook.Point.AFTER_READY, HANGS).build());
    process.awaitReady(LIMIT);
    soon(() -> process.stop());
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void hangingHooksHoldUpAnEndForTheirLimitAndNoLonger() throws Exception {
    var process =
        manager.start(ProcessSpecs.sleeper("before").hook(Hook.Point.BEFORE_STOP, HANGS).build());
    var other =
        manager.start(ProcessSpecs.sleeper("after").hook(Hook.Point.AFTER_EXIT, HANGS).build());
    process.awaitReady(LIMIT);
    other.awaitReady(LIMIT);
    soon(() -> {
      manager.stopAll();
      return true;
    });
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(other.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void anEndByItselfDuringTheHookBeforeTheStopIsSeen() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("hooked")
                .hook(
                    Hook.Point.BEFORE_STOP,
                    self -> {
                      kill(self.pid().orElseThrow());
                      HANGS.run(self);
                    })
                .build());
    process.awaitReady(LIMIT);
    long began = System.nanoTime();
    soon(() -> process.stop());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void aHookAfterTheExitRunsForEachGenerationBeforeTheNext() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    var process =
        manager.start(
            sh("crasher", "exit 1")
                .restart(
                    RestartPolicy.always().limit(5, Duration.ofMinutes(1)).backoff(Backoff.none()))
                .hook(Hook.Point.BEFORE_START, self -> seen.add("start " + self.generation()))
                .hook(Hook.Point.AFTER_EXIT, self -> seen.add("exit " + self.generation()))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    assertThat(seen)
        .containsExactly(
            "start 1", "exit 1", "start 2", "exit 2", "start 3", "exit 3", "start 4", "exit 4",
            "start 5", "exit 5", "start 6", "exit 6");
  }
}
