package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.ResourceAllocation;
import dev.procman.ResourceHistory;
import dev.procman.ResourceReport;
import dev.procman.ResourceSample;
import dev.procman.ResourceUsage;
import dev.procman.ResourceValue;
import dev.procman.Resources;
import dev.procman.core.Nanos;
import dev.procman.core.event.EventBus;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.ProcmanClock;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.ResourceSampler.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Measures all processes of a manager, and judges what it sees. While no process lives it only
/// waits. Thread-safe.
///
/// **Two rounds.** What has limits or thresholds is measured in a round of its own, at the interval
/// and after [Cadence#WORST] of them at the latest, whatever that costs: somebody relies on it. All
/// others are measured when that is cheap. Limits on run time need no measuring; they are timers.
///
/// **A thread of its own**, of the platform, from the first measurement on: its processor time can
/// be told, which is what measuring costs, and host code that keeps all carriers of virtual threads
/// busy does not keep it waiting.
public final class ResourceTracker implements Resources, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("procman.resources");

  /// Somebody who has asked may ask again for so long, and then wants to see a history.
  private static final Duration INTEREST = Duration.ofSeconds(30);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// A kernel may keep a reader of `/proc` waiting, and a sampler is anybody's code.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ProcmanClock clock;
  private final EventBus events;
  private final Optional<LentSampler> sampler;
  private final Duration interval;
  private final Supplier<ResourceAllocation> allocation;
  private final Map<String, TrackedProcess> processes = new ConcurrentHashMap<>();
  private final AtomicInteger live = new AtomicInteger();
  private final Semaphore ticks = new Semaphore(0);
  private final Object schedule = new Object();
  private final Round guarded;
  private final Round others;
  private volatile boolean closed;
  private volatile long askedAt;
  private volatile boolean asked;

  // Written under `schedule`.
  private ProcmanClock.@Nullable Timer timer;
  private volatile @Nullable Thread thread;

  // The tracker's thread only.
  private boolean failing;

  /// Processes that are measured together, and when that is due next.
  private static final class Round {
    final boolean ofGuarded;
    final Cadence cadence;
    Duration told = Duration.ZERO;

    // Under `schedule`.
    boolean planned;
    long due;

    Round(boolean ofGuarded, Cadence cadence) {
      this.ofGuarded = ofGuarded;
      this.cadence = cadence;
    }
  }

  /// Begins to wait for processes.
  ///
  /// @param interval how often watched processes are measured
  /// @param share of one core that measuring may take
  public ResourceTracker(
      ProcmanClock clock,
      EventBus events,
      Optional<ResourceSampler> sampler,
      Duration interval,
      double share,
      Supplier<ResourceAllocation> allocation) {
    this.clock = clock;
    this.events = events;
    this.sampler = sampler.map(LentSampler::new);
    this.allocation = allocation;
    this.interval = interval;
    this.guarded = new Round(true, new Cadence(interval, share));
    this.others = new Round(false, new Cadence(interval, share));
  }

  /// What measures, for others, too; empty when there is nothing that does. What it keeps of a
  /// generation is given back when that has ended.
  public Optional<ResourceSampler> sampler() {
    return sampler.map(lent -> lent);
  }

  // Generations.

  /// A generation lives.
  public void begin(String name, Subject subject, Supplier<Target> target) {
    var tracked =
        processes.compute(
            name,
            (_, known) ->
                known != null && known.subject().equals(subject)
                    ? known
                    : new TrackedProcess(subject, clock, watching(name, subject)));
    tracked.begin(subject.snapshot().generation(), target);
    live.incrementAndGet();
    plan(tracked);
  }

  private void plan(TrackedProcess tracked) {
    if (tracked.isGuarded()) {
      within(guarded, interval);
    } else {
      within(others, others.cadence.wanted(isAsked(), false));
    }
  }

  /// A process is made from another specification from now on.
  public void changed(String name) {
    var tracked = processes.get(name);
    if (tracked != null) {
      tracked.settingsChanged();
      plan(tracked);
    }
  }

  /// A generation that lived has ended.
  ///
  /// @return what it had used, if it was measured
  public Optional<ResourceUsage> end(ProcessId id, String outcome, Duration uptime) {
    var tracked = processes.get(id.name());
    if (tracked == null || !tracked.isRunning(id)) {
      return Optional.empty();
    }
    live.decrementAndGet();
    var used = tracked.end(id, outcome, uptime);
    if (sampler.filter(lent -> lent.end(id)).isPresent()) {
      wakeSoon();
    }
    return used;
  }

  /// A process is not managed any more.
  public void forget(String name, Subject subject) {
    processes.computeIfPresent(name, (_, known) -> known.subject().equals(subject) ? null : known);
  }

  private Watching watching(String name, Subject subject) {
    return new Watching() {
      @Override
      public void tell(
          boolean good, String words, Function<EventMeta, ? extends ProcessEvent> event) {
        var snapshot = subject.snapshot();
        var _ =
            events.publish(
                name, snapshot.generation(), subject.spec().labels(), words, null, event);
        log.atLevel(good ? Level.INFO : Level.WARN)
            .addKeyValue("process.name", name)
            .addKeyValue("process.generation", snapshot.generation())
            .log("{}: {}", name, words);
      }
    };
  }

  // The thread.

  private void run() {
    watch();
    closeSampler();
  }

  private void closeSampler() {
    try {
      sampler.ifPresent(ResourceSampler::close);
    } catch (RuntimeException | LinkageError failed) {
      log.atWarn().setCause(failed).log("a sampler could not be closed");
    }
  }

  private void watch() {
    while (!closed) {
      ticks.acquireUninterruptibly();
      ticks.drainPermits();
      if (closed) {
        return;
      }
      try {
        sampler.ifPresent(LentSampler::giveBack);
        pass(guarded);
        pass(others);
      } catch (RuntimeException | Error fault) {
        log.atError().setCause(fault).log("a fault of procman itself; measuring goes on");
        within(guarded, interval);
        within(others, INTEREST);
      }
      arm();
    }
  }

  private void tick() {
    synchronized (schedule) {
      timer = null;
    }
    wake();
  }

  private void wake() {
    try {
      startThread();
    } catch (OutOfMemoryError lacking) {
      log.warn("there is no thread to measure processes with; it is tried again");
      var _ = clock.schedule(interval, this::wake);
      return;
    }
    ticks.release();
  }

  private void startThread() {
    synchronized (schedule) {
      if (thread == null) {
        thread =
            Thread.ofPlatform()
                .daemon()
                .inheritInheritableThreadLocals(false)
                .name("procman-resources")
                .start(this::run);
      }
    }
  }

  /// Not on the thread of the caller, which has no time to start one.
  private void wakeSoon() {
    if (thread != null) {
      ticks.release();
    } else {
      var _ = clock.schedule(Duration.ZERO, this::wake);
    }
  }

  /// Has a round happen within a time.
  private void within(Round round, Duration delay) {
    long at = clock.nanoTime() + Nanos.of(delay);
    synchronized (schedule) {
      if (round.planned && round.due - at <= 0) {
        return;
      }
      round.planned = true;
      round.due = at;
    }
    arm();
  }

  /// Sets the timer to the round that is due first.
  private void arm() {
    synchronized (schedule) {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      if (closed || !(guarded.planned || others.planned)) {
        return;
      }
      boolean first = guarded.planned && (!others.planned || guarded.due - others.due <= 0);
      long left = (first ? guarded : others).due - clock.nanoTime();
      timer = clock.schedule(Duration.ofNanos(Math.max(0, left)), this::tick);
    }
  }

  private boolean isDue(Round round) {
    synchronized (schedule) {
      boolean due = round.planned && round.due - clock.nanoTime() <= 0;
      if (due) {
        round.planned = false;
      }
      return due;
    }
  }

  private void pass(Round round) {
    if (!isDue(round) || live.get() == 0) {
      return;
    }
    var targets = new LinkedHashMap<Target, TrackedProcess>();
    for (var tracked : processes.values()) {
      if (tracked.isGuarded() == round.ofGuarded) {
        tracked.target().ifPresent(target -> targets.put(target, tracked));
      }
    }
    if (targets.isEmpty()) {
      return;
    }
    long begun = ProcessorTime.nanos();
    boolean busy = measure(targets);
    round.cadence.passed(ProcessorTime.nanos() - begun);
    var wanted = round.cadence.wanted(round.ofGuarded || isAsked(), !busy);
    var actual =
        round.ofGuarded ? round.cadence.sure() : longer(wanted, round.cadence.affordable());
    tellOfSlowness(round, wanted, actual);
    within(round, actual);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /// @return whether any of them does anything
  private boolean measure(Map<Target, TrackedProcess> targets) {
    var samples = sample(targets.keySet());
    boolean busy = false;
    for (var entry : targets.entrySet()) {
      var sample = samples.get(entry.getKey());
      if (sample == null) {
        entry.getValue().takeNothing(entry.getKey());
      } else {
        busy |= entry.getValue().take(entry.getKey(), sample);
      }
    }
    return busy;
  }

  private Map<Target, ResourceSample> sample(Collection<Target> targets) {
    if (sampler.isEmpty()) {
      return Map.of();
    }
    try {
      var samples = sampler.get().sample(targets);
      failing = false;
      return samples;
    } catch (RuntimeException | LinkageError failed) {
      if (!failing) {
        failing = true;
        log.atWarn()
            .setCause(failed)
            .log("the sampler {} failed; it is asked again", sampler.get().name());
      }
      return Map.of();
    }
  }

  private boolean isAsked() {
    return asked && clock.nanoTime() - askedAt < INTEREST.toNanos();
  }

  private void tellOfSlowness(Round round, Duration wanted, Duration actual) {
    boolean slow = actual.compareTo(wanted.multipliedBy(5).dividedBy(4)) > 0;
    boolean slower = slow && actual.compareTo(round.told.multipliedBy(2)) > 0;
    boolean again = round.told.isPositive() && actual.equals(wanted);
    if (!slower && !again) {
      return;
    }
    round.told = slow ? actual : Duration.ZERO;
    var cost = round.cadence.cost();
    String which =
        round.ofGuarded ? "processes with limits or thresholds" : "processes without limits";
    String words =
        slow
            ? "%s are measured every %d ms instead of %d ms, since it takes %d µs of a processor"
                .formatted(which, actual.toMillis(), wanted.toMillis(), cost.toNanos() / 1000)
            : which + " are measured every " + wanted.toMillis() + " ms again";
    var _ =
        events.publish(
            "",
            0,
            Map.of(),
            words,
            null,
            meta -> new ProcessEvent.SamplingSlowed(meta, wanted, actual, cost));
    log.atLevel(slow ? Level.WARN : Level.INFO).log(words);
  }

  // Questions.

  private Optional<TrackedProcess> ask(String process) {
    askedAt = clock.nanoTime();
    asked = true;
    if (live.get() > 0) {
      within(others, interval);
    }
    return Optional.ofNullable(processes.get(process));
  }

  @Override
  public Optional<ResourceUsage> usage(String process) {
    var found = ask(process);
    found.ifPresent(tracked ->
        tracked
            .stale(interval)
            .ifPresent(target -> {
              var sample = sample(List.of(target)).get(target);
              if (sample != null) {
                var _ = tracked.take(target, sample);
              }
            }));
    return found.flatMap(TrackedProcess::latest);
  }

  @Override
  public Optional<ResourceHistory> history(String process) {
    return ask(process).flatMap(TrackedProcess::history);
  }

  @Override
  public ResourceReport report() {
    var rows = new ArrayList<ResourceReport.Row>();
    double allCpu = 0;
    double allMemory = 0;
    for (var entry : processes.entrySet()) {
      var usage = usage(entry.getKey());
      if (usage.isPresent()) {
        var row = row(entry.getKey(), entry.getValue(), usage.get());
        rows.add(row);
        allCpu += row.cpu().orElse(0);
        allMemory += memory(row);
      }
    }
    double cpu = allCpu;
    double memory = allMemory;
    return new ResourceReport(
        clock.instant(),
        rows.stream()
            .map(row ->
                new ResourceReport.Row(
                    row.name(),
                    row.state(),
                    (share(row.cpu().orElse(0), cpu) + share(memory(row), memory)) / 2,
                    row.cpu(),
                    row.usage(),
                    row.restarts(),
                    row.endings()))
            .sorted(
                Comparator.comparingDouble(ResourceReport.Row::cost)
                    .reversed()
                    .thenComparing(ResourceReport.Row::name))
            .toList());
  }

  private ResourceReport.Row row(String name, TrackedProcess tracked, ResourceUsage usage) {
    var snapshot = tracked.subject().snapshot();
    var cpu =
        snapshot.state().mayBeAlive()
            ? tracked
                .history()
                .flatMap(history -> history.window(ResourceValue.cpu(), MINUTE))
                .map(window -> OptionalDouble.of(window.mean()))
                .orElse(usage.cpu())
            : OptionalDouble.empty();
    return new ResourceReport.Row(
        name, snapshot.state(), 0, cpu, usage, snapshot.restarts(), tracked.endings());
  }

  private static double memory(ResourceReport.Row row) {
    return row.state().mayBeAlive() ? (double) row.usage().memory() : 0;
  }

  private static double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }

  @Override
  public ResourceAllocation allocation() {
    return allocation.get();
  }

  /// Measures no more, and closes the sampler; one that does not come back is left behind.
  /// Idempotent.
  @Override
  public void close() {
    synchronized (schedule) {
      closed = true;
    }
    arm();
    try {
      startThread();
    } catch (OutOfMemoryError lacking) {
      closeSampler();
      return;
    }
    ticks.release();
    try {
      if (!Objects.requireNonNull(thread).join(PATIENCE)) {
        log.warn("measuring does not end; it is left behind");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
