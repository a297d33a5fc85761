package dev.procman.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.procman.IoPriority;
import dev.procman.LaunchException.Reason;
import dev.procman.LaunchSettings;
import dev.procman.Rlimit;
import dev.procman.proc.LaunchErrors;
import dev.procman.spi.LaunchRequest;
import java.lang.foreign.Arena;
import java.util.Collections;

/// What is set for a process by its id: limits, niceness, processors, disk priority.
final class KernelSettings {
  private static final int IOPRIO_WHO_PROCESS = 1;
  private static final int IOPRIO_CLASS_SHIFT = 13;

  private KernelSettings() {}

  static boolean isNeeded(LaunchSettings settings) {
    return !settings.rlimits().isEmpty()
        || settings.nice().isPresent()
        || !settings.cpus().isEmpty()
        || settings.ioPriority().isPresent();
  }

  /// Sets all that was asked for.
  ///
  /// @throws dev.procman.LaunchException when the kernel refuses one; the message names it
  static void apply(Libc libc, Arena arena, LaunchRequest request, int pid) {
    var settings = request.settings();
    settings
        .rlimits()
        .forEach((limit, range) -> {
          var values = arena.allocate(JAVA_LONG, 2);
          values.setAtIndex(JAVA_LONG, 0, range.soft());
          values.setAtIndex(JAVA_LONG, 1, hard(libc, arena, pid, limit, range));
          long result =
              libc.systemCall(Platform.PRLIMIT, pid, limit.number(), values.address(), 0, 0);
          require(request, result, "rlimits." + limit, text(range));
        });
    settings
        .nice()
        .ifPresent(nice ->
            require(
                request,
                libc.systemCall(Platform.SETPRIORITY, 0, pid, nice, 0, 0),
                "nice",
                "" + nice));
    if (!settings.cpus().isEmpty()) {
      int size = (Collections.max(settings.cpus()) / 64 + 1) * 8;
      var mask = arena.allocate(size, 8);
      for (int cpu : settings.cpus()) {
        byte bits = mask.get(JAVA_BYTE, cpu / 8);
        mask.set(JAVA_BYTE, cpu / 8, (byte) (bits | 1 << cpu % 8));
      }
      long result = libc.systemCall(Platform.SCHED_SETAFFINITY, pid, size, mask.address(), 0, 0);
      require(request, result, "cpus", settings.cpus().toString());
    }
    settings
        .ioPriority()
        .ifPresent(priority ->
            require(
                request,
                libc.systemCall(
                    Platform.IOPRIO_SET, IOPRIO_WHO_PROCESS, pid, number(priority), 0, 0),
                "ioPriority",
                priority.toString()));
  }

  private static long hard(Libc libc, Arena arena, int pid, Rlimit limit, Rlimit.Range range) {
    if (range.hard() != Rlimit.UNCHANGED) {
      return range.hard();
    }
    var present = arena.allocate(JAVA_LONG, 2);
    libc.systemCall(Platform.PRLIMIT, pid, limit.number(), 0, present.address(), 0);
    return present.getAtIndex(JAVA_LONG, 1);
  }

  private static long number(IoPriority priority) {
    int group =
        switch (priority.group()) {
          case REALTIME -> 1;
          case BEST_EFFORT -> 2;
          case IDLE -> 3;
        };
    return (long) group << IOPRIO_CLASS_SHIFT | priority.level();
  }

  private static String text(Rlimit.Range range) {
    return range.hard() == Rlimit.UNCHANGED
        ? String.valueOf(range.soft())
        : range.soft() + " to " + range.hard();
  }

  private static void require(LaunchRequest request, long result, String field, String value) {
    if (result < 0) {
      throw LaunchErrors.of(
          Reason.PREPARATION_FAILED,
          request,
          "launch.%s %s: %s"
              .formatted(
                  field,
                  value,
                  result == -Libc.EPERM || result == -Libc.EACCES
                      ? "it needs a privilege that this JVM does not have"
                      : "the kernel refuses it, error " + -result),
          null);
    }
  }
}
