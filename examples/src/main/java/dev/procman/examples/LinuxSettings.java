package dev.procman.examples;

import dev.procman.ControlGroup;
import dev.procman.ExitReport;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Rlimit;
import dev.procman.linux.LinuxLauncher;
import java.time.Duration;

/// A worker that the kernel keeps within bounds.
final class LinuxSettings {
  private static final long MIB = 1024 * 1024;

  private LinuxSettings() {}

  /// Runs it to its end; tells what it printed, and the time it took.
  static String run(ProcessManager manager) throws InterruptedException {
    // region linux-settings
    ManagedProcess worker =
        manager.start(
            ProcessSpec.named("worker")
                .command("sh", "-c", "ulimit -n; umask; nice")
                .launch(
                    LaunchSettings.ofDefaults()
                        .rlimit(Rlimit.NOFILE, 1024) // soft and hard
                        .rlimit(Rlimit.CORE, 0)
                        .umask(0027)
                        .nice(10))
                .build());

    ExitReport report = worker.awaitExit(Duration.ofSeconds(10));
    Duration used = report.usage().orElseThrow().userTime(); // the kernel's own count
    // endregion
    return report.lastLines() + " " + used;
  }

  static ProcessSpec bounded() {
    return ProcessSpec.named("bounded")
        .command("sleep", "1000")
        // region linux-control-group
        .launch(
            LaunchSettings.ofDefaults()
                .controlGroup(
                    ControlGroup.ofDefaults()
                        .memoryMax(512 * MIB) // beyond it the kernel ends a member
                        .memoryHigh(400 * MIB) // beyond it members are slowed down
                        .cpuMax(1.5) // cores
                        .pidsMax(100))) // processes and threads
        // endregion
        .build();
  }

  static ProcessManager adopting() {
    // region linux-subreaper
    ProcessManager manager =
        ProcessManager.builder().launcher(LinuxLauncher.builder().subreaper(true).build()).build();
    // endregion
    return manager;
  }
}
