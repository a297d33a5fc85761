package dev.procman.watch;

import java.nio.file.Path;

/// A file that is not what it was when the last changes were reported. However it was written, and
/// however often in between, it is one change.
///
/// @param path the file, absolute
/// @param kind what became of it
public record FileChange(Path path, Kind kind) {
  /// What became of a file.
  public enum Kind {
    /// It was not there before.
    CREATED,
    /// It is another than before.
    MODIFIED,
    /// It is not there any more.
    DELETED
  }
}
