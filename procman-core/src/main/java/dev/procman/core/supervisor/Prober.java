package dev.procman.core.supervisor;

import dev.procman.HealthHistory;
import dev.procman.HealthStatus;
import dev.procman.Probe;
import dev.procman.ProbeSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.core.lifecycle.Finding;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The probes of one generation and what their verdicts add up to. The startup probe gates the
/// others; readiness makes it ready and after that only moves its health; where neither is there,
/// that its named ports are listened on makes it ready, which says nothing of its health; liveness
/// begins when it is ready and asks for its end when it gives up. The health of the process is the
/// worst status of its probes. Verdicts are taken on the supervisor's thread; only [#snapshots()]
/// and [#words()] may be called from others.
final class Prober implements AutoCloseable {

  private enum Kind {
    STARTUP,
    READINESS,
    PORTS,
    LIVENESS;

    final String word = name().toLowerCase(Locale.ROOT);
  }

  /// What others than the probes say of its health.
  ///
  /// @param status how bad it is
  /// @param finding what was found
  record Outside(HealthStatus status, Finding finding) {
    static final Outside NOTHING =
        new Outside(HealthStatus.UNKNOWN, new Finding("resources", "not known", Map.of(), 0));
  }

  private final ProbeContext.Subject subject;
  private final long generation;
  private final ProcessSpec spec;
  private final ProcmanClock clock;
  private final Executor mailbox;
  private final Consumer<Input> supervisor;
  private final Map<Kind, Watch> watches = new EnumMap<>(Kind.class);
  private volatile List<Watch> shown = List.of();
  private Outside outside = Outside.NOTHING;
  private boolean ready;
  private boolean closed;

  /// @param mailbox runs verdicts on the supervisor's thread
  Prober(
      ProbeContext.Subject subject,
      ProcessSpec spec,
      Executor mailbox,
      Consumer<Input> supervisor) {
    this.subject = subject;
    this.generation = subject.generation().id.generation();
    this.spec = spec;
    this.clock = subject.context().clock();
    this.mailbox = mailbox;
    this.supervisor = supervisor;
  }

  long generation() {
    return generation;
  }

  /// Finds out when it is ready.
  void awaitReadiness() {
    if (spec.startup().isPresent()) {
      watch(Kind.STARTUP, spec.startup());
    } else if (spec.ready().isPresent()) {
      watch(Kind.READINESS, spec.ready());
    } else {
      watch(Kind.PORTS, Optional.of(PortsCheck.probe(spec, subject.context().launcher())));
    }
  }

  /// Has all its checks made at once.
  void lookAgain() {
    watches.values().forEach(watch -> watch.loop.checkAgain());
  }

  /// It is ready: watches its health from here on, also when readiness was not found out here.
  void watchHealth() {
    ready = true;
    watch(Kind.READINESS, spec.ready());
    watch(Kind.LIVENESS, spec.live());
  }

  private void watch(Kind kind, Optional<Probe> probe) {
    if (probe.isPresent() && !watches.containsKey(kind)) {
      var watch = new Watch(kind, probe.get());
      watches.put(kind, watch);
      shown = List.copyOf(watches.values());
      watch.loop.start();
    }
  }

  private void take(Watch watch, HealthResult unmasked, boolean lasting, Duration latency) {
    if (closed) {
      return;
    }
    var result = masked(unmasked);
    watch.add(result, lasting, latency);
    switch (watch.kind) {
      case STARTUP -> {
        if (watch.streak.isGood()) {
          watch.loop.close();
          if (spec.ready().isPresent()) {
            watch(Kind.READINESS, spec.ready());
          } else {
            supervisor.accept(new Input.ProbedReady(generation));
            tellHealth(watch, result);
          }
        } else if (watch.streak.hasGivenUp()) {
          supervisor.accept(new Input.StartupFailed(generation, watch.words()));
        }
      }
      case READINESS -> {
        if (!ready && watch.streak.isGood()) {
          supervisor.accept(new Input.ProbedReady(generation));
          tellHealth(watch, result);
        } else if (ready) {
          tellHealth(watch, result);
        }
      }
      case PORTS -> {
        if (watch.streak.isGood()) {
          watch.loop.close();
          supervisor.accept(new Input.ProbedReady(generation));
        }
      }
      case LIVENESS -> {
        tellHealth(watch, result);
        if (watch.streak.hasGivenUp()) {
          supervisor.accept(new Input.LivenessFailed(generation, watch.words()));
        }
      }
    }
  }

  private HealthResult masked(HealthResult result) {
    var secrets = subject.generation().secrets();
    var evidence = new HashMap<String, String>();
    result.evidence().forEach((name, value) -> evidence.put(name, secrets.mask(value)));
    return new HealthResult(result.status(), secrets.mask(result.message()), evidence);
  }

  private void tellHealth(Watch watch, HealthResult result) {
    tellHealth(
        new Finding(watch.kind.word, result.message(), result.evidence(), watch.standing.streak()));
  }

  /// What others than the probes say; it counts from the next time that health is told.
  void outside(Outside said) {
    outside = said;
  }

  /// Tells the worst status of all.
  void tellHealth(Finding finding) {
    var worst = outside.status;
    for (var each : watches.values()) {
      // The startup probe has ended when another begins; what it said last is past.
      boolean past = (each.kind == Kind.STARTUP && watches.size() > 1) || each.kind == Kind.PORTS;
      var status = past ? HealthStatus.UNKNOWN : each.standing.status();
      worst = status.compareTo(worst) > 0 ? status : worst;
    }
    supervisor.accept(new Input.Health(generation, worst, finding));
  }

  /// What each probe says.
  List<ProbeSnapshot> snapshots() {
    return shown.stream().map(Watch::snapshot).toList();
  }

  /// For people: what each probe has said so far.
  List<String> words() {
    return shown.stream().map(Watch::words).toList();
  }

  @Override
  public void close() {
    closed = true;
    watches.values().forEach(watch -> watch.loop.close());
  }

  private final class Watch {
    final Kind kind;
    final Streak streak;
    final ProbeLoop loop;
    private final long since = clock.nanoTime();
    private final VerdictHistory history = new VerdictHistory();
    private volatile Streak.Standing standing;
    private volatile long latest = since;

    Watch(Kind kind, Probe probe) {
      this.kind = kind;
      boolean eager = !ready && kind != Kind.LIVENESS;
      double growth = kind == Kind.PORTS ? PortsCheck.GROWTH : 1;
      this.streak = new Streak(probe, eager, since);
      this.standing = streak.standing();
      this.loop =
          new ProbeLoop(
              probe,
              eager,
              growth,
              subject,
              clock,
              (result, lasting, latency) ->
                  mailbox.execute(() -> take(this, result, lasting, latency)));
    }

    void add(HealthResult result, boolean lasting, Duration latency) {
      latest = clock.nanoTime();
      streak.add(result, lasting, latest);
      history.add(new HealthHistory.Entry(clock.instant(), result, latency));
      standing = streak.standing();
    }

    ProbeSnapshot snapshot() {
      var now = standing;
      return new ProbeSnapshot(
          kind.word,
          subject.generation().secrets().mask(loop.words()),
          now.status(),
          now.streak(),
          now.message(),
          history.now());
    }

    String words() {
      var now = standing;
      return "%s probe (%s): %d %s in %d ms, the last said: %s"
          .formatted(
              kind.word,
              loop.words(),
              now.checks(),
              now.checks() == 1 ? "check" : "checks",
              (latest - since) / 1_000_000,
              now.message());
    }
  }
}
