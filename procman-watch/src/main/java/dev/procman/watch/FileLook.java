package dev.procman.watch;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/// Compares a file that is there with what was known of it, and notes what has changed.
final class FileLook {
  private final WatchedFiles settings;
  private final Filter filter;
  private final Pending pending;

  /// Files changed at or after it count as changed though the first look sees them for the first
  /// time. Without the grain: what was written just before is no change.
  private final long since;

  private final long began = FileTimes.now() - FileTimes.GRAIN;

  private boolean starting = true;

  FileLook(WatchedFiles settings, Filter filter, Pending pending, Optional<Instant> since) {
    this.settings = settings;
    this.filter = filter;
    this.pending = pending;
    this.since = since.map(FileTimes::of).orElse(Long.MAX_VALUE);
  }

  /// The first look is over; what is seen for the first time has come since.
  void begun() {
    starting = false;
  }

  /// @param noticed whether the file system said that this entry changed
  void look(Folder folder, Path name, BasicFileAttributes found, boolean noticed) {
    var path = folder.path.resolve(name);
    if (!isWanted(folder, name, path, found)) {
      var known = folder.files.remove(name);
      if (known != null) {
        pending.hide(path, known);
      }
      return;
    }
    pending.show(path);
    var now = Entry.of(found);
    var before = folder.files.get(name);
    if (before == null) {
      folder.files.put(name, now);
      noteFirst(path, now);
    } else if (!before.looksLike(now)) {
      folder.files.put(name, now);
      pending.note(path, before);
    } else if (noticed && settings.comparesContent(before.size()) && !pending.contains(path)) {
      noteSame(folder, name, path, before);
    }
  }

  private boolean isWanted(Folder folder, Path name, Path path, BasicFileAttributes found) {
    return !found.isOther()
        && filter.takesFile(path, folder.relative(name), name.toString())
        && !folder.ignores(name, false);
  }

  private void noteFirst(Path path, Entry now) {
    if (!starting) {
      pending.note(path, Entry.ABSENT);
    } else if (FileTimes.isBetween(since, now)) {
      pending.note(path, Entry.UNKNOWN);
    }
  }

  /// Times of files are coarse: two writes may look like one.
  private void noteSame(Folder folder, Path name, Path path, Entry before) {
    if (before.digest() != null) {
      folder.files.put(name, before.withoutDigest());
      pending.note(path, before);
    } else if (FileTimes.isBetween(began, before)) {
      pending.note(path, Entry.UNKNOWN);
    }
  }

  /// It is no file any more, if it was one.
  void forget(Folder folder, Path name) {
    var known = folder.files.remove(name);
    if (known != null) {
      pending.note(folder.path.resolve(name), known);
    }
  }
}
