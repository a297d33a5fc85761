package dev.procman.proc;

import java.util.List;

/// A look at all processes, shared by those who ask at the same time: a look that began after the
/// question was asked answers it. When hundreds of children end at once, a few looks serve them
/// all. Thread-safe.
final class ProcessTable {
  private static final Object LOCK = new Object();
  private static List<ProcFs.Stat> latest = List.of();
  private static long begun = System.nanoTime();

  private ProcessTable() {}

  static List<ProcFs.Stat> look() {
    long asked = System.nanoTime();
    synchronized (LOCK) {
      if (begun - asked <= 0) {
        begun = System.nanoTime();
        latest = List.copyOf(ProcFs.all());
      }
      return latest;
    }
  }
}
