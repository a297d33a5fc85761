package dev.procman.watch;

/// How changes are noticed.
public enum WatchMode {
  /// By notices of the operating system; by polling where those do not come: on file systems of the
  /// network and such as are served by another program (FUSE, 9P, shared folders).
  AUTO,
  /// By notices of the operating system.
  NATIVE,
  /// By looking at every file again and again.
  POLLING
}
