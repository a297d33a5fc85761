package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.ProcessId;
import dev.procman.ProcessSpec;
import dev.procman.core.FakeClock;
import dev.procman.core.Stalls;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbeLoopTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ProcessSpec SPEC = ProcessSpec.named("web").command("server").build();
  private static final ProbeContext.Subject SUBJECT =
      new ProbeContext.Subject(
          null,
          new Generation(
              new ProcessId("web", 1), SPEC, null, new Masks(SPEC), null, null, null, _ -> {}),
          null,
          0);

  private final FakeClock clock = new FakeClock();
  private final FakeClock life = new FakeClock();
  private final List<String> verdicts = new CopyOnWriteArrayList<>();
  private ProbeLoop loop;

  /// Without jitter, so that the clock can be moved exactly.
  private void start(Probe probe) {
    loop =
        new ProbeLoop(
            probe.jitter(0),
            true,
            1,
            SUBJECT,
            clock,
            new Stalls(life),
            (result, _, _) -> verdicts.add(sign(result) + result.message()));
    loop.start();
  }

  private static String sign(HealthResult result) {
    return result.isGood() ? "+" : result.status() == HealthStatus.UNKNOWN ? "?" : "-";
  }

  @AfterEach
  void end() {
    loop.close();
    assertThat(clock.timers()).isZero();
  }

  private void awaitVerdicts(int count) {
    await().atMost(LIMIT).until(() -> verdicts.size() == count && clock.timers() == 1);
  }

  /// A check that answers when the test says so.
  private static final class Answered implements HealthCheck {
    final SynchronousQueue<HealthResult> answers = new SynchronousQueue<>();
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final AtomicInteger interrupts = new AtomicInteger();
    final boolean stubborn;

    Answered(boolean stubborn) {
      this.stubborn = stubborn;
    }

    @Override
    public HealthResult check(HealthContext context) throws Exception {
      begun.incrementAndGet();
      mostAtOnce.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      try {
        while (true) {
          try {
            return answers.take();
          } catch (InterruptedException cut) {
            interrupts.incrementAndGet();
            if (!stubborn) {
              throw cut;
            }
          }
        }
      } finally {
        inFlight.decrementAndGet();
      }
    }

    void answer(HealthResult result) throws InterruptedException {
      assertThat(answers.offer(result, 20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// A check that was cut may take a moment to be gone, in which none is begun beside it.
  private void passTimeUntilBegun(Answered check, int times) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          if (check.begun.get() < times) {
            clock.advance(Duration.ofMillis(20));
          }
          return check.begun.get() == times;
        });
  }

  @Test
  void untilTheFirstSuccessItAsksEagerlyThenAtItsInterval() {
    var asked = new AtomicInteger();
    start(
        Probe.of(_ ->
            asked.incrementAndGet() < 4 ? HealthResult.failing("no") : HealthResult.healthy()));
    awaitVerdicts(1);
    for (int i = 1; i < 4; i++) {
      clock.advance(Duration.ofMillis(19));
      assertThat(asked).hasValue(i);
      clock.advance(Duration.ofMillis(1));
      awaitVerdicts(i + 1);
    }
    clock.advance(Duration.ofMillis(999));
    assertThat(asked).hasValue(4);
    clock.advance(Duration.ofMillis(1));
    awaitVerdicts(5);
    assertThat(verdicts).containsExactly("-no", "-no", "-no", "+healthy", "+healthy");
  }

  @Test
  void aWakeAsksAtOnceAndOneDuringACheckAsksAgainAfterIt() {
    var asked = new AtomicInteger();
    var waker = new java.util.concurrent.atomic.AtomicReference<Runnable>();
    start(
        Probe.of(context -> {
          waker.set(context::checkAgain);
          if (asked.incrementAndGet() == 2) {
            context.checkAgain();
            context.checkAgain();
          }
          return HealthResult.healthy();
        }));
    awaitVerdicts(1);
    waker.get().run();
    awaitVerdicts(2);
    clock.advance(Duration.ofMillis(1));
    awaitVerdicts(3);
    clock.advance(Duration.ofMillis(500));
    assertThat(asked).hasValue(3);
  }

  @Test
  void nothingIsAskedBeforeTheInitialDelayIsOver() {
    start(Probe.of(_ -> HealthResult.healthy()).initialDelay(SECOND));
    clock.advance(Duration.ofMillis(999));
    assertThat(verdicts).isEmpty();
    assertThat(clock.timers()).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    awaitVerdicts(1);
  }

  @Test
  void aCheckThatHangsIsCutAtItsTimeoutAndAskedAgain() throws Exception {
    var check = new Answered(false);
    start(Probe.of(check));
    await().atMost(LIMIT).until(() -> check.begun.get() == 1);
    clock.advance(SECOND);
    awaitVerdicts(1);
    assertThat(verdicts).containsExactly("-no answer within 1000 ms");
    passTimeUntilBegun(check, 2);
    check.answer(HealthResult.healthy());
    await().atMost(LIMIT).until(() -> verdicts.contains("+healthy"));
    assertThat(verdicts).endsWith("+healthy");
    assertThat(check.mostAtOnce).hasValue(1);
  }

  @Test
  void aCheckThatIgnoresItsInterruptCountsAsFailedAndHasNoSecondBesideIt() throws Exception {
    var check = new Answered(true);
    start(Probe.of(check).interval(Duration.ofMillis(50)));
    await().atMost(LIMIT).until(() -> check.begun.get() == 1);
    for (int i = 1; i <= 5; i++) {
      clock.advance(SECOND);
      awaitVerdicts(i);
      clock.advance(Duration.ofMillis(50));
    }
    assertThat(check.begun).hasValue(1);
    assertThat(verdicts).hasSize(5).allMatch(verdict -> verdict.startsWith("-no answer"));
    // Its answer comes too late for the turn it belonged to.
    check.answer(HealthResult.healthy("late"));
    passTimeUntilBegun(check, 2);
    assertThat(verdicts).doesNotContain("+late");
    check.answer(HealthResult.healthy("fresh"));
    await().atMost(LIMIT).until(() -> verdicts.contains("+fresh"));
    assertThat(check.mostAtOnce).hasValue(1);
  }

  @Test
  void whatACheckThrowsIsAFailingVerdictWithItsMessage() {
    var asked = new AtomicInteger();
    start(
        Probe.of(
                _ -> {
                  switch (asked.incrementAndGet()) {
                    case 1 -> throw new java.io.IOException("refused");
                    case 2 -> throw new AssertionError();
                    case 3 -> throw new InterruptedException();
                    default -> {
                      return HealthResult.healthy();
                    }
                  }
                })
            .interval(Duration.ofMillis(1)));
    for (int i = 1; i <= 4; i++) {
      awaitVerdicts(i);
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(verdicts)
        .startsWith("-refused", "-java.lang.AssertionError", "-interrupted", "+healthy");
  }

  @Test
  void aCheckThatAnswersNullIsAFailingVerdictAndAskedAgain() {
    start(Probe.of(_ -> null).interval(Duration.ofMillis(1)));
    awaitVerdicts(1);
    clock.advance(Duration.ofMillis(1));
    awaitVerdicts(2);
    assertThat(verdicts).allMatch(verdict -> verdict.contains("null"));
  }

  @Test
  void aCheckThatCannotDescribeItselfIsAFailingVerdictAndAskedAgain() {
    var check =
        new HealthCheck() {
          @Override
          public HealthResult check(HealthContext context) {
            return HealthResult.healthy();
          }

          @Override
          public String describe() {
            throw new IllegalStateException("no words");
          }
        };
    start(Probe.of(check).interval(Duration.ofMillis(1)));
    awaitVerdicts(1);
    clock.advance(Duration.ofMillis(1));
    awaitVerdicts(2);
    assertThat(verdicts).containsOnly("-no words");
    assertThat(loop.words()).isEqualTo("check");
  }

  @Test
  void aClosedLoopInterruptsItsCheckAndIsSilent() throws Exception {
    var check = new Answered(false);
    start(Probe.of(check));
    await().atMost(LIMIT).until(() -> check.begun.get() == 1);
    loop.close();
    loop.close();
    await().atMost(LIMIT).until(() -> check.interrupts.get() == 1 && check.inFlight.get() == 0);
    clock.advance(Duration.ofDays(1));
    assertThat(verdicts).isEmpty();
    assertThat(clock.timers()).isZero();
  }

  /// The JVM was stopped: time has passed, and no timer has fired in it.
  private void stall(Duration time) {
    life.pass(time);
    clock.pass(time);
  }

  @Test
  void aCheckThatDidNotPassWhileTheJvmWasStoppedIsMadeAgainAndDoesNotCount() throws Exception {
    var check = new Answered(false);
    start(Probe.of(check).interval(SECOND).timeout(SECOND));
    await().atMost(LIMIT).until(() -> check.inFlight.get() == 1);

    stall(Duration.ofSeconds(8));
    check.answer(HealthResult.failing("its own time was over"));

    awaitVerdicts(1);
    assertThat(verdicts.getFirst())
        .isEqualTo(
            "?not counted, since this JVM did not run for 7750 ms meanwhile: its own time was over");
    passTimeUntilBegun(check, 2);
    check.answer(HealthResult.healthy("there"));
    awaitVerdicts(2);
    assertThat(verdicts.getLast()).isEqualTo("+there");
  }

  @Test
  void aCheckInFlightHasTheTimeThatIsLeftToItAfterAStop() throws Exception {
    var check = new Answered(false);
    start(Probe.of(check).interval(SECOND).timeout(SECOND.multipliedBy(3)));
    await().atMost(LIMIT).until(() -> check.inFlight.get() == 1);

    stall(Duration.ofSeconds(8));
    clock.advance(Duration.ZERO);

    assertThat(verdicts).isEmpty();
    assertThat(check.interrupts).hasValue(0);
    check.answer(HealthResult.healthy("there"));
    awaitVerdicts(1);
    assertThat(verdicts).containsExactly("+there");
  }

  @Test
  void aCheckThatPassesThoughTheJvmWasStoppedCounts() throws Exception {
    var check = new Answered(false);
    start(Probe.of(check).interval(SECOND).timeout(SECOND));
    await().atMost(LIMIT).until(() -> check.inFlight.get() == 1);
    stall(Duration.ofSeconds(8));
    check.answer(HealthResult.healthy("there"));
    awaitVerdicts(1);
    assertThat(verdicts).containsExactly("+there");
  }
}
