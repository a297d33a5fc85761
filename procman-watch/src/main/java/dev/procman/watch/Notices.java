package dev.procman.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The operating system's notices, for all watchers of this JVM: a user may have 128 inotify
/// instances only, so all share one. It is opened for the first directory and closed with the last.
/// Thread-safe.
///
/// Two directories may have one key: after a directory was moved, and the new name is seen before
/// the old one is gone, or where links are followed. So a key has subscribers, and lives as long as
/// one of them.
final class Notices {
  /// Who wants to know of a directory. Called on the thread of notices, so it must only take notes.
  interface Subscriber {
    /// Something happened to entries of these names.
    void noticed(Map<Path, Notice> names);

    /// Anything may have happened in the directory.
    void lost();

    /// The directory is not watched any more.
    void ended();
  }

  private static final Notices SHARED = new Notices();

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<WatchKey, Set<Subscriber>> subscribers = new HashMap<>();
  private final Map<Subscriber, WatchKey> keys = new HashMap<>();
  private @Nullable WatchService service;

  private Notices() {}

  static Notices shared() {
    return SHARED;
  }

  /// Tells `subscriber` what happens in `directory` from now on. Again for one that is subscribed:
  /// renews it, should the directory of that name be another.
  ///
  /// @throws WatchLimitException when the system grants no more
  void subscribe(Path directory, Subscriber subscriber) throws IOException {
    lock.lock();
    try {
      var key = register(directory);
      var before = keys.put(subscriber, key);
      if (key.equals(before)) {
        return;
      }
      subscribers.computeIfAbsent(key, _ -> new HashSet<>(2)).add(subscriber);
      release(before, subscriber);
    } finally {
      closeIfIdle();
      lock.unlock();
    }
  }

  private WatchKey register(Path directory) throws IOException {
    try {
      return directory.register(service(), ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
    } catch (IOException failed) {
      throw WatchLimitException.of(directory, failed).map(IOException.class::cast).orElse(failed);
    }
  }

  private WatchService service() throws IOException {
    if (service == null) {
      var opened = FileSystems.getDefault().newWatchService();
      Thread.ofVirtual().name("procman-watch-notices").start(() -> listen(opened));
      service = opened;
    }
    return service;
  }

  void unsubscribe(Subscriber subscriber) {
    lock.lock();
    try {
      release(keys.remove(subscriber), subscriber);
      closeIfIdle();
    } finally {
      lock.unlock();
    }
  }

  private void release(@Nullable WatchKey key, Subscriber subscriber) {
    var others = key == null ? null : subscribers.get(key);
    if (key != null && others != null && others.remove(subscriber) && others.isEmpty()) {
      subscribers.remove(key);
      key.cancel();
    }
  }

  private void closeIfIdle() {
    var open = service;
    if (open != null && keys.isEmpty()) {
      service = null;
      try {
        open.close();
      } catch (IOException leftToTheCollector) {
        // Nobody could do anything about it, and nothing rests on it.
      }
    }
  }

  /// How many directories are subscribed to; for tests and measurements.
  int count() {
    lock.lock();
    try {
      return keys.size();
    } finally {
      lock.unlock();
    }
  }

  private void listen(WatchService from) {
    try {
      while (true) {
        deliver(from.take());
      }
    } catch (ClosedWatchServiceException | InterruptedException over) {
      // The last directory was unsubscribed.
    }
  }

  private void deliver(WatchKey key) {
    var names = new HashMap<Path, Notice>();
    boolean lost = false;
    for (var event : key.pollEvents()) {
      lost |= event.kind().equals(OVERFLOW);
      if (event.context() instanceof Path name) {
        names.merge(name, notice(event.kind()), Notice::and);
      }
    }
    boolean alive = key.reset();
    for (var subscriber : alive ? of(key) : ended(key)) {
      if (!names.isEmpty()) {
        subscriber.noticed(names);
      }
      if (lost) {
        subscriber.lost();
      }
      if (!alive) {
        subscriber.ended();
      }
    }
  }

  private static Notice notice(WatchEvent.Kind<?> kind) {
    if (kind.equals(ENTRY_CREATE)) {
      return Notice.CAME;
    }
    return kind.equals(ENTRY_DELETE) ? Notice.LEFT : Notice.CHANGED;
  }

  private List<Subscriber> of(WatchKey key) {
    lock.lock();
    try {
      return List.copyOf(subscribers.getOrDefault(key, Set.of()));
    } finally {
      lock.unlock();
    }
  }

  private List<Subscriber> ended(WatchKey key) {
    lock.lock();
    try {
      var all = subscribers.remove(key);
      if (all == null) {
        return List.of();
      }
      all.forEach(keys::remove);
      closeIfIdle();
      return List.copyOf(all);
    } finally {
      lock.unlock();
    }
  }
}
