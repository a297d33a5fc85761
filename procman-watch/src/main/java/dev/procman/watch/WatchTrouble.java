package dev.procman.watch;

import java.nio.file.Path;

/// Something that keeps a watch from seeing all at once. It goes on: what can be seen is reported,
/// and the rest is looked for again.
///
/// @param kind what
/// @param path where
/// @param message for people
public record WatchTrouble(Kind kind, Path path, String message) {
  /// What it is.
  public enum Kind {
    /// More happened at once than the operating system tells of; all is looked at again.
    OVERFLOW,
    /// The system grants no further watches, so the tree is polled; see [WatchLimitException].
    LIMIT,
    /// A directory cannot be read; it is looked at again when its permissions change.
    UNREADABLE,
    /// A root is not there, or not a directory; it is waited for.
    MISSING_ROOT,
    /// An archive changed and is still not complete.
    UNSETTLED,
    /// The files cannot be copied, so a failed change is not rolled back.
    NO_COPY
  }
}
