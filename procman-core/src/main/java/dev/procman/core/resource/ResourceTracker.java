package dev.procman.core.resource;

import dev.procman.ProcessId;
import dev.procman.ResourceAllocation;
import dev.procman.ResourceHistory;
import dev.procman.ResourceReport;
import dev.procman.ResourceSample;
import dev.procman.ResourceUsage;
import dev.procman.ResourceValue;
import dev.procman.Resources;
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

/// Measures all processes of a manager, on one virtual thread, and judges what it sees. While no
/// process lives it only waits. Thread-safe.
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
  private final Supplier<ResourceAllocation> allocation;
  private final Map<String, TrackedProcess> processes = new ConcurrentHashMap<>();
  private final AtomicInteger live = new AtomicInteger();
  private final Thread thread;
  private final Semaphore ticks = new Semaphore(0);
  private final Object schedule = new Object();
  private volatile boolean passDue;
  private volatile boolean closed;
  private volatile long askedAt;
  private volatile boolean asked;

  // Under `schedule`.
  private ProcmanClock.@Nullable Timer timer;
  private long due;

  // The tracker's thread only.
  private final Cadence cadence;
  private Duration told = Duration.ZERO;
  private boolean failing;

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
    this.cadence = new Cadence(interval, share);
    this.thread = Thread.ofVirtual().name("procman-resources").start(this::run);
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
    within(cadence.wanted(isWatched(List.of(tracked)), false));
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
      ticks.release();
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
        if (passDue) {
          passDue = false;
          pass();
        }
      } catch (RuntimeException | Error fault) {
        log.atError().setCause(fault).log("a fault of procman itself; measuring goes on");
        within(INTEREST);
      }
    }
  }

  private void tick() {
    synchronized (schedule) {
      timer = null;
    }
    passDue = true;
    ticks.release();
  }

  /// Has a pass happen within a time.
  private void within(Duration delay) {
    long at = clock.nanoTime() + delay.toNanos();
    synchronized (schedule) {
      if (closed || (timer != null && due - at <= 0)) {
        return;
      }
      if (timer != null) {
        timer.cancel();
      }
      due = at;
      timer = clock.schedule(delay, this::tick);
    }
  }

  private void pass() {
    if (live.get() == 0) {
      return;
    }
    var targets = new LinkedHashMap<Target, TrackedProcess>();
    for (var tracked : processes.values()) {
      tracked.target().ifPresent(target -> targets.put(target, tracked));
    }
    long begun = System.nanoTime();
    boolean busy = measure(targets);
    cadence.passed(System.nanoTime() - begun);
    var wanted = cadence.wanted(isWatched(targets.values()) || isAsked(), !busy);
    var affordable = cadence.affordable();
    var actual = wanted.compareTo(affordable) >= 0 ? wanted : affordable;
    tellOfSlowness(wanted, actual);
    within(actual);
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

  private static boolean isWatched(Collection<TrackedProcess> of) {
    return of.stream().anyMatch(TrackedProcess::isWatched);
  }

  private boolean isAsked() {
    return asked && clock.nanoTime() - askedAt < INTEREST.toNanos();
  }

  private void tellOfSlowness(Duration wanted, Duration actual) {
    boolean slow = actual.compareTo(wanted.multipliedBy(5).dividedBy(4)) > 0;
    boolean slower = slow && actual.compareTo(told.multipliedBy(2)) > 0;
    boolean again = told.isPositive() && actual.equals(wanted);
    if (!slower && !again) {
      return;
    }
    told = slow ? actual : Duration.ZERO;
    var cost = cadence.cost();
    String words =
        slow
            ? "processes are measured every %d ms instead of %d ms, since it takes %d µs"
                .formatted(actual.toMillis(), wanted.toMillis(), cost.toNanos() / 1000)
            : "processes are measured every " + wanted.toMillis() + " ms again";
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
      within(cadence.wanted(true, false));
    }
    return Optional.ofNullable(processes.get(process));
  }

  @Override
  public Optional<ResourceUsage> usage(String process) {
    var found = ask(process);
    found.ifPresent(tracked ->
        tracked
            .stale(cadence.wanted(true, false))
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
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
    ticks.release();
    try {
      if (!thread.join(PATIENCE)) {
        log.warn("measuring does not end; it is left behind");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
