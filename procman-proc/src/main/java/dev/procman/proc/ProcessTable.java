package dev.procman.proc;

import java.util.List;

/// A look at all processes, shared by those who ask at the same time: a look that began after the
/// question was asked answers it. When hundreds of children end at once, a few looks serve them
/// all. Thread-safe.
///
/// @param all who was there
/// @param before the id that was given out last before the look; -1 where that is not known. Who
///   was born after it may be missing.
record ProcessTable(List<ProcFs.Stat> all, long before) {
  private static final Object LOCK = new Object();
  private static ProcessTable latest = new ProcessTable(List.of(), -1);
  private static long begun = System.nanoTime();

  static ProcessTable look() {
    long asked = System.nanoTime();
    synchronized (LOCK) {
      if (begun - asked <= 0) {
        begun = System.nanoTime();
        long before = ProcFs.lastPid().orElse(-1);
        latest = new ProcessTable(List.copyOf(ProcFs.all()), before);
      }
      return latest;
    }
  }
}
