package dev.procman.core.supervisor;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.HealthResult;
import dev.procman.spi.ProcmanClock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The probes of one generation and what their verdicts add up to. The startup probe gates the
/// others; readiness makes it ready and after that only moves its health; liveness begins when it
/// is ready and asks for its end when it gives up. Verdicts are taken on the supervisor's thread;
/// only [#words()] may be called from others.
final class Prober implements AutoCloseable {

  private enum Kind {
    STARTUP,
    READINESS,
    LIVENESS;

    final String word = name().toLowerCase(Locale.ROOT);
  }

  private final long generation;
  private final ProcessSpec spec;
  private final ManagedProcess process;
  private final ProcmanClock clock;
  private final Executor mailbox;
  private final Consumer<Input> supervisor;
  private final Map<Kind, Watch> watches = new EnumMap<>(Kind.class);
  private volatile List<String> words = List.of();
  private boolean ready;
  private boolean closed;

  /// @param mailbox runs verdicts on the supervisor's thread
  Prober(
      long generation,
      ProcessSpec spec,
      ManagedProcess process,
      ProcmanClock clock,
      Executor mailbox,
      Consumer<Input> supervisor) {
    this.generation = generation;
    this.spec = spec;
    this.process = process;
    this.clock = clock;
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
    } else {
      watch(Kind.READINESS, spec.ready());
    }
  }

  /// It is ready: watches its health from here on, also when readiness was not found out here.
  void watchHealth() {
    ready = true;
    watch(Kind.READINESS, spec.ready());
    watch(Kind.LIVENESS, spec.live());
  }

  private void watch(Kind kind, Optional<Probe> probe) {
    probe.ifPresent(present -> watches.computeIfAbsent(kind, _ -> new Watch(kind, present)));
  }

  private void take(Watch watch, HealthResult result) {
    if (closed) {
      return;
    }
    watch.streak.add(result);
    words = watches.values().stream().map(Watch::describe).toList();
    switch (watch.kind) {
      case STARTUP -> {
        if (watch.streak.isGood()) {
          watch.loop.close();
          if (spec.ready().isPresent()) {
            watch(Kind.READINESS, spec.ready());
          } else {
            supervisor.accept(new Input.ProbedReady(generation));
            tellHealth(watch);
          }
        } else if (watch.streak.hasGivenUp()) {
          supervisor.accept(new Input.StartupFailed(generation, watch.describe()));
        }
      }
      case READINESS -> {
        if (!ready && watch.streak.isGood()) {
          supervisor.accept(new Input.ProbedReady(generation));
          tellHealth(watch);
        } else if (ready) {
          tellHealth(watch);
        }
      }
      case LIVENESS -> {
        tellHealth(watch);
        if (watch.streak.hasGivenUp()) {
          supervisor.accept(new Input.LivenessFailed(generation, watch.describe()));
        }
      }
    }
  }

  private void tellHealth(Watch watch) {
    var worst = HealthStatus.UNKNOWN;
    for (var each : watches.values()) {
      var status = each.streak.status();
      worst = status.compareTo(worst) > 0 ? status : worst;
    }
    supervisor.accept(new Input.Health(generation, worst, watch.kind.word, watch.streak.message()));
  }

  /// For people: what each probe has said so far.
  List<String> words() {
    return words;
  }

  @Override
  public void close() {
    closed = true;
    watches.values().forEach(watch -> watch.loop.close());
  }

  private final class Watch {
    final Kind kind;
    final Probe probe;
    final Streak streak;
    final ProbeLoop loop;
    final long since = clock.nanoTime();

    Watch(Kind kind, Probe probe) {
      this.kind = kind;
      this.probe = probe;
      this.streak = new Streak(probe);
      this.loop =
          new ProbeLoop(probe, process, clock, result -> mailbox.execute(() -> take(this, result)))
              .start();
    }

    String describe() {
      long millis = (clock.nanoTime() - since) / 1_000_000;
      return "%s probe (%s): %s"
          .formatted(kind.word, probe.check().describe(), streak.describe(millis));
    }
  }
}
