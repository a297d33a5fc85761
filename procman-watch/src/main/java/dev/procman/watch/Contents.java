package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Reads what is in files: those that have changed, and all that were there at the start, so that a
/// later touch is known for one.
final class Contents {
  private final WatchedFiles settings;
  private final Roots roots;
  private final Attributes attributes;
  private final Pending pending;
  private final BooleanSupplier ended;

  /// Directories whose files were there at the start.
  private final Deque<Folder> unread = new ArrayDeque<>();

  /// What is left of one of them.
  private Iterator<Path> files = Collections.emptyIterator();

  Contents(
      WatchedFiles settings,
      Roots roots,
      Attributes attributes,
      Pending pending,
      BooleanSupplier ended) {
    this.settings = settings;
    this.roots = roots;
    this.attributes = attributes;
    this.pending = pending;
    this.ended = ended;
  }

  /// The files in these are to be read by [#readSome].
  void readLater(List<Folder> folders) {
    if (settings.compareContent()) {
      unread.addAll(folders);
    }
  }

  /// Reads files that were there at the start, for a while.
  ///
  /// @return whether some are left
  boolean readSome(long nanos) {
    long until = System.nanoTime() + nanos;
    while (!ended.getAsBoolean() && System.nanoTime() - until < 0) {
      if (files.hasNext()) {
        var path = files.next();
        if (!pending.contains(path)) {
          read(path);
        }
        continue;
      }
      var folder = unread.poll();
      if (folder == null) {
        return false;
      }
      files = folder.dropped ? Collections.emptyIterator() : folder.paths().iterator();
    }
    return !ended.getAsBoolean();
  }

  /// What is known of a file, with its content where that is compared.
  Entry read(Path path) {
    var entry = roots.entry(path);
    if (!entry.isPresent() || !settings.comparesContent(entry.size()) || entry.digest() != null) {
      return entry;
    }
    try {
      var read = entry.with(Digest.of(path, entry.link()));
      boolean stable =
          attributes
              .of(path)
              .map(Attributes.Found::attributes)
              .map(Entry::of)
              .filter(entry::looksLike)
              .isPresent();
      if (stable) {
        roots.keep(path, read);
        return read;
      }
      // Written to while it was read: not what it was in any case.
      return entry;
    } catch (IOException unreadable) {
      return entry;
    }
  }
}
