package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthHistory;
import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent.ProcessCrashLoop;
import dev.procman.event.ProcessEvent.ProcessHealthChanged;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.event.ProcessEvent.ProcessStarted;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What the verdicts of probes lead to.
class ProbeSemanticsTest extends HealthTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /// A check that says what the test says.
  private static final class Scripted implements HealthCheck {
    volatile HealthResult says = HealthResult.healthy();
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public HealthResult check(HealthContext context) {
      asked.incrementAndGet();
      return says;
    }
  }

  /// A check that gives one verdict for each that the test hands in, and only then.
  private static final class Dealt implements HealthCheck {
    final LinkedBlockingQueue<HealthResult> verdicts = new LinkedBlockingQueue<>();

    @Override
    public HealthResult check(HealthContext context) throws InterruptedException {
      return verdicts.take();
    }

    void deal(HealthResult... results) {
      verdicts.addAll(List.of(results));
    }
  }

  private static Probe dealt(Dealt check) {
    return Probe.of(check)
        .interval(Duration.ofMillis(1))
        .fastInterval(Duration.ofMillis(1))
        .timeout(Duration.ofMinutes(5));
  }

  private ManagedProcess running(ProcessSpec.Builder spec) throws InterruptedException {
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    return process;
  }

  private static final HealthResult GOOD = HealthResult.healthy("fine");
  private static final HealthResult WARNS = HealthResult.warning("slow");
  private static final HealthResult CRITICAL = HealthResult.critical("full");
  private static final HealthResult FAILS = HealthResult.failing("gone");
  private static final HealthResult UNSURE = HealthResult.unknown("who knows");

  private List<HealthStatus> path() {
    return of(ProcessHealthChanged.class).stream().map(ProcessHealthChanged::to).toList();
  }

  private void awaitPath(HealthStatus... path) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(path()).containsExactly(path));
  }

  // Streaks.

  @Test
  void aFailingStreakClimbsAtItsCountsAndReadinessNeverKills() throws Exception {
    var check = new Dealt();
    var process = manager.start(sleeper("s").ready(dealt(check).failures(2, 4, 6)).build());
    check.deal(GOOD);
    process.awaitReady(LIMIT);
    check.deal(FAILS, FAILS, FAILS, FAILS, FAILS, FAILS, FAILS, FAILS);
    awaitPath(
        HealthStatus.HEALTHY, HealthStatus.WARNING, HealthStatus.CRITICAL, HealthStatus.FAILED);

    assertThat(of(ProcessHealthChanged.class))
        .extracting(ProcessHealthChanged::streak)
        .containsExactly(1, -2, -4, -6);
    assertThat(of(ProcessHealthChanged.class).getLast())
        .returns(HealthStatus.CRITICAL, ProcessHealthChanged::from)
        .returns("readiness", ProcessHealthChanged::probe)
        .returns("gone", ProcessHealthChanged::reason);
    await().atMost(LIMIT).until(() -> verdicts(process).size() == 9);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    check.deal(GOOD);
    awaitHealth(process, HealthStatus.HEALTHY);
    assertThat(process.generation()).isOne();
  }

  @Test
  void aVerdictNeverLeadsAboveItself() throws Exception {
    var check = new Dealt();
    var process = manager.start(sleeper("s").live(dealt(check).failures(1, 1, 1)).build());
    check.deal(WARNS, WARNS, WARNS, CRITICAL, CRITICAL, CRITICAL, WARNS);
    awaitPath(HealthStatus.WARNING, HealthStatus.CRITICAL, HealthStatus.WARNING);
    await().atMost(LIMIT).until(() -> verdicts(process).size() == 7);
    assertThat(process.generation()).isOne();
  }

  @Test
  void whatCannotBeToldNeitherBreaksAStreakNorMakesOne() throws Exception {
    var check = new Dealt();
    var process = manager.start(sleeper("s").ready(dealt(check).failures(1, 2, 3)).build());
    check.deal(UNSURE, GOOD);
    process.awaitReady(LIMIT);
    check.deal(UNSURE, UNSURE, UNSURE, FAILS, UNSURE, FAILS, UNSURE, UNSURE, FAILS);
    awaitPath(
        HealthStatus.HEALTHY, HealthStatus.WARNING, HealthStatus.CRITICAL, HealthStatus.FAILED);
    assertThat(of(ProcessHealthChanged.class).getLast().streak()).isEqualTo(-3);
  }

  @Test
  void flappingChangesNothingUntilAStatusHolds() throws Exception {
    var check = new Dealt();
    var process =
        manager.start(sleeper("s").ready(dealt(check).successes(3).failures(3, 3, 3)).build());
    check.deal(GOOD, GOOD, FAILS, GOOD, GOOD);
    await().atMost(LIMIT).until(() -> !process.probes().isEmpty() && verdicts(process).size() == 5);
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    check.deal(GOOD);
    process.awaitReady(LIMIT);
    for (int i = 0; i < 20; i++) {
      check.deal(FAILS, FAILS, GOOD, GOOD);
    }
    await().atMost(LIMIT).until(() -> verdicts(process).size() == 86);
    assertThat(path()).containsExactly(HealthStatus.HEALTHY);
    check.deal(FAILS, FAILS, FAILS, GOOD, GOOD);
    awaitPath(HealthStatus.HEALTHY, HealthStatus.FAILED);
    check.deal(GOOD);
    awaitPath(HealthStatus.HEALTHY, HealthStatus.FAILED, HealthStatus.HEALTHY);
  }

  @Test
  void theHealthOfTheProcessIsTheWorstOfItsProbes() throws Exception {
    var ready = new Dealt();
    var live = new Dealt();
    var process =
        manager.start(
            sleeper("s")
                .ready(dealt(ready).failures(1, 1, 1))
                .live(dealt(live).failures(1, 1, 9))
                .build());
    ready.deal(GOOD);
    process.awaitReady(LIMIT);
    live.deal(CRITICAL);
    awaitHealth(process, HealthStatus.CRITICAL);
    ready.deal(WARNS);
    await().atMost(LIMIT).until(() -> probe(process, "readiness").message().equals("slow"));
    assertThat(process.health()).isEqualTo(HealthStatus.CRITICAL);
    live.deal(GOOD);
    awaitHealth(process, HealthStatus.WARNING);
    ready.deal(GOOD);
    awaitHealth(process, HealthStatus.HEALTHY);

    assertThat(process.probes())
        .extracting(dev.procman.ProbeSnapshot::probe)
        .containsExactlyInAnyOrder("readiness", "liveness");
  }

  @Test
  void whatTheStartupProbeSaidLastDoesNotStain() throws Exception {
    var live = new Dealt();
    var process = running(sleeper("s").startup(often(_ -> WARNS)).live(dealt(live)));
    live.deal(GOOD);
    awaitHealth(process, HealthStatus.HEALTHY);
  }

  // Timing.

  @Test
  void readinessIsSeenAtTheFastIntervalAndWatchedAtTheConfiguredOne() throws Exception {
    var readyAfter = Instant.now().plusMillis(200);
    var asked = new AtomicInteger();
    var probe =
        Probe.of(
                _ -> {
                  asked.incrementAndGet();
                  return Instant.now().isAfter(readyAfter) ? GOOD : FAILS;
                })
            .interval(HOUR)
            .timeout(LIMIT);
    var process = manager.start(sleeper("s").ready(probe).build());
    process.awaitReady(LIMIT);

    int then = asked.get();
    assertThat(then).isBetween(2, 12);
    var other = running(sleeper("other").ready(often(_ -> GOOD)));
    await().atMost(LIMIT).until(() -> verdicts(other).size() >= 20);
    assertThat(asked).hasValue(then);
    assertThat(process.health()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void anExpensiveCheckIsNotAskedAllTheTimeWhileItFails() throws Exception {
    var idle = new AtomicLong(Long.MAX_VALUE);
    var ended = new AtomicLong();
    HealthCheck slow =
        _ -> {
          long now = System.nanoTime();
          if (ended.get() != 0) {
            idle.accumulateAndGet(now - ended.get(), Math::min);
          }
          try {
            new CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
            return FAILS;
          } finally {
            ended.set(System.nanoTime());
          }
        };
    var process = manager.start(sleeper("s").ready(Probe.of(slow).timeout(LIMIT)).build());
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 4);
    process.stop();
    assertThat(Duration.ofNanos(idle.get())).isGreaterThan(Duration.ofMillis(150));
  }

  @Test
  void theFirstCheckWaitsForTheInitialDelay() throws Exception {
    var uptime = new AtomicReference<Duration>();
    var process =
        running(
            sleeper("s")
                .ready(
                    often(
                            context -> {
                              uptime.compareAndSet(null, context.uptime());
                              return GOOD;
                            })
                        .initialDelay(Duration.ofMillis(300))));
    assertThat(uptime.get()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void theIntervalIsNeverLongerThanConfiguredAndShortenedAtMostByTheJitter() throws Exception {
    var begun = new java.util.concurrent.CopyOnWriteArrayList<Long>();
    var probe =
        Probe.of(
                _ -> {
                  begun.add(System.nanoTime());
                  return GOOD;
                })
            .interval(Duration.ofMillis(40))
            .jitter(0.5);
    var process = running(sleeper("s").ready(probe));
    await().atMost(LIMIT).until(() -> begun.size() >= 40);
    process.stop();

    var pauses = new java.util.ArrayList<Long>();
    for (int i = 1; i < 40; i++) {
      pauses.add((begun.get(i) - begun.get(i - 1)) / 1_000_000);
    }
    assertThat(pauses).allMatch(millis -> millis >= 19);
    assertThat(pauses.stream().distinct().count()).isGreaterThan(3);
  }

  @Test
  void atMostOneCheckIsInFlightAlsoWhenItHangsAndIgnoresItsInterrupt() throws Exception {
    var inFlight = new AtomicInteger();
    var most = new AtomicInteger();
    var release = new CountDownLatch(1);
    HealthCheck stubborn =
        _ -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          try {
            while (true) {
              try {
                release.await();
                return GOOD;
              } catch (InterruptedException ignored) {
                // Stubborn.
              }
            }
          } finally {
            inFlight.decrementAndGet();
          }
        };
    var process =
        running(
            sleeper("s")
                .live(
                    Probe.of(stubborn)
                        .timeout(Duration.ofMillis(50))
                        .interval(Duration.ofMillis(10))
                        .failures(2, 4, 1000)));
    awaitHealth(process, HealthStatus.CRITICAL);
    assertThat(verdicts(process))
        .hasSizeGreaterThanOrEqualTo(4)
        .extracting(HealthResult::message)
        .containsOnly("no answer within 50 ms");
    assertThat(most).hasValue(1);
    release.countDown();
    awaitHealth(process, HealthStatus.HEALTHY);
    assertThat(most).hasValue(1);
  }

  // Startup, liveness, restarts.

  @Test
  void theStartupProbeGatesTheOthers() throws Exception {
    var startup = new Dealt();
    var ready = new Scripted();
    var live = new Scripted();
    var process =
        manager.start(
            sleeper("s")
                .startup(dealt(startup).failures(9, 9, 9))
                .ready(often(ready))
                .live(often(live))
                .build());
    startup.deal(FAILS, FAILS, FAILS);
    await().atMost(LIMIT).until(() -> verdicts(process).size() == 3);
    assertThat(ready.asked).hasValue(0);
    assertThat(live.asked).hasValue(0);
    startup.deal(GOOD);
    process.awaitReady(LIMIT);
    await().atMost(LIMIT).until(() -> live.asked.get() > 0);
    assertThat(startup.verdicts).isEmpty();
  }

  @Test
  void aSlowStartHasIntervalTimesFailuresAlthoughItIsAskedMoreOften() throws Exception {
    var check = new Scripted();
    check.says = FAILS;
    var process =
        manager.start(
            sleeper("s")
                .startup(
                    Probe.of(check)
                        .interval(Duration.ofMillis(400))
                        .fastInterval(Duration.ofMillis(10))
                        .timeout(LIMIT)
                        .failures(1, 2, 3))
                .build());

    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("startup probe")
        .hasMessageContaining("gone");
    assertThat(process.snapshot().lastExit().orElseThrow().uptime())
        .isGreaterThanOrEqualTo(Duration.ofMillis(1200));
    assertThat(check.asked).hasValueGreaterThan(3);
  }

  @Test
  void aFailedLivenessRestartsTheProcessAndTheNewGenerationBeginsAnew() throws Exception {
    var dead = new AtomicBoolean();
    var process =
        running(
            sleeper("s")
                .live(
                    often(context ->
                            dead.get() && context.id().generation() == 1
                                ? HealthResult.failing("no heartbeat").with("beat", 17)
                                : GOOD)
                        .failures(1, 2, 3))
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(Backoff.fixed(Duration.ofMillis(10)))
                        .unlimited()));
    awaitHealth(process, HealthStatus.HEALTHY);
    dead.set(true);
    await().atMost(LIMIT).until(() -> process.generation() == 2);
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);

    var failed = awaitHealthEvent(e -> e.to() == HealthStatus.FAILED);
    assertThat(failed.probe()).isEqualTo("liveness");
    assertThat(failed.reason()).isEqualTo("no heartbeat");
    assertThat(failed.evidence()).containsEntry("beat", "17");
    assertThat(failed.streak()).isEqualTo(-3);
    assertThat(process.restarts()).isOne();
    assertThat(process.why().toString()).contains("no heartbeat");
    assertThat(probe(process, "liveness").history().entries())
        .allMatch(entry -> entry.result().equals(GOOD));
  }

  @Test
  void restartsForHealthCountTowardTheLimit() throws Exception {
    var process =
        manager.start(
            sleeper("s")
                .live(often(_ -> FAILS).failures(1, 1, 1))
                .restart(RestartPolicy.onFailure().backoff(Backoff.none()).limit(2, HOUR))
                .build());
    process.awaitState(LIMIT, ProcessState.CRASH_LOOP);

    assertThat(awaitEvents(ProcessCrashLoop.class, 1)).hasSize(1);
    assertThat(of(ProcessStarted.class)).hasSize(3);
  }

  @Test
  void withoutAPolicyThatRestartsAFailedLivenessEndsTheProcessForGood() throws Exception {
    var process =
        manager.start(
            sleeper("s")
                .live(often(_ -> FAILS).failures(1, 1, 1))
                .restart(RestartPolicy.never())
                .build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.why().toString()).contains("gone");
  }

  @Test
  void theErrorOfACheckIsNoFailureOfTheProcess() throws Exception {
    var kinds = new AtomicInteger();
    HealthCheck faulty =
        _ ->
            switch (kinds.getAndIncrement() % 4) {
              case 0 -> throw new StackOverflowError("deep");
              case 1 -> throw new NoClassDefFoundError("lost");
              case 2 -> throw new dev.procman.InvalidSpecException("x", "y", "z");
              default -> null;
            };
    var process = running(sleeper("s").live(often(faulty).failures(1, 1, 1)));
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 12);

    assertThat(verdicts(process))
        .allMatch(verdict -> verdict.status() == HealthStatus.UNKNOWN)
        .extracting(HealthResult::message)
        .contains("the check answered null")
        .anyMatch(message -> message.contains("StackOverflowError"));
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.generation()).isOne();
  }

  @Test
  void anExceptionAndAFailedAssertionAreFailuresWithTheirWords() throws Exception {
    var kinds = new AtomicInteger();
    var process =
        running(
            sleeper("s")
                .live(
                    often(
                            _ -> {
                              if (kinds.getAndIncrement() == 0) {
                                throw new IllegalStateException("queue is stuck");
                              }
                              throw new AssertionError("expected 3 workers");
                            })
                        .failures(1, 500, 1000)));
    awaitVerdict(process, v -> v.message().equals("queue is stuck") && v.isBad());
    awaitVerdict(process, v -> v.message().equals("expected 3 workers") && v.isBad());
  }

  @Test
  void aVerdictAboutAnOldGenerationChangesNothing() throws Exception {
    var hold = new CountDownLatch(1);
    var held = new CountDownLatch(1);
    var old = new AtomicReference<Thread>();
    HealthCheck late =
        context -> {
          if (context.id().generation() == 1) {
            old.set(Thread.currentThread());
            held.countDown();
            while (hold.getCount() > 0) {
              try {
                hold.await();
              } catch (InterruptedException ignored) {
                // It answers when nobody asks any more.
              }
            }
            return FAILS;
          }
          return GOOD;
        };
    var process = running(sleeper("s").live(Probe.of(late).timeout(LIMIT).failures(1, 1, 1)));
    assertThat(held.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    process.restart();
    await().atMost(LIMIT).until(() -> process.generation() == 2);
    process.awaitReady(LIMIT);
    awaitHealth(process, HealthStatus.HEALTHY);
    hold.countDown();
    old.get().join();

    var other = running(sleeper("other").ready(often(_ -> GOOD)));
    await().atMost(LIMIT).until(() -> verdicts(other).size() >= 5);
    assertThat(process.health()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(process.generation()).isEqualTo(2);
    assertThat(of(ProcessHealthChanged.class)).noneMatch(e -> e.to() == HealthStatus.FAILED);
  }

  // The context.

  @Test
  void aCheckThatIsNotPolledIsAskedWhenItSaysSoAndManyCallsMakeOne() throws Exception {
    var context = new AtomicReference<HealthContext>();
    var says = new AtomicReference<>(UNSURE);
    var asked = new AtomicInteger();
    HealthCheck driven =
        new HealthCheck() {
          @Override
          public HealthResult check(HealthContext given) {
            context.set(given);
            asked.incrementAndGet();
            return says.get();
          }

          @Override
          public boolean isPolled() {
            return false;
          }
        };
    var process =
        manager.start(sleeper("s").ready(Probe.of(driven).interval(Duration.ofMillis(1))).build());
    await().atMost(LIMIT).until(() -> !process.probes().isEmpty() && verdicts(process).size() == 1);
    says.set(GOOD);
    context.get().checkAgain();
    process.awaitReady(LIMIT);
    assertThat(asked).hasValue(2);
    // Its verdict is a state: one bad one is as good as many in a row.
    says.set(FAILS);
    for (int i = 0; i < 1000; i++) {
      context.get().checkAgain();
    }
    awaitHealth(process, HealthStatus.FAILED);
    assertThat(asked).hasValueLessThan(1000);
  }

  @Test
  void whatACheckRemembersIsPerGenerationAndClosedAtItsEnd() throws Exception {
    record Memory(long generation, Map<Long, AtomicInteger> closed) implements AutoCloseable {
      @Override
      public void close() {
        closed.computeIfAbsent(generation, _ -> new AtomicInteger()).incrementAndGet();
      }
    }
    var closed = new ConcurrentHashMap<Long, AtomicInteger>();
    var made = new AtomicInteger();
    HealthCheck remembers =
        new HealthCheck() {
          @Override
          public HealthResult check(HealthContext context) {
            var memory =
                context.memory(
                    this,
                    () -> {
                      made.incrementAndGet();
                      return new Memory(context.id().generation(), closed);
                    });
            return HealthResult.healthy("of generation " + memory.generation());
          }
        };
    var process = running(sleeper("s").ready(often(remembers)));
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 5);
    assertThat(made).hasValue(1);
    process.restart();
    await().atMost(LIMIT).until(() -> process.generation() == 2);
    process.awaitReady(LIMIT);
    await().atMost(LIMIT).until(() -> closed.containsKey(1L));
    assertThat(verdicts(process)).allMatch(v -> v.message().equals("of generation 2"));
    process.stop();
    await().atMost(LIMIT).until(() -> closed.containsKey(2L));

    assertThat(made).hasValue(2);
    assertThat(closed.values()).allMatch(count -> count.get() == 1);
  }

  @Test
  void secretsAreMaskedInReasonsAndEvidence() throws Exception {
    var process =
        running(
            sleeper("s")
                .secretEnv("TOKEN", "tr0ub4dor")
                .ready(
                    often(_ ->
                        HealthResult.warning("token tr0ub4dor is old").with("t", "=tr0ub4dor="))));
    awaitHealth(process, HealthStatus.WARNING);

    var event = awaitHealthEvent(e -> e.to() == HealthStatus.WARNING);
    assertThat(event.reason()).isEqualTo("token *** is old");
    assertThat(event.evidence()).containsEntry("t", "=***=");
    assertThat(events.toString() + process.probes() + process.why() + process.snapshot())
        .doesNotContain("tr0ub4dor");
  }

  @Test
  void aProbeKeepsItsLatestVerdictsWithTheirLatencies() throws Exception {
    var check = new Dealt();
    var process = running(sleeper("s").live(dealt(check).failures(50, 60, 70)));
    for (int i = 0; i < 150; i++) {
      check.deal(i % 4 == 0 ? HealthResult.failing("v" + i) : HealthResult.healthy("v" + i));
    }
    check.deal(UNSURE);
    await().atMost(LIMIT).until(() -> process.probes().getFirst().message().equals("who knows"));

    var history = process.probes().getFirst().history();
    assertThat(history.entries()).hasSize(128);
    assertThat(history.entries().getFirst().result().message()).isEqualTo("v23");
    assertThat(history.successRate(HOUR).orElseThrow()).isBetween(0.74, 0.76);
    assertThat(history.latency(50, HOUR).orElseThrow()).isPositive();
  }

  @Test
  void ratesAndPercentilesAreOfTheWindowBeforeTheLatest() {
    var now = Instant.parse("2026-01-01T00:00:00Z");
    var history =
        new HealthHistory(
            java.util.stream.IntStream.rangeClosed(1, 100)
                .mapToObj(i ->
                    new HealthHistory.Entry(
                        now.plusSeconds(i), i <= 90 ? GOOD : FAILS, Duration.ofMillis(i)))
                .toList());

    assertThat(history.successRate(HOUR)).hasValue(0.9);
    assertThat(history.successRate(Duration.ofSeconds(19))).hasValue(0.5);
    assertThat(history.latency(50, HOUR)).contains(Duration.ofMillis(50));
    assertThat(history.latency(99, HOUR)).contains(Duration.ofMillis(99));
    assertThat(history.latency(100, HOUR)).contains(Duration.ofMillis(100));
    assertThat(history.latency(0.1, HOUR)).contains(Duration.ofMillis(1));
    assertThat(history.latency(50, Duration.ofSeconds(9))).contains(Duration.ofMillis(95));
    assertThat(new HealthHistory(List.of()).successRate(HOUR)).isEqualTo(OptionalDouble.empty());
    assertThat(new HealthHistory(List.of()).latency(50, HOUR)).isEmpty();
    assertThatThrownBy(() -> history.latency(0, HOUR)).hasMessageContaining("percent");
  }

  @Test
  void anExitBeforeReadyFailsTheWaitAtOnceWithWhatTheProbeSaidAndTheLastLines() {
    var process =
        manager.start(sh("s", "echo no database >&2; exit 4").ready(often(_ -> FAILS)).build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("no database")
        .hasMessageContaining("exit code 4");
    assertThat(of(ProcessReady.class)).isEmpty();
  }
}
