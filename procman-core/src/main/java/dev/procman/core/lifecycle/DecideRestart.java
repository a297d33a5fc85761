package dev.procman.core.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.procman.ProcessState;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.RestartPolicy.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What follows an end that nobody asked for: the policy is asked, and its answer carried out.
final class DecideRestart {

  private DecideRestart() {}

  static String decide(Draft d, boolean success, Rules rules, long now, double random) {
    Duration uptime = Duration.ofNanos(d.exitedAt - d.spawnedAt);
    if (!d.wasReady && !success) {
      d.unready++;
    }
    if (!d.retryable) {
      return leave(d, success, "another attempt cannot succeed");
    }
    if (d.cause.filter(cause -> cause == EndCause.LIMIT_STOP).isPresent()) {
      return leave(d, success, "the limit that it exceeded says so");
    }
    List<Duration> ages = d.times.stream().map(time -> Duration.ofNanos(now - time)).toList();
    Decision decision;
    try {
      if (uptime.compareTo(rules.restart().resetAfter()) >= 0) {
        d.inRow = 0;
      }
      var context = new RestartPolicy.Context(d.status, success, uptime, d.inRow + 1, ages, random);
      decision = requireNonNull(rules.restart().decide(context), "no decision");
    } catch (RuntimeException | Error broken) {
      // It is the host's code: whatever it throws must not cost the process its end.
      return leave(d, success, "its restart policy failed: " + broken);
    }
    return switch (decision) {
      case Decision.Leave leave -> leave(d, success, leave.reason());
      case Decision.Restart restart -> {
        count(d, now);
        d.announce(new Announcement.RestartScheduled(restart.delay(), d.inRow));
        if (restart.delay().isZero() || restart.delay().isNegative()) {
          Lifecycle.startAgain(d);
        } else {
          d.phase = ProcessState.BACKOFF;
          d.arm(restart.delay());
        }
        yield restart.reason();
      }
      case Decision.CrashLoop loop -> {
        d.phase = ProcessState.CRASH_LOOP;
        d.announce(new Announcement.CrashLoop(loop.coolDown()));
        loop.coolDown().ifPresent(d::arm);
        yield loop.reason();
      }
    };
  }

  private static void count(Draft d, long now) {
    d.inRow++;
    d.total++;
    var times = new ArrayList<Long>(d.times.size() + 1);
    times.add(now);
    times.addAll(d.times.subList(0, Math.min(d.times.size(), LifecycleState.Counters.KEPT - 1)));
    d.times = List.copyOf(times);
  }

  private static String leave(Draft d, boolean success, String reason) {
    d.phase = success ? ProcessState.COMPLETED : ProcessState.FAILED;
    d.announce(success ? new Announcement.Completed() : new Announcement.Failed());
    return reason;
  }
}
