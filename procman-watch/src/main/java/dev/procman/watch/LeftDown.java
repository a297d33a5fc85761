package dev.procman.watch;

import dev.procman.Decision;
import dev.procman.Desired;
import dev.procman.ManagedProcess;
import java.util.List;
import java.util.Optional;

/// Leaves a process down after a failed change, and knows whether that is why it is down. Used by
/// one call of the watcher at a time.
final class LeftDown {
  private final ManagedProcess process;

  /// The generation after which it was left down; -1 when it was not.
  private long after = -1;

  /// The stop that did it: a later one is somebody's.
  private Optional<Decision> by = Optional.empty();

  LeftDown(ManagedProcess process) {
    this.process = process;
  }

  void leave() {
    var before = stops();
    if (process.snapshot().desired() != Desired.UP) {
      return;
    }
    var _ = process.stop();
    var since = stops().stream().filter(stop -> !before.contains(stop)).toList();
    if (since.size() == 1) {
      by = Optional.of(since.getFirst());
      after = process.generation();
    }
  }

  /// Whether a failed change has left it down, and nobody has stopped it since.
  boolean isSo() {
    var now = process.snapshot();
    return now.generation() == after && now.state().isSettled() && latestStop().equals(by);
  }

  /// It is started.
  void over() {
    after = -1;
  }

  private List<Decision> stops() {
    return process.why().stream()
        .filter(decision -> decision.asked() == Decision.Asked.STOP)
        .toList();
  }

  private Optional<Decision> latestStop() {
    var stops = stops();
    return stops.isEmpty() ? Optional.empty() : Optional.of(stops.getLast());
  }
}
