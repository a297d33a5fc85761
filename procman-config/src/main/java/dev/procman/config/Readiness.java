package dev.procman.config;

import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// Waits for processes, all in the same time.
///
/// @param manager whose
/// @param options how long, if at all
record Readiness(ProcessManager manager, ApplyOptions options) {

  /// Why they are not ready, those that are not.
  Map<String, String> await(Collection<String> names) throws InterruptedException {
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
        process.get().awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      } catch (ProcessNotReadyException failed) {
        // A job may be over by now.
        if (process.get().state() != ProcessState.COMPLETED) {
          notReady.put(name, String.valueOf(failed.getMessage()));
        }
      }
    }
    return notReady;
  }

  /// A century is for ever, and does not overflow.
  private static long nanos(Duration patience) {
    var century = Duration.ofDays(36_500);
    return (patience.compareTo(century) > 0 ? century : patience).toNanos();
  }
}
