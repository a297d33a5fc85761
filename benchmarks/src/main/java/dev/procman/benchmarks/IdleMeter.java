package dev.procman.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Measures a program that waits; prints the figures as [Samples] reads them.
final class IdleMeter {
  static final String MORE_THREADS = "threads more than before the first child,";
  static final String HEAP = "heap in use for each child,";
  static final String BUSY = "processor time per second";

  /// So many times the idle time it settles, until it is known that the children do nothing, and is
  /// measured.
  private static final int WHILE = 3;

  private static final Path STATUS = Path.of("/proc/self/status");

  private final long threads;
  private final long heap;

  /// Before there is any child. The threads that any virtual machine has whose program uses virtual
  /// threads and collects its garbage are there then.
  IdleMeter() throws IOException, InterruptedException {
    var virtual =
        Stream.generate(() -> Thread.startVirtualThread(() -> LockSupport.parkNanos(10_000_000)))
            .limit(8)
            .toList();
    for (var each : virtual) {
      each.join();
    }
    heap = heapInUse();
    threads = status("Threads");
  }

  /// @param contestant the program
  /// @param children how many it has
  /// @param startedIn how long it took to start them, in nanoseconds
  void print(String contestant, int children, long startedIn, long idleMillis) throws IOException {
    var samples = new Samples();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // Garbage of the start, and what is compiled after it, is not what waiting costs.
    long heapNow = heapInUse();
    pass(WHILE * idleMillis);
    long cpu = system.getProcessCpuTime();
    pass(WHILE * idleMillis);
    double busy = (system.getProcessCpuTime() - cpu) / 1e6 / (WHILE * idleMillis / 1e3);
    var of = of(children);
    samples.add(new Samples.Case("time to start" + of, Unit.MILLIS), contestant, startedIn / 1e6);
    samples.add(
        new Samples.Case("memory (VmRSS)" + of, Unit.MEGABYTES),
        contestant,
        status("VmRSS") / 1024.0);
    samples.add(new Samples.Case("threads" + of, Unit.COUNT), contestant, status("Threads"));
    samples.add(
        new Samples.Case(MORE_THREADS + of, Unit.COUNT), contestant, status("Threads") - threads);
    samples.add(
        new Samples.Case(HEAP + of, Unit.KILOBYTES),
        contestant,
        Math.max(0, heapNow - heap) / 1024.0 / children);
    samples.add(new Samples.Case(BUSY + of, Unit.MILLIS), contestant, busy);
    samples.lines().forEach(System.out::println);
  }

  private static void pass(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    for (long left; (left = until - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  static String of(int children) {
    return " with " + children + " children";
  }

  private static long heapInUse() {
    // What is freed may free more.
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long status(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException(STATUS + " has no " + field);
  }
}
