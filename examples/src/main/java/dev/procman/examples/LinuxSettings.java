package dev.procman.examples;

import dev.procman.ExitReport;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Rlimit;
import java.time.Duration;

/// A worker that the kernel keeps within bounds.
final class LinuxSettings {
  private LinuxSettings() {}

  /// Runs it to its end; tells what it printed, and the most memory it had.
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
    long peak = report.usage().orElseThrow().peakMemory(); // bytes, the kernel's own count
    // endregion
    return report.lastLines() + " " + peak;
  }
}
