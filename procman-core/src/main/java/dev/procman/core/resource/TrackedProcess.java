package dev.procman.core.resource;

import dev.procman.HealthStatus;
import dev.procman.ProcessId;
import dev.procman.ResourceHistory;
import dev.procman.ResourceLimit;
import dev.procman.ResourceMetric;
import dev.procman.ResourceReport;
import dev.procman.ResourceSample;
import dev.procman.ResourceSettings;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceUsage;
import dev.procman.ResourceValue;
import dev.procman.core.Nanos;
import dev.procman.spi.ProcmanClock;
import dev.procman.spi.ResourceSampler.Target;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What is known of one managed process: its generation now, and what earlier ones left.
/// Thread-safe.
final class TrackedProcess {
  /// Between two samples so close together a rate says nothing: the kernel counts CPU time in
  /// hundredths of a second.
  private static final long CLOSE = TimeUnit.MILLISECONDS.toNanos(200);

  private static final int ENDINGS = 8;

  private final Subject subject;
  private final ProcmanClock clock;
  private final Watching watching;
  private final ArrayDeque<ResourceReport.Ending> endings = new ArrayDeque<>();
  private Optional<Run> run = Optional.empty();
  private Optional<ProcessHistory> history = Optional.empty();
  private Optional<ResourceUsage> latest = Optional.empty();
  private ResourceSample peakBefore = SampleMath.none();
  private ResourceSample totalBefore = SampleMath.none();
  private HealthStatus standing = HealthStatus.UNKNOWN;

  TrackedProcess(Subject subject, ProcmanClock clock, Watching watching) {
    this.subject = subject;
    this.clock = clock;
    this.watching = watching;
  }

  /// One generation.
  private static final class Run {
    final long generation;
    final Supplier<Target> launched;
    final long begun;
    final long outputBefore;
    final Map<ResourceThreshold, ThresholdWatch> thresholds = new HashMap<>();
    final Map<ResourceLimit, LimitWatch> limits = new HashMap<>();
    final List<TrendWatch> trends;
    Optional<ResourceSample> base = Optional.empty();
    Optional<ResourceSample> last = Optional.empty();
    Map<ResourceMetric, Double> rates = Map.of();
    OptionalDouble cpu = OptionalDouble.empty();
    ResourceSample peak = SampleMath.none();
    long samples;
    long takenAt;
    Optional<Target> target = Optional.empty();
    ProcmanClock.Timer runTime = () -> {};

    Run(long generation, Supplier<Target> launched, long begun, long outputBefore) {
      this.generation = generation;
      this.launched = launched;
      this.begun = begun;
      this.outputBefore = outputBefore;
      this.trends = TrendWatch.VALUES.stream().map(value -> new TrendWatch(value, begun)).toList();
    }
  }

  // Generations.

  /// @param launched what is to be measured; asked for only when it is, since a short life never is
  synchronized void begin(long generation, Supplier<Target> launched) {
    var of = new Run(generation, launched, clock.nanoTime(), subject.outputBytes());
    run = Optional.of(of);
    armRunTime(of);
    standing = HealthStatus.UNKNOWN;
    history.ifPresent(ProcessHistory::beginGeneration);
  }

  synchronized boolean isRunning(ProcessId id) {
    return run.filter(present -> present.generation == id.generation()).isPresent();
  }

  /// The generation ended.
  ///
  /// @return what it had used, if it was measured
  synchronized Optional<ResourceUsage> end(ProcessId id, String outcome, Duration uptime) {
    var ended = run.filter(present -> present.generation == id.generation());
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    var of = ended.get();
    of.runTime.cancel();
    run = Optional.empty();
    boolean measured = of.samples > 0;
    if (measured) {
      peakBefore = SampleMath.highest(peakBefore, of.peak);
      totalBefore = SampleMath.sum(totalBefore, of.last.orElseGet(SampleMath::none));
    }
    if (endings.size() == ENDINGS) {
      endings.removeFirst();
    }
    endings.add(
        new ResourceReport.Ending(
            id.generation(), outcome, uptime, measured ? Optional.of(of.peak) : Optional.empty()));
    return measured ? latest : Optional.empty();
  }

  /// What is to be measured.
  synchronized Optional<Target> target() {
    return run.map(TrackedProcess::target);
  }

  private static Target target(Run of) {
    var target = of.target.orElseGet(of.launched);
    of.target = Optional.of(target);
    return target;
  }

  private Optional<Run> running(Target target) {
    return run.filter(present -> present.generation == target.id().generation());
  }

  /// Whether somebody relies on it being measured often: it has a threshold, or a limit on other
  /// than its run time, which needs no measuring.
  boolean isGuarded() {
    var settings = subject.spec().resources();
    return !settings.thresholds().isEmpty()
        || settings.limits().limits().stream().anyMatch(limit -> !isRunTime(limit));
  }

  private static boolean isRunTime(ResourceLimit limit) {
    return limit.subject() == ResourceLimit.Subject.RUN_TIME;
  }

  /// Its specification was replaced.
  synchronized void settingsChanged() {
    run.ifPresent(this::armRunTime);
  }

  // Run time.

  /// Arms the timer for the limit on its run time that is reached next.
  private void armRunTime(Run of) {
    of.runTime.cancel();
    long elapsed = clock.nanoTime() - of.begun;
    subject.spec().resources().limits().limits().stream()
        .filter(limit -> isRunTime(limit) && !watch(of, limit).isExceeded())
        .mapToLong(TrackedProcess::allowed)
        .min()
        .ifPresent(allowed ->
            of.runTime =
                clock.schedule(
                    Duration.ofNanos(Math.max(0, allowed - elapsed)),
                    () ->
                        Thread.ofVirtual()
                            .name("procman-run-time-" + subject.spec().name())
                            .start(() -> runTimeIsOver(of))));
  }

  /// How long it may run, in nanoseconds, between zero and for ever.
  private static long allowed(ResourceLimit limit) {
    long most = Math.min((long) (limit.most() * 1e9), Long.MAX_VALUE / 4);
    return most + Math.min(Nanos.of(limit.grace()), Long.MAX_VALUE / 4);
  }

  private synchronized void runTimeIsOver(Run of) {
    if (run.filter(present -> present == of).isEmpty()) {
      return;
    }
    long now = clock.nanoTime();
    for (var limit : subject.spec().resources().limits().limits()) {
      if (isRunTime(limit) && now - of.begun >= allowed(limit)) {
        watch(of, limit).exceed((now - of.begun) / 1e9, now, watching, subject, of.generation);
      }
    }
    armRunTime(of);
  }

  private static LimitWatch watch(Run of, ResourceLimit limit) {
    return of.limits.computeIfAbsent(limit, LimitWatch::new);
  }

  // Measuring.

  /// Takes a sample of the present generation.
  ///
  /// @return whether it has done anything since the sample before
  synchronized boolean take(Target target, ResourceSample sample) {
    var present = running(target);
    if (present.isEmpty()) {
      return false;
    }
    var of = present.get();
    if (of.last.filter(last -> sample.nanoTime() <= last.nanoTime()).isPresent()) {
      return false;
    }
    of.last = Optional.of(sample);
    of.samples++;
    of.takenAt = clock.nanoTime();
    of.peak = SampleMath.highest(of.peak, sample);
    boolean telling = of.base.isEmpty() || sample.nanoTime() - of.base.get().nanoTime() >= CLOSE;
    if (telling) {
      takeRates(of, sample);
    }
    var settings = subject.spec().resources();
    latest = Optional.of(usage(of, sample));
    judge(of, settings, sample, telling);
    return of.cpu.orElse(1) > 0.005;
  }

  private void takeRates(Run of, ResourceSample sample) {
    var before = of.base;
    var rates = new EnumMap<ResourceMetric, Double>(ResourceMetric.class);
    for (var metric : METRICS) {
      if (metric.kind() == ResourceMetric.Kind.COUNTER) {
        ResourceValue.of(metric).read(before, sample).ifPresent(rate -> rates.put(metric, rate));
      }
    }
    of.rates = rates;
    of.cpu = ResourceValue.cpu().read(before, sample);
    of.base = Optional.of(sample);
    if (before.isPresent()) {
      var kept = history.orElseGet(() -> new ProcessHistory(clock::nanoTime));
      history = Optional.of(kept);
      kept.add(before, sample);
    }
  }

  private static final ResourceMetric[] METRICS = ResourceMetric.values();

  private ResourceUsage usage(Run of, ResourceSample sample) {
    return new ResourceUsage(
        target(of).id(),
        clock.instant(),
        sample,
        of.rates,
        of.cpu,
        of.peak,
        SampleMath.highest(peakBefore, of.peak),
        SampleMath.sum(totalBefore, sample),
        of.samples);
  }

  // Judging.

  private void judge(Run of, ResourceSettings settings, ResourceSample sample, boolean telling) {
    if (telling) {
      judgeThresholds(of, settings, sample);
    }
    judgeLimits(of, settings, Optional.of(sample));
    if (telling && settings.trends()) {
      history.ifPresent(kept -> {
        tellCeilings(kept, settings, sample);
        of.trends.forEach(watch -> watch.see(kept, clock.nanoTime(), watching));
      });
    }
  }

  private static void tellCeilings(
      ProcessHistory kept, ResourceSettings settings, ResourceSample sample) {
    settings
        .limits()
        .of(ResourceLimit.Subject.MEMORY)
        .ifPresent(limit -> kept.ceiling(TrendWatch.VALUES.getFirst(), limit.most()));
    settings
        .limits()
        .of(ResourceLimit.Subject.DESCRIPTORS)
        .map(ResourceLimit::most)
        .or(() ->
            sample.value(ResourceMetric.DESCRIPTOR_LIMIT).stream()
                .mapToObj(limit -> (double) limit)
                .findFirst())
        .ifPresent(most -> kept.ceiling(TrendWatch.VALUES.getLast(), most));
  }

  private void judgeThresholds(Run of, ResourceSettings settings, ResourceSample sample) {
    var worst = HealthStatus.UNKNOWN;
    var words = new ArrayList<String>();
    var evidence = new HashMap<String, String>();
    for (var threshold : settings.thresholds()) {
      var value = threshold.value();
      var seen = value(of, value, sample);
      if (seen.isEmpty()) {
        continue;
      }
      var watch = of.thresholds.computeIfAbsent(threshold, ThresholdWatch::new);
      var status = watch.see(seen.getAsDouble(), clock.nanoTime(), watching);
      evidence.put(value.name(), value.show(seen.getAsDouble()));
      if (status != HealthStatus.HEALTHY) {
        words.add(watch.words(seen.getAsDouble()));
      }
      worst = status.compareTo(worst) > 0 ? status : worst;
    }
    if (worst != standing) {
      standing = worst;
      subject.standing(
          of.generation,
          worst,
          words.isEmpty() ? "within all levels" : String.join("; ", words),
          evidence);
    }
  }

  private static OptionalDouble value(Run of, ResourceValue value, ResourceSample sample) {
    return switch (value) {
      case ResourceValue.Cpu _ -> of.cpu;
      case ResourceValue.Of metric when metric.metric().kind() == ResourceMetric.Kind.COUNTER -> {
        var rate = of.rates.get(metric.metric());
        yield rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
      }
      case ResourceValue.Of gauge -> gauge.read(Optional.empty(), sample);
    };
  }

  /// It could not be measured this time: judges what needs no measuring.
  synchronized void takeNothing(Target target) {
    running(target).ifPresent(of -> judgeLimits(of, subject.spec().resources(), Optional.empty()));
  }

  private void judgeLimits(Run of, ResourceSettings settings, Optional<ResourceSample> sample) {
    for (var limit : settings.limits().limits()) {
      var used = used(of, limit.subject(), sample);
      if (used.isPresent()) {
        watch(of, limit)
            .see(used.getAsDouble(), clock.nanoTime(), watching, subject, of.generation);
      }
    }
  }

  private OptionalDouble used(Run of, ResourceLimit.Subject what, Optional<ResourceSample> sample) {
    return switch (what) {
      case MEMORY -> sample.map(TrackedProcess::memory).orElse(OptionalDouble.empty());
      case CPU -> sample.isPresent() ? of.cpu : OptionalDouble.empty();
      case DESCRIPTORS -> level(sample, ResourceMetric.DESCRIPTORS);
      case PROCESSES -> level(sample, ResourceMetric.PROCESSES);
      case OUTPUT -> OptionalDouble.of((double) (subject.outputBytes() - of.outputBefore));
      // It has a timer.
      case RUN_TIME -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble level(Optional<ResourceSample> sample, ResourceMetric metric) {
    return sample
        .map(present -> ResourceValue.of(metric).read(Optional.empty(), present))
        .orElse(OptionalDouble.empty());
  }

  /// Members of a tree that were forked share most of their pages.
  private static OptionalDouble memory(ResourceSample sample) {
    var resident = level(Optional.of(sample), ResourceMetric.RESIDENT_MEMORY);
    if (resident.isEmpty() || sample.value(ResourceMetric.PROCESSES).orElse(1) <= 1) {
      return resident;
    }
    var proportional = level(Optional.of(sample), ResourceMetric.PROPORTIONAL_MEMORY);
    return proportional.isEmpty()
        ? resident
        : OptionalDouble.of(Math.min(resident.getAsDouble(), proportional.getAsDouble()));
  }

  // What others see.

  synchronized Optional<ResourceUsage> latest() {
    return latest;
  }

  /// What is to be measured before a question is answered: a live generation of which no sample is
  /// younger than `age`.
  synchronized Optional<Target> stale(Duration age) {
    return run.filter(of -> of.samples == 0 || clock.nanoTime() - of.takenAt > age.toNanos())
        .map(TrackedProcess::target);
  }

  synchronized Optional<ResourceHistory> history() {
    return history.map(kept -> kept);
  }

  synchronized List<ResourceReport.Ending> endings() {
    return List.copyOf(endings);
  }

  Subject subject() {
    return subject;
  }
}
