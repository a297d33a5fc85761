package dev.procman.watch;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Calls the listener, never twice at a time, and tells a hasty one of the next call. Its methods
/// are called under the lock of the watcher, but for [#end].
final class Delivery {
  private static final System.Logger log = System.getLogger(FileWatcher.class.getName());

  private final WatchedFiles settings;
  private final FileWatcher.Listener listener;
  private final Tree tree;
  private final ReentrantLock lock;
  private final Runnable returned;
  private volatile boolean ended;

  /// The call that is under way.
  private volatile @Nullable Thread delivering;

  /// The latest call whose listener was told of the next.
  private volatile @Nullable Thread overtaken;

  /// The activity at which the next call was looked at last.
  private long announced = -1;

  /// @param lock guards the tree
  /// @param returned called when the listener has returned
  Delivery(
      WatchedFiles settings,
      FileWatcher.Listener listener,
      Tree tree,
      ReentrantLock lock,
      Runnable returned) {
    this.settings = settings;
    this.listener = listener;
    this.tree = tree;
    this.lock = lock;
    this.returned = returned;
  }

  /// Interrupts the call that is under way, unless that is who ends it. From any thread.
  void end() {
    ended = true;
    var running = delivering;
    if (running != null && running != Thread.currentThread()) {
      running.interrupt();
    }
  }

  /// Whether the listener can be told something now, or told of that it waits.
  boolean isOpen() {
    return delivering == null || isToBeAnnounced();
  }

  private boolean isToBeAnnounced() {
    return listener instanceof FileWatcher.Hasty hasty
        && hasty.isHasty()
        && overtaken != delivering
        && announced != tree.pending.activity();
  }

  /// Tells of what has changed, or that it waits.
  ///
  /// @param but leaves these for later
  void deliver(List<Path> but) {
    var call = delivering;
    if (call == null) {
      var changes = tree.take(but);
      if (!changes.isEmpty()) {
        start(changes);
      }
    } else if (listener instanceof FileWatcher.Hasty hasty) {
      announced = tree.pending.activity();
      announce(hasty, call, tree.peek(but));
    }
  }

  private void start(List<FileChange> changes) {
    var thread =
        Thread.ofVirtual()
            .name("procman-watch-changes")
            .unstarted(() -> {
              try {
                tell(changes);
              } finally {
                delivering = null;
                returned.run();
              }
            });
    delivering = thread;
    thread.start();
  }

  private void tell(List<FileChange> changes) {
    try {
      var wanted = wanted(changes);
      if (!wanted.isEmpty() && !ended) {
        listener.changed(wanted);
      }
    } catch (Throwable failed) {
      log(failed);
    }
  }

  private List<FileChange> wanted(List<FileChange> changes) {
    return changes.stream()
        .filter(
            change -> settings.conditions().stream().allMatch(condition -> condition.test(change)))
        .toList();
  }

  /// Only when the next call would be made indeed: a touch overtakes nothing.
  private void announce(FileWatcher.Hasty hasty, Thread call, List<FileChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    Thread.ofVirtual()
        .name("procman-watch-overtaken")
        .start(() -> {
          try {
            if (!ended && promise(call, wanted(changes))) {
              hasty.overtaken(call);
            }
          } catch (RuntimeException failed) {
            log(failed);
          }
        });
  }

  /// Who ends a call early for a change has to be called again, whatever has become of it.
  private boolean promise(Thread call, List<FileChange> changes) {
    lock.lock();
    try {
      if (changes.isEmpty() || delivering != call) {
        return false;
      }
      overtaken = call;
      changes.forEach(change -> tree.pending.promise(change.path()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void log(Throwable failed) {
    if (!ended) {
      log.log(System.Logger.Level.ERROR, "a listener of file changes failed", failed);
    }
  }
}
