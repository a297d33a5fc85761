package dev.procman.watch;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Watches trees of files and reports what changed in them. Thread-safe.
///
/// ```java
/// try (var watcher = FileWatcher.start(WatchedFiles.under(dir).include("**/*.css"), changes -> …)) {
/// ```
///
/// No change is lost: whatever becomes of files after [#start] has looked at them is reported,
/// once, when nothing has changed for the debounce. A file that is back to what it was is not
/// reported, also when it was another while the listener ran: what that writes anew as it was must
/// not call it for ever.
public final class FileWatcher implements AutoCloseable {

  /// Who is told.
  @FunctionalInterface
  public interface Listener {
    /// Files have changed. Called on a virtual thread, never twice at a time: what changes while it
    /// runs is the next call. A failure is logged.
    ///
    /// @param changes at least one, in order of path
    /// @throws Exception when it fails
    void changed(List<FileChange> changes) throws Exception;

    /// Something keeps the watch from seeing all at once; told once until it is over. Called on a
    /// virtual thread.
    default void troubled(WatchTrouble trouble) {}
  }

  /// Who wants to know, while it is told of changes, that there are more.
  interface Hasty extends Listener {
    /// Whether it wants to know at all.
    boolean isHasty();

    /// The next call is ready to be made, and will be, even if the files are by then what they
    /// were. Called on a virtual thread.
    ///
    /// @param call the thread that makes the one before
    void overtaken(Thread call);
  }

  private static final System.Logger log = System.getLogger(FileWatcher.class.getName());
  private static final long FIRST_READING = Duration.ofMillis(100).toNanos();
  private static final long READING = Duration.ofMillis(10).toNanos();
  private static final long LONGEST_CLOSE = Duration.ofSeconds(5).toNanos();

  private final WatchedFiles settings;
  private final Listener listener;
  private final Hints hints = new Hints();
  private final ReentrantLock lock = new ReentrantLock();
  private final Tree tree;
  private final Delivery delivery;
  private final Settling settling;
  private final Thread worker;
  private volatile boolean closed;
  private long nextPoll;
  private boolean unread = true;

  private FileWatcher(
      WatchedFiles settings, Predicate<Path> own, Optional<Instant> since, Listener listener) {
    this.settings = settings;
    this.listener = listener;
    boolean notices = FileSystemKinds.sendsNotices(settings);
    this.tree = new Tree(settings, own, notices, since, hints, this::trouble);
    this.delivery = new Delivery(settings, listener, tree, lock, hints::wake);
    this.settling = new Settling(settings.timing().settle());
    String name = "procman-watch-" + settings.roots().getFirst().getFileName();
    // A file system of the network may keep a thread for minutes: not one of the carriers.
    this.worker =
        notices
            ? Thread.ofVirtual().name(name).unstarted(this::work)
            : Thread.ofPlatform().daemon().name(name).unstarted(this::work);
  }

  /// Begins to watch; when it returns, all that exists is watched. Roots that do not exist are
  /// waited for.
  ///
  /// @throws WatchLimitException when the operating system grants too few watches
  public static FileWatcher start(WatchedFiles files, Listener listener)
      throws WatchLimitException {
    return start(files, _ -> false, Optional.empty(), listener);
  }

  /// @param own files that never count
  /// @param since files changed at or after it count as changed from the start
  static FileWatcher start(
      WatchedFiles files, Predicate<Path> own, Optional<Instant> since, Listener listener)
      throws WatchLimitException {
    var watcher = new FileWatcher(files, own, since, listener);
    try {
      watcher.tree.start();
      // A small tree is read at once, so that a touch that follows is known for one.
      watcher.unread = watcher.tree.readSome(FIRST_READING);
    } catch (WatchLimitException | RuntimeException | Error failed) {
      watcher.tree.close();
      throw failed;
    }
    watcher.worker.start();
    return watcher;
  }

  /// The files that are there now, as far as it has seen.
  public Set<Path> files() {
    lock.lock();
    try {
      return tree.files();
    } finally {
      lock.unlock();
    }
  }

  /// How often a directory was read; for tests and measurements.
  long reads() {
    return tree.reads();
  }

  /// Whether it does nothing any more, not even in the background.
  boolean isOver() {
    return closed && !worker.isAlive();
  }

  /// Ends it. No call of the listener begins any more; one that runs is interrupted, and not waited
  /// for, nor is a look at many files; one file that the file system keeps it from is waited for a
  /// few seconds. Idempotent.
  @Override
  public void close() {
    closed = true;
    tree.end();
    delivery.end();
    hints.wake();
    try {
      if (lock.tryLock(LONGEST_CLOSE, TimeUnit.NANOSECONDS)) {
        letGo();
        lock.unlock();
      }
    } catch (InterruptedException leftToTheWorker) {
      Thread.currentThread().interrupt();
    }
  }

  private void letGo() {
    lock.lock();
    try {
      tree.close();
    } finally {
      lock.unlock();
    }
  }

  // The worker.

  private void work() {
    try {
      while (!closed) {
        hints.await(patience());
        step();
      }
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error fault) {
      log.log(System.Logger.Level.ERROR, "the watch on " + settings.roots() + " has ended", fault);
      trouble(
          new WatchTrouble(
              WatchTrouble.Kind.UNREADABLE,
              settings.roots().getFirst(),
              "the watch has ended: " + fault));
    } finally {
      letGo();
    }
  }

  private long patience() {
    lock.lock();
    try {
      long now = System.nanoTime();
      long wait = Hints.FOR_EVER;
      if (unread) {
        wait = 0;
      }
      if (tree.needsPolling()) {
        wait = Math.min(wait, nextPoll - now);
      }
      if (isToBeTold()) {
        wait = Math.min(wait, dueAt() - now);
      }
      return wait;
    } finally {
      lock.unlock();
    }
  }

  /// Whether there is something to tell, or to tell of that it waits.
  private boolean isToBeTold() {
    return !tree.pending.isEmpty() && delivery.isOpen();
  }

  private long dueAt() {
    var timing = settings.timing();
    long rest = tree.pending.due(timing.debounce().toNanos(), timing.maxWait().toNanos());
    return Math.max(rest, settling.retryAt());
  }

  private void step() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (hints.takeOverflow()) {
        trouble(
            new WatchTrouble(
                WatchTrouble.Kind.OVERFLOW,
                settings.roots().getFirst(),
                "more changed at once than the system tells of; looking at all of it"));
      }
      tree.follow(hints.take());
      if (tree.needsPolling() && nextPoll - System.nanoTime() <= 0) {
        tree.lookAgain();
        nextPoll = System.nanoTime() + settings.timing().poll().toNanos();
      }
      if (isToBeTold() && dueAt() - System.nanoTime() <= 0) {
        report();
      }
      if (unread && hints.isEmpty()) {
        unread = tree.readSome(READING);
      }
    } finally {
      lock.unlock();
    }
  }

  private void report() {
    if (!tree.isAtRest() && dueAt() - System.nanoTime() > 0) {
      return;
    }
    var half = tree.halfWritten();
    if (half.isEmpty()) {
      settling.over();
    } else if (settling.isOverdue()) {
      half.forEach(tree::unsettled);
    } else {
      return;
    }
    delivery.deliver(half);
  }

  private void trouble(WatchTrouble trouble) {
    Thread.ofVirtual().name("procman-watch-trouble").start(() -> listener.troubled(trouble));
  }
}
