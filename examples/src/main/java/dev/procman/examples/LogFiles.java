package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import dev.procman.RotatingFile.Prefix;
import dev.procman.StandardInput;
import dev.procman.StdStream;
import java.nio.file.Path;
import java.time.Duration;

/// Log files with all that can be set, and input that is not a pipe.
final class LogFiles {
  private LogFiles() {}

  static OutputSettings settings(Path logs) {
    // region log-files
    OutputSettings output =
        OutputSettings.ofDefaults()
            .toFile(
                RotatingFile.at(logs.resolve("all.log")) // may be shared by processes
                    .prefix(Prefix.TIME, Prefix.PROCESS, Prefix.STREAM)
                    .maxBytes(50L * 1024 * 1024)
                    .keep(10)
                    .keepFor(Duration.ofDays(30))
                    .compressed())
            .toFile(RotatingFile.at(logs.resolve("${name}.err")).only(StdStream.STDERR).mode(0640));
    // endregion
    return output;
  }

  static ManagedProcess importing(ProcessManager manager, Path dump, OutputSettings output) {
    // region stdin
    ManagedProcess job =
        manager.start(
            ProcessSpec.named("import")
                .command("sh", "-c", "wc -l; echo done >&2")
                .stdin(StandardInput.file(dump)) // or none(), or text("...")
                .output(output.withBackPressure()) // it waits for slow readers
                .build());
    // endregion
    return job;
  }
}
