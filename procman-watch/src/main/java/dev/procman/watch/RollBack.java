package dev.procman.watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Sets the files back after a failed change, if that is asked for and they could be copied. Used
/// by one call of the watcher at a time, but for its end.
final class RollBack implements AutoCloseable {
  private final WatchedFiles files;
  private final WatchEvents events;
  private Optional<GoodCopy> copy = Optional.empty();
  private volatile boolean closed;

  /// The files were set back, and nothing but that has changed since.
  private boolean rolledBack;

  /// What changed could not be copied, so the copies are not those of one moment any more.
  private boolean noCopies;

  /// The process was ready with the files as they were copied.
  private boolean proven;

  RollBack(WatchedFiles files, WatchEvents events) {
    this.files = files;
    this.events = events;
  }

  /// Copies the files as they are now.
  void begin(long mostBytes, Collection<Path> present) throws IOException {
    var made = new GoodCopy(mostBytes);
    try {
      made.add(present);
      copy = Optional.of(made);
    } catch (IOException tooMuch) {
      made.close();
      tellOfNoCopy(tooMuch);
    }
  }

  private void tellOfNoCopy(IOException failed) {
    var trouble =
        new WatchTrouble(
            WatchTrouble.Kind.NO_COPY,
            files.roots().getFirst(),
            "failed changes will not be rolled back: " + failed.getMessage());
    events.publish(trouble.message(), meta -> new WatchEvent.WatchTroubled(meta, trouble));
  }

  /// Without what a roll-back wrote itself.
  List<FileChange> news(List<FileChange> changes) {
    var news = rolledBack ? changes.stream().filter(this::isNews).toList() : changes;
    rolledBack &= news.isEmpty();
    return news;
  }

  private boolean isNews(FileChange change) {
    return copy.map(good -> !good.isGood(change.path())).orElse(true);
  }

  /// Copies what changed.
  void stage(List<FileChange> changes) {
    if (copy.isEmpty() || noCopies) {
      return;
    }
    try {
      copy.get().stage(changes);
    } catch (IOException failed) {
      if (!closed) {
        noCopies = true;
        tellOfNoCopy(failed);
      }
    }
  }

  /// It runs, with files as they were before the change.
  void ready() {
    proven = true;
  }

  /// It has become ready with the files as they are.
  void readyAnew() {
    proven = true;
    copy.ifPresent(GoodCopy::keep);
  }

  /// Writes the files as they were when it was last ready.
  ///
  /// @param present those that are there
  /// @return those that were written or deleted; empty when it cannot be done at all
  Optional<List<Path>> restore(Collection<Path> present) throws IOException {
    if (copy.isEmpty() || noCopies || !proven) {
      return Optional.empty();
    }
    var restored = copy.get().restore(present);
    rolledBack = true;
    return Optional.of(restored);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (copy.isPresent()) {
      copy.get().close();
    }
  }
}
