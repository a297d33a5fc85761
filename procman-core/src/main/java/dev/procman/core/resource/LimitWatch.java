package dev.procman.core.resource;

import dev.procman.spi.DurationText;
import dev.procman.ResourceLimit;
import dev.procman.event.ProcessEvent;
import java.time.Duration;

/// Whether a generation is within one of its limits.
final class LimitWatch {
  final ResourceLimit limit;
  private boolean passed;
  private long since;
  private boolean exceeded;
  private boolean everTold;
  private long toldAt;
  private boolean acted;

  LimitWatch(ResourceLimit limit) {
    this.limit = limit;
  }

  /// Sees how much is used.
  void see(double seen, long now, Watching watching, Subject subject, long generation) {
    if (seen <= limit.most()) {
      passed = false;
      exceeded = false;
      return;
    }
    if (!passed) {
      passed = true;
      since = now;
    }
    if (Duration.ofNanos(now - since).compareTo(limit.grace()) >= 0) {
      exceed(seen, now, watching, subject, generation);
    }
  }

  boolean isExceeded() {
    return exceeded;
  }

  /// It has been above the limit for as long as it may.
  void exceed(double seen, long now, Watching watching, Subject subject, long generation) {
    if (exceeded) {
      return;
    }
    if (everTold && now - toldAt < Watching.RATE.toNanos()) {
      // Told of as soon as that may be again, if it is still so.
      return;
    }
    exceeded = true;
    everTold = true;
    toldAt = now;
    String words = words(seen);
    watching.tell(
        false,
        words + " (" + limit.action() + ")",
        meta -> new ProcessEvent.ResourceLimitExceeded(meta, limit, seen));
    if (limit.action() != ResourceLimit.Action.ALERT && !acted) {
      acted = true;
      subject.limitExceeded(generation, limit, words);
    }
  }

  private String words(double seen) {
    var subject = limit.subject();
    String grace = limit.grace().isZero() ? "" : " for more than " + DurationText.of(limit.grace());
    return "its %s, %s, exceeds its limit of %s%s"
        .formatted(subject.word(), subject.show(seen), subject.show(limit.most()), grace);
  }
}
