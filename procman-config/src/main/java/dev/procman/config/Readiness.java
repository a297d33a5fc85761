package dev.procman.config;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProbeSnapshot;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Waits for processes, all in the same time.
///
/// @param manager whose
/// @param options how long, if at all
record Readiness(ProcessManager manager, ApplyOptions options) {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /// Why they are not ready, those that are not.
  ///
  /// @param probedAnew which of them go on with other probes: what those before have said does not
  ///   count
  Map<String, String> await(Collection<String> names, Set<String> probedAnew)
      throws InterruptedException {
    var notReady = new LinkedHashMap<String, String>();
    if (options.onNotReady() == ApplyOptions.OnNotReady.DO_NOT_WAIT) {
      return notReady;
    }
    long deadline = System.nanoTime() + nanos(options.patience());
    for (String name : names) {
      var process = manager.find(name);
      if (process.isEmpty()) {
        notReady.put(name, "it was removed");
        continue;
      }
      try {
        process.get().awaitReady(left(deadline));
        if (probedAnew.contains(name)) {
          notPassed(process.get(), deadline).ifPresent(why -> notReady.put(name, why));
        }
      } catch (ProcessNotReadyException failed) {
        // A job may be over by now.
        if (process.get().state() != ProcessState.COMPLETED) {
          notReady.put(name, String.valueOf(failed.getMessage()));
        }
      }
    }
    return notReady;
  }

  /// Waits until all probes have passed that watch a process which is ready, or one has given up.
  private Optional<String> notPassed(ManagedProcess process, long deadline)
      throws InterruptedException {
    var news = new Semaphore(0);
    try (var _ =
        manager
            .events()
            .subscribe(event -> {
              if (event.process().equals(process.name())) {
                news.release();
              }
            })) {
      while (true) {
        process.awaitReady(left(deadline));
        var open = process.probes().stream().filter(probe -> !passed(probe, process)).toList();
        if (open.isEmpty()) {
          return Optional.empty();
        }
        var failed = open.stream().filter(probe -> probe.status() == HealthStatus.FAILED).findAny();
        if (failed.isPresent() || deadline - System.nanoTime() <= 0) {
          var probe = failed.orElse(open.getFirst());
          return Optional.of(
              "its changed %s probe (%s) does not pass: %s"
                  .formatted(probe.probe(), probe.check(), probe.message()));
        }
        // Not all verdicts are events, only those that change what they add up to.
        long patience = Math.min(left(deadline).toNanos(), LOOK_AGAIN.toNanos());
        var _ = news.tryAcquire(patience, TimeUnit.NANOSECONDS);
        var _ = news.drainPermits();
      }
    }
  }

  private static boolean passed(ProbeSnapshot probe, ManagedProcess process) {
    var spec = process.spec();
    return switch (probe.probe()) {
      case "readiness" ->
          spec.ready().filter(ready -> probe.streak() < ready.successes()).isEmpty();
      case "liveness" -> spec.live().filter(live -> probe.streak() < live.successes()).isEmpty();
      default -> true;
    };
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /// A century is for ever, and does not overflow.
  private static long nanos(Duration patience) {
    var century = Duration.ofDays(36_500);
    return (patience.compareTo(century) > 0 ? century : patience).toNanos();
  }
}
