package dev.procman.core.supervisor;

import dev.procman.ProcessId;
import dev.procman.core.host.TempDirs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The temporary directories that all generations of a process share, and whether a person wants to
/// inspect what is left of it. Thread-safe.
final class Directories {
  private final TempDirs data;
  private volatile boolean kept;

  Directories(String process, TempDirs.Journal journal) {
    this.data = new TempDirs(new ProcessId(process, 0), () -> journal);
  }

  TempDirs data() {
    return data;
  }

  /// Keeps them from now on, and those of generations; returns those there are.
  List<Path> keep(Optional<Generation> generation) {
    kept = true;
    var present = new ArrayList<>(data.spareForGood());
    generation.ifPresent(current -> present.addAll(current.spareDirectories()));
    return List.copyOf(present);
  }

  boolean areKept() {
    return kept;
  }

  /// The process was retired: deletes them, unless they are kept or it ended badly.
  void finish(boolean failed) {
    var _ = data.finish(kept || failed);
  }
}
