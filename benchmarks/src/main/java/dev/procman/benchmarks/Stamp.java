package dev.procman.benchmarks;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Carries the moment at which something happened on one thread to another.
final class Stamp {
  private static final long LIMIT_SECONDS = 20;

  private final LinkedBlockingQueue<Long> moments = new LinkedBlockingQueue<>();

  /// Now.
  void set() {
    moments.add(System.nanoTime());
  }

  /// Forgets moments that nobody has asked for.
  void clear() {
    moments.clear();
  }

  /// Microseconds from `begun` to the next moment.
  double microsSince(long begun) throws InterruptedException {
    return (next() - begun) / 1e3;
  }

  /// The next moment, as [System#nanoTime()] tells it.
  long next() throws InterruptedException {
    Long moment = moments.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (moment == null) {
      throw new IllegalStateException("nothing happened within " + LIMIT_SECONDS + " s");
    }
    return moment;
  }
}
