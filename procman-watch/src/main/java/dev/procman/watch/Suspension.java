package dev.procman.watch;

import dev.procman.spi.DurationText;
import dev.procman.ManagedProcess;
import java.util.List;

/// Suspends a watch that restarts its process too often, until somebody starts that. Used by one
/// call of the watcher at a time.
final class Suspension {
  private final FileWatch watch;
  private final ManagedProcess process;
  private final WatchEvents events;
  private final RestartCount count;

  /// Starts by others than policy and watch, at the time it was suspended; -1 when it is not.
  private long since = -1;

  Suspension(FileWatch watch, ManagedProcess process, WatchEvents events) {
    this.watch = watch;
    this.process = process;
    this.events = events;
    this.count = new RestartCount(watch.mostRestarts(), watch.window().toNanos());
  }

  /// Whether these may lead to a restart; then it counts.
  boolean admits(List<FileChange> changes) {
    if (since >= 0) {
      if (startsByOthers() <= since) {
        return false;
      }
      since = -1;
      count.forget();
      events.publish("somebody has started it", WatchEvent.WatchResumed::new);
    }
    if (count.admits(System.nanoTime())) {
      return true;
    }
    since = startsByOthers();
    events.publish(
        "more than %d restarts within %s"
            .formatted(watch.mostRestarts(), DurationText.of(watch.window())),
        meta ->
            new WatchEvent.WatchSuspended(
                meta,
                watch.mostRestarts(),
                watch.window(),
                changes.stream().map(FileChange::path).limit(Choreography.MOST_TOLD).toList()));
    return false;
  }

  /// Counts starts that no policy made. A suspended watch makes none, so that more than before are
  /// somebody's.
  private long startsByOthers() {
    var now = process.snapshot();
    return now.generation() - now.restarts();
  }
}
