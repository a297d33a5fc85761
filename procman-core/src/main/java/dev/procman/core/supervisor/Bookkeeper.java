package dev.procman.core.supervisor;

import dev.procman.ProcessId;
import dev.procman.core.host.TempDirs;
import dev.procman.spi.LaunchedProcess;

/// Remembers live children, and temporary directories, outside of this JVM, so that they can be
/// ended and deleted after its death. Calls return at once.
public interface Bookkeeper extends TempDirs.Journal {

  /// Called before a spawn, so that what must be there before the first child is there.
  void beforeSpawn();

  /// A child lives.
  void born(ProcessId id, LaunchedProcess process);

  /// A child and its tree are gone.
  void gone(ProcessId id, LaunchedProcess process);
}
