package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.StopSequence;
import java.time.Duration;

/// A new specification for a running process.
final class Reconfiguration {
  private Reconfiguration() {}

  static boolean[] change(ManagedProcess web) {
    // region reconfiguration
    boolean restarted =
        web.update(
            web.spec().toBuilder().stop(StopSequence.graceful(Duration.ofSeconds(2))).build());
    boolean restartedNow = web.update(web.spec().toBuilder().env("LOG_LEVEL", "debug").build());
    // endregion
    return new boolean[] {restarted, restartedNow};
  }
}
