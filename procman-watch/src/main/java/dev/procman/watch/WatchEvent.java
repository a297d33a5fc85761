package dev.procman.watch;

import dev.procman.event.EventMeta;
import dev.procman.event.ExtensionEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a [FileWatch] tells.
public sealed interface WatchEvent extends ExtensionEvent {

  /// All that exists is watched, and changes are noticed from now on.
  ///
  /// @param meta what every event carries
  /// @param files how many files there are
  record WatchStarted(EventMeta meta, int files) implements WatchEvent {}

  /// Files have changed.
  ///
  /// @param meta what every event carries
  /// @param changes which, in order of path, the first 1000
  /// @param count how many in all
  record FilesChanged(EventMeta meta, List<FileChange> changes, int count) implements WatchEvent {
    /// Copies the list.
    public FilesChanged {
      changes = List.copyOf(changes);
    }
  }

  /// What had to be done after a change was done; after a restart, the new generation is ready, and
  /// so are those that depend on it, if they were to be restarted too.
  ///
  /// @param meta what every event carries
  /// @param after time since the change was reported
  record ChangeApplied(EventMeta meta, Duration after) implements WatchEvent {}

  /// The process did not become ready after a change, or what had to be done failed.
  ///
  /// @param meta what every event carries
  /// @param reason why, for people
  record ChangeFailed(EventMeta meta, String reason) implements WatchEvent {}

  /// The files were set back to what they were when the process was last ready.
  ///
  /// @param meta what every event carries
  /// @param files those that were written or deleted for it
  /// @param ready whether the process became ready with them
  record RolledBack(EventMeta meta, List<Path> files, boolean ready) implements WatchEvent {
    /// Copies the list.
    public RolledBack {
      files = List.copyOf(files);
    }
  }

  /// Too many restarts: until somebody starts or restarts the process, changes are told of and
  /// nothing is done.
  ///
  /// @param meta what every event carries
  /// @param restarts so many
  /// @param within in this time
  /// @param files what changed last, the first 1000
  record WatchSuspended(EventMeta meta, int restarts, Duration within, List<Path> files)
      implements WatchEvent {
    /// Copies the list.
    public WatchSuspended {
      files = List.copyOf(files);
    }
  }

  /// Somebody has started the process, so changes are acted on again.
  ///
  /// @param meta what every event carries
  record WatchResumed(EventMeta meta) implements WatchEvent {}

  /// The watch could not begin; nothing is watched.
  ///
  /// @param meta what every event carries
  /// @param reason why, and what helps
  record WatchFailed(EventMeta meta, String reason) implements WatchEvent {}

  /// Something keeps the watch from seeing all at once; it goes on.
  ///
  /// @param meta what every event carries
  /// @param trouble what
  record WatchTroubled(EventMeta meta, WatchTrouble trouble) implements WatchEvent {}
}
