package dev.procman.core.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Desired;
import dev.procman.HealthStatus;
import dev.procman.ProcessId;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.ResourceLimit;
import dev.procman.ResourceLimits;
import dev.procman.ResourceMetric;
import dev.procman.ResourceReservation;
import dev.procman.ResourceSample;
import dev.procman.ResourceSettings;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceUsage;
import dev.procman.ResourceValue;
import dev.procman.core.Uninterruptibly;
import dev.procman.core.event.EventBus;
import dev.procman.core.simulation.SimulatedClock;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.ResourceSampler;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResourceTrackerTest {
  private static final long MIB = 1 << 20;
  private static final long SECOND = 1_000_000_000L;

  private final SimulatedClock clock = new SimulatedClock();
  private final EventBus bus = new EventBus("test", clock);
  private final FakeSampler sampler = new FakeSampler();
  private final List<String> exceeded = new CopyOnWriteArrayList<>();
  private final List<HealthStatus> standings = new CopyOnWriteArrayList<>();
  private ResourceTracker tracker = tracker(0.5);

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }

  private ResourceTracker tracker(double share) {
    return new ResourceTracker(
        clock,
        bus,
        Optional.of(sampler),
        Duration.ofSeconds(1),
        share,
        () -> new Allocator(Optional.empty()).allocation());
  }

  @AfterEach
  void close() {
    tracker.close();
    bus.close();
  }

  /// Answers what a test has set; samples are taken at the time of the simulated clock.
  private final class FakeSampler implements ResourceSampler {
    final Map<ResourceMetric, Long> values = new ConcurrentHashMap<>();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger closings = new AtomicInteger();
    final CountDownLatch released = new CountDownLatch(1);
    final Set<ProcessId> held = ConcurrentHashMap.newKeySet();
    final Map<String, Integer> counted = new ConcurrentHashMap<>();
    volatile Duration slow = Duration.ZERO;
    volatile boolean broken;
    volatile boolean hanging;

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public Map<Target, ResourceSample> sample(Collection<Target> targets) {
      if (hanging) {
        calls.incrementAndGet();
        Uninterruptibly.await(released::await);
      }
      if (broken) {
        calls.incrementAndGet();
        throw new IllegalStateException("broken");
      }
      // As one that waits for a core: time passes, and no processor is used.
      LockSupport.parkNanos(slow.toNanos());
      var samples = new HashMap<Target, ResourceSample>();
      for (var target : targets) {
        held.add(target.id());
        counted.merge(target.id().name(), 1, Integer::sum);
        var sample = ResourceSample.at(clock.nanoTime());
        values.forEach(sample::set);
        samples.put(target, sample.build());
      }
      calls.incrementAndGet();
      return samples;
    }

    @Override
    public void forget(ProcessId id) {
      held.remove(id);
      if (broken) {
        throw new IllegalStateException("broken");
      }
    }

    @Override
    public void close() {
      closings.incrementAndGet();
      throw new IllegalStateException("cannot be closed");
    }
  }

  private final class FakeSubject implements Subject {
    volatile ProcessSpec spec;
    volatile long generation = 1;
    volatile long output;

    FakeSubject(ProcessSpec spec) {
      this.spec = spec;
    }

    @Override
    public ProcessSpec spec() {
      return spec;
    }

    @Override
    public ProcessSnapshot snapshot() {
      return new ProcessSnapshot(
          spec.name(),
          ProcessState.RUNNING,
          Desired.UP,
          HealthStatus.UNKNOWN,
          generation,
          OptionalLong.of(1),
          (int) generation - 1,
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "");
    }

    @Override
    public long outputBytes() {
      return output;
    }

    @Override
    public void limitExceeded(long number, ResourceLimit limit, String words) {
      exceeded.add(limit.action() + " #" + number + ": " + words);
    }

    @Override
    public void standing(
        long number, HealthStatus status, String reason, Map<String, String> evidence) {
      standings.add(status);
    }
  }

  private static ProcessSpec.Builder spec() {
    return ProcessSpec.named("web").command("x");
  }

  private FakeSubject begin(ProcessSpec spec) {
    var subject = new FakeSubject(spec);
    begin(subject);
    return subject;
  }

  private void begin(FakeSubject subject) {
    var id = new ProcessId(subject.spec.name(), subject.generation);
    tracker.begin(
        subject.spec.name(),
        subject,
        () -> new ResourceSampler.Target(id, subject.generation, Instant.EPOCH));
  }

  private Optional<ResourceUsage> end(FakeSubject subject) {
    return tracker.end(
        new ProcessId(subject.spec.name(), subject.generation),
        "exit code 0",
        Duration.ofSeconds(1));
  }

  /// Lets the clock come to the next pass and waits for it.
  private void pass() {
    int before = sampler.calls.get();
    await().until(clock::fireNext);
    await().until(() -> sampler.calls.get() > before);
  }

  private <E extends ProcessEvent> List<E> of(Class<E> type) {
    return bus.recent(1000).stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void settle() {
    // A pass arms the next one when it is over.
    await().until(() -> clock.armed() > 0);
  }

  @Test
  void withoutProcessesNothingIsDone() {
    assertThat(clock.fireNext()).isFalse();
    var subject = begin(spec().build());
    pass();
    end(subject);
    await().until(() -> !clock.fireNext());
    assertThat(sampler.calls).hasValue(1);
  }

  @Test
  void watchedProcessesAreMeasuredEverySecondOthersMoreRarely() {
    var watched =
        begin(spec().limits(ResourceLimits.none().memory(MIB, ResourceLimit.Action.ALERT)).build());
    pass();
    long first = clock.nanoTime();
    pass();
    assertThat(clock.nanoTime() - first).isEqualTo(SECOND);
    end(watched);
    await().until(() -> !clock.fireNext());

    begin(spec().build());
    long begun = clock.nanoTime();
    pass();
    assertThat(clock.nanoTime() - begun).as("it may be busy").isEqualTo(5 * SECOND);
    sampler.values.put(ResourceMetric.CPU_USER_TIME, 0L);
    pass();
    pass();
    long idle = clock.nanoTime();
    pass();
    assertThat(clock.nanoTime() - idle).isEqualTo(15 * SECOND);
  }

  @Test
  void questionIsAnsweredAtOnceAndMakesItWatched() {
    begin(spec().build());
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 7 * MIB);

    assertThat(tracker.usage("web").orElseThrow().memory()).isEqualTo(7 * MIB);

    pass();
    long first = clock.nanoTime();
    pass();
    assertThat(clock.nanoTime() - first).isEqualTo(SECOND);
    assertThat(tracker.usage("other")).isEmpty();
    assertThat(tracker.history("other")).isEmpty();
  }

  @Test
  void ratesPeaksAndTotalsAreThoseOfOneGenerationAndOfAll() {
    var subject = begin(spec().build());
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 50 * MIB);
    sampler.values.put(ResourceMetric.CPU_USER_TIME, SECOND);
    pass();
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 20 * MIB);
    sampler.values.put(ResourceMetric.CPU_USER_TIME, 6 * SECOND);
    long before = clock.nanoTime();
    pass();
    double seconds = (clock.nanoTime() - before) / 1e9;
    await().until(() -> tracker.usage("web").orElseThrow().samples() >= 2);
    var usage = tracker.usage("web").orElseThrow();
    assertThat(usage.cpu().orElseThrow()).isEqualTo(5 / seconds);
    assertThat(usage.rates().get(ResourceMetric.CPU_USER_TIME)).isEqualTo(5 * SECOND / seconds);
    assertThat(usage.peak().value(ResourceMetric.RESIDENT_MEMORY)).hasValue(50 * MIB);

    assertThat(end(subject)).isPresent();
    subject.generation = 2;
    begin(subject);
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 30 * MIB);
    sampler.values.put(ResourceMetric.CPU_USER_TIME, SECOND);
    var second = tracker.usage("web").orElseThrow();

    assertThat(second.id().generation()).isEqualTo(2);
    assertThat(second.peak().value(ResourceMetric.RESIDENT_MEMORY)).hasValue(30 * MIB);
    assertThat(second.peakEver().value(ResourceMetric.RESIDENT_MEMORY)).hasValue(50 * MIB);
    assertThat(second.total().cpuTime()).contains(Duration.ofSeconds(7));
    var row = tracker.report().rows().getFirst();
    assertThat(row.endings())
        .singleElement()
        .returns("exit code 0", ending -> ending.outcome())
        .satisfies(ending ->
            assertThat(ending.peak().orElseThrow().value(ResourceMetric.RESIDENT_MEMORY))
                .hasValue(50 * MIB));
    assertThat(tracker.report().toString())
        .contains("web", "RUNNING", "30.0 MiB", "50.0 MiB", "7.0 s", "exit code 0 at 50.0 MiB");
  }

  @Test
  void generationThatWasNeverMeasuredHasNoUsage() {
    var subject = begin(spec().build());
    assertThat(end(subject)).isEmpty();
    assertThat(end(subject)).as("again").isEmpty();
  }

  @Test
  void crossingsAreToldAtMostEveryTenSecondsAndThenAsTheyStand() {
    var memory = ResourceValue.of(ResourceMetric.RESIDENT_MEMORY);
    begin(spec().threshold(ResourceThreshold.of(memory, 100 * MIB, 200 * MIB)).build());
    for (int second = 0; second < 30; second++) {
      sampler.values.put(ResourceMetric.RESIDENT_MEMORY, (second % 2 == 0 ? 150 : 10) * MIB);
      pass();
    }
    settle();

    var told = of(ProcessEvent.ResourceThresholdCrossed.class);
    assertThat(told).hasSizeBetween(2, 4);
    assertThat(told.getFirst())
        .returns(HealthStatus.HEALTHY, ProcessEvent.ResourceThresholdCrossed::from)
        .returns(HealthStatus.WARNING, ProcessEvent.ResourceThresholdCrossed::to)
        .returns(150.0 * MIB, ProcessEvent.ResourceThresholdCrossed::seen);
    assertThat(told.getFirst().meta().cause())
        .startsWith("RESIDENT_MEMORY is 150.0 MiB, the levels are 100.0 MiB and 200.0 MiB");
    for (int at = 1; at < told.size(); at++) {
      assertThat(told.get(at).meta().nanoTime() - told.get(at - 1).meta().nanoTime())
          .isGreaterThanOrEqualTo(10 * SECOND);
    }
    assertThat(standings).as("health follows at once").hasSizeGreaterThan(20);
  }

  @Test
  void limitWithGraceIsExceededOnlyWithoutABreak() {
    begin(
        spec()
            .limits(
                ResourceLimits.none().cpu(1.5, Duration.ofSeconds(3), ResourceLimit.Action.STOP))
            .build());
    long used = 0;
    var cores = new double[] {0, 2, 2, 2, 1, 2, 2, 2, 2};
    for (int at = 0; at < cores.length; at++) {
      used += (long) (cores[at] * SECOND);
      sampler.values.put(ResourceMetric.CPU_USER_TIME, used);
      pass();
      settle();
      assertThat(exceeded).as("at %s", at).hasSize(at < 8 ? 0 : 1);
    }
    assertThat(exceeded)
        .containsExactly(
            "STOP #1: its CPU, 2.00 cores, exceeds its limit of 1.50 cores for more than 3 s");
    assertThat(of(ProcessEvent.ResourceLimitExceeded.class)).hasSize(1);
  }

  @Test
  void alertIsToldAgainOnlyAfterItFellBelow() {
    begin(spec().limits(ResourceLimits.none().descriptors(10, ResourceLimit.Action.ALERT)).build());
    sampler.values.put(ResourceMetric.DESCRIPTORS, 11L);
    for (int second = 0; second < 30; second++) {
      pass();
    }
    settle();
    assertThat(of(ProcessEvent.ResourceLimitExceeded.class)).hasSize(1);
    sampler.values.put(ResourceMetric.DESCRIPTORS, 9L);
    pass();
    sampler.values.put(ResourceMetric.DESCRIPTORS, 12L);
    pass();
    settle();
    assertThat(of(ProcessEvent.ResourceLimitExceeded.class)).hasSize(2);
    assertThat(exceeded).isEmpty();
  }

  @Test
  void whatWasActedUponIsToldAtMostEveryTenSecondsToo() {
    begin(spec().limits(ResourceLimits.none().descriptors(10, ResourceLimit.Action.STOP)).build());
    for (int second = 0; second < 20; second++) {
      sampler.values.put(ResourceMetric.DESCRIPTORS, second % 2 == 0 ? 11L : 9L);
      pass();
    }
    settle();

    assertThat(exceeded).hasSize(1);
    assertThat(of(ProcessEvent.ResourceLimitExceeded.class)).hasSizeBetween(1, 2);
  }

  @Test
  void graceLongerThanALifeHoldsNobodyUp() {
    var forEver = Duration.ofSeconds(Long.MAX_VALUE);
    begin(
        spec()
            .limits(
                ResourceLimits.none()
                    .with(
                        new ResourceLimit(
                            ResourceLimit.Subject.DESCRIPTORS,
                            1,
                            forEver,
                            ResourceLimit.Action.KILL))
                    .runTime(Duration.ofSeconds(2), ResourceLimit.Action.STOP)
                    .runTime(forEver, ResourceLimit.Action.KILL))
            .build());
    sampler.values.put(ResourceMetric.DESCRIPTORS, 5L);
    fireUntil(4 * SECOND);

    assertThat(exceeded).singleElement().asString().startsWith("STOP #1: its run time, 2.0 s");
  }

  @Test
  void twoThresholdsForOneValueAreWatchedBeside() {
    var memory = ResourceValue.of(ResourceMetric.RESIDENT_MEMORY);
    var low = ResourceThreshold.of(memory, 100 * MIB, 200 * MIB);
    var high = ResourceThreshold.of(memory, 110 * MIB, 300 * MIB);
    begin(
        spec()
            .resources(
                new ResourceSettings(
                    List.of(low, high), ResourceLimits.none(), ResourceReservation.none(), true))
            .build());
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 150 * MIB);
    for (int second = 0; second < 10; second++) {
      pass();
    }
    settle();

    assertThat(of(ProcessEvent.ResourceThresholdCrossed.class))
        .extracting(ProcessEvent.ResourceThresholdCrossed::threshold)
        .containsExactly(low, high);
  }

  @Test
  void outputAndRunTimeAreLimitedAlsoWhereNothingCanBeMeasured() {
    sampler.broken = true;
    var subject =
        begin(
            spec()
                .limits(
                    ResourceLimits.none()
                        .output(1000, ResourceLimit.Action.KILL)
                        .runTime(Duration.ofSeconds(4), ResourceLimit.Action.RESTART))
                .build());
    subject.output = 2000;
    pass();
    settle();
    assertThat(exceeded).singleElement().asString().startsWith("KILL #1: its output, 2.0 KiB");
    fireUntil(5 * SECOND);
    assertThat(exceeded).hasSize(2).last().asString().startsWith("RESTART #1: its run time, 4.0 s");
  }

  /// Lets whatever is planned happen until a time has come.
  private void fireUntil(long time) {
    while (clock.nanoTime() < time) {
      await().until(clock::fireNext);
      // What it has others do may plan the next.
      settle();
    }
  }

  @Test
  void runTimeIsATimerThatNoMeasuringHoldsUp() {
    sampler.hanging = true;
    begin(
        spec()
            .limits(
                ResourceLimits.none()
                    .memory(MIB, ResourceLimit.Action.ALERT)
                    .runTime(Duration.ofMillis(1500), ResourceLimit.Action.ALERT)
                    .runTime(Duration.ofSeconds(20), ResourceLimit.Action.STOP))
            .build());
    pass();
    assertThat(clock.nanoTime()).isEqualTo(SECOND);

    assertThat(clock.fireNext()).isTrue();
    await().until(() -> of(ProcessEvent.ResourceLimitExceeded.class).size() == 1);
    assertThat(clock.nanoTime()).isEqualTo(SECOND * 3 / 2);
    await().until(clock::fireNext);
    await().until(() -> exceeded.size() == 1);

    assertThat(clock.nanoTime()).isEqualTo(20 * SECOND);
    assertThat(exceeded.getFirst())
        .isEqualTo("STOP #1: its run time, 20.0 s, exceeds its limit of 20.0 s");
    assertThat(clock.fireNext()).as("told once").isFalse();
    sampler.released.countDown();
  }

  @Test
  void runTimeHasItsGraceAndEndsWithItsGeneration() {
    var limit =
        new ResourceLimit(
            ResourceLimit.Subject.RUN_TIME, 2, Duration.ofSeconds(3), ResourceLimit.Action.STOP);
    var subject = begin(spec().limits(ResourceLimits.none().with(limit)).build());
    end(subject);
    assertThat(clock.armed()).as("for no measuring, since nothing lives").isOne();
    subject.generation = 2;
    begin(subject);
    // A round of measuring is due at the same time.
    await().until(clock::fireNext);
    assertThat(clock.fireNext()).isTrue();
    await().until(() -> exceeded.size() == 1);
    assertThat(clock.nanoTime()).isEqualTo(5 * SECOND);
    assertThat(exceeded.getFirst()).startsWith("STOP #2: its run time, 5.0 s");
  }

  @Test
  void whoIsGivenALimitMeanwhileIsMeasuredAndTimedAtOnce() {
    var subject = begin(spec().build());
    pass();
    long before = clock.nanoTime();
    subject.spec =
        spec()
            .limits(
                ResourceLimits.none()
                    .memory(MIB, ResourceLimit.Action.STOP)
                    .runTime(Duration.ofNanos(before + 3 * SECOND / 2), ResourceLimit.Action.STOP))
            .build();
    sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 2 * MIB);

    tracker.changed("web");

    pass();
    await().until(() -> exceeded.size() == 1);
    assertThat(clock.nanoTime() - before).isEqualTo(SECOND);
    await().until(clock::fireNext);
    await().until(() -> exceeded.size() == 2);
    assertThat(clock.nanoTime() - before).isEqualTo(SECOND * 3 / 2);
  }

  @Test
  void waitingForACoreIsNoCost() {
    tracker.close();
    tracker = tracker(0.001);
    sampler.slow = Duration.ofMillis(60);
    begin(spec().limits(ResourceLimits.none().memory(MIB, ResourceLimit.Action.ALERT)).build());
    for (int second = 1; second <= 12; second++) {
      pass();
      assertThat(clock.nanoTime()).isEqualTo(second * SECOND);
    }
    assertThat(of(ProcessEvent.SamplingSlowed.class)).isEmpty();
  }

  @Test
  void whatHasNoLimitsIsNotMeasuredAtThePaceOfWhatHas() {
    begin(spec().limits(ResourceLimits.none().memory(MIB, ResourceLimit.Action.ALERT)).build());
    begin(new FakeSubject(ProcessSpec.named("other").command("x").build()));
    for (int second = 0; second < 10; second++) {
      await().until(clock::fireNext);
      settle();
    }
    await().until(() -> sampler.counted.getOrDefault("web", 0) >= 8);
    assertThat(sampler.counted.getOrDefault("other", 0)).isBetween(1, 3);
  }

  @Test
  void memoryOfForkedMembersCountsSharedPagesOnce() {
    begin(
        spec().limits(ResourceLimits.none().memory(100 * MIB, ResourceLimit.Action.STOP)).build());
    sampler.values.putAll(
        Map.of(
            ResourceMetric.PROCESSES, 4L,
            ResourceMetric.RESIDENT_MEMORY, 300 * MIB,
            ResourceMetric.PROPORTIONAL_MEMORY, 80 * MIB));
    pass();
    settle();
    assertThat(exceeded).isEmpty();
    sampler.values.put(ResourceMetric.PROPORTIONAL_MEMORY, 101 * MIB);
    pass();
    settle();
    assertThat(exceeded).hasSize(1);
  }

  @Test
  void growthThatGoesOnIsToldWithTheTimeThatIsLeft() {
    begin(
        spec().limits(ResourceLimits.none().memory(1000 * MIB, ResourceLimit.Action.STOP)).build());
    for (int second = 0; second < 700; second++) {
      sampler.values.put(ResourceMetric.RESIDENT_MEMORY, 100 * MIB + second * MIB / 2);
      pass();
    }
    settle();

    var told = of(ProcessEvent.ResourceTrendDetected.class);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().trend().projectedExhaustion()).isPresent();
    assertThat(told.getFirst().meta().cause()).contains("reaches its limit of 1000.0 MiB in about");
  }

  @Test
  void measuringThatTakesTooLongIsDoneMoreRarelyAndSaysSo() {
    tracker.close();
    tracker = tracker(1e-9);
    begin(spec().limits(ResourceLimits.none().memory(MIB, ResourceLimit.Action.ALERT)).build());
    for (int pass = 0; pass < 5; pass++) {
      pass();
    }

    await().until(() -> !of(ProcessEvent.SamplingSlowed.class).isEmpty());
    var told = of(ProcessEvent.SamplingSlowed.class).getFirst();
    assertThat(told.wanted()).isEqualTo(Duration.ofSeconds(1));
    assertThat(told.actual())
        .as("what has limits waits no longer")
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(told.process()).isEmpty();
    assertThat(told.meta().cause())
        .startsWith("processes with limits or thresholds are measured every 5000 ms instead of")
        .endsWith(" µs of a processor");
    settle();
    for (int pass = 0; pass < 4; pass++) {
      long before = clock.nanoTime();
      pass();
      assertThat(clock.nanoTime() - before).isEqualTo(5 * SECOND);
    }
  }

  @Test
  void whatHasNoLimitsIsMeasuredAsRarelyAsItsCostDemands() {
    tracker.close();
    tracker = tracker(1e-9);
    begin(spec().build());
    for (int pass = 0; pass < 5; pass++) {
      pass();
    }

    await().until(() -> !of(ProcessEvent.SamplingSlowed.class).isEmpty());
    var told = of(ProcessEvent.SamplingSlowed.class).getFirst();
    assertThat(told.actual()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(told.meta().cause()).startsWith("processes without limits are measured every ");
  }

  @Test
  void brokenSamplerIsAskedAgain() {
    sampler.broken = true;
    begin(spec().build());
    pass();
    assertThat(tracker.usage("web")).isEmpty();
    sampler.broken = false;
    assertThat(tracker.usage("web")).isPresent();
  }

  @Test
  void samplerThatHangsHoldsUpNoEnd() {
    sampler.hanging = true;
    begin(spec().build());
    pass();

    tracker.close();

    assertThat(sampler.closings).hasValue(0);
    sampler.released.countDown();
    await().untilAsserted(() -> assertThat(sampler.closings).hasValue(1));
  }

  @Test
  void whatASamplerHoldsOfAGenerationIsGivenBackAtItsEnd() {
    var subject = begin(spec().build());
    pass();
    assertThat(sampler.held).containsExactly(new ProcessId("web", 1));

    end(subject);

    await().untilAsserted(() -> assertThat(sampler.held).isEmpty());
  }

  @Test
  void whatASampleInFlightTakesHoldOfAfterTheEndIsGivenBackToo() throws Exception {
    sampler.hanging = true;
    var subject = begin(spec().build());
    pass();
    var question = Thread.ofVirtual().start(() -> tracker.usage("web"));
    var check =
        Thread.ofVirtual()
            .start(() ->
                tracker
                    .sampler()
                    .orElseThrow()
                    .sample(
                        List.of(
                            new ResourceSampler.Target(
                                new ProcessId("web", 1), 1, Instant.EPOCH))));
    await().until(() -> sampler.calls.get() == 3);

    end(subject);
    tracker.forget("web", subject);
    sampler.released.countDown();

    assertThat(question.join(Duration.ofSeconds(20))).isTrue();
    assertThat(check.join(Duration.ofSeconds(20))).isTrue();
    await().untilAsserted(() -> assertThat(sampler.held).isEmpty());
    assertThat(sampler.calls).as("nothing lives, so nothing was measured again").hasValue(6);
  }

  @Test
  void samplerThatFailsToForgetMeasuresOn() {
    var subject = begin(spec().build());
    pass();
    sampler.broken = true;
    end(subject);
    await().untilAsserted(() -> assertThat(sampler.held).isEmpty());
    sampler.broken = false;
    subject.generation = 2;
    begin(subject);
    pass();
    assertThat(tracker.usage("web").orElseThrow().id().generation()).isEqualTo(2);
  }

  @Test
  void whoIsForgottenIsInNoReport() {
    var subject = begin(spec().build());
    assertThat(tracker.usage("web")).isPresent();
    tracker.forget("web", new FakeSubject(spec().build()));
    assertThat(tracker.report().rows()).as("another of that name").hasSize(1);
    end(subject);
    tracker.forget("web", subject);
    assertThat(tracker.report().rows()).isEmpty();
  }
}
