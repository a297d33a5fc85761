package dev.procman.core.resource;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// What the calling thread has used of a processor: what measuring costs, unlike the time that
/// passes, which on a busy machine is mostly that of others.
final class ProcessorTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean KNOWN = THREADS.isCurrentThreadCpuTimeSupported();

  private ProcessorTime() {}

  /// Nanoseconds with an arbitrary origin, for differences within one thread. Where it cannot be
  /// told (on a virtual thread, and if the JVM does not count it) it is the time that passes.
  static long nanos() {
    if (!KNOWN || Thread.currentThread().isVirtual()) {
      return System.nanoTime();
    }
    long used = THREADS.getCurrentThreadCpuTime();
    return used >= 0 ? used : System.nanoTime();
  }
}
