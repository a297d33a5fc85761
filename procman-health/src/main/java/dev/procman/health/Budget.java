package dev.procman.health;

import dev.procman.spi.HealthContext;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The time that is left for one question. It is a little less than the probe's timeout, so that a
/// check which runs out of time can still say what it was waiting for; the probe, which cuts it at
/// its timeout, knows nothing of that.
final class Budget {
  private static final double OF_ONE = 0.90;
  private static final double OF_COMBINATION = 0.95;

  private final long began = System.nanoTime();
  private final long nanos;

  private Budget(HealthContext context, double share) {
    this.nanos = (long) (TimeUnit.NANOSECONDS.convert(context.timeout()) * share);
  }

  static Budget ofOne(HealthContext context) {
    return new Budget(context, OF_ONE);
  }

  /// More than its parts have, so that they have their say first.
  static Budget ofCombination(HealthContext context) {
    return new Budget(context, OF_COMBINATION);
  }

  long nanosLeft() {
    return nanos - spent().toNanos();
  }

  /// What is left, for a socket, which takes 0 for no limit.
  int millisLeft() throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(nanosLeft());
    if (left <= 0) {
      throw new SocketTimeoutException("out of time");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  Duration spent() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /// The whole of it, for messages.
  String words() {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
  }
}
