package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Output in a file, in the log, in memory, and followed line by line.
final class OutputPlaces {
  private OutputPlaces() {}

  static List<String> run(ProcessManager manager, Path logs, Path script) throws Exception {
    var followed = new CopyOnWriteArrayList<String>();
    // region output
    ManagedProcess job =
        manager.start(
            ProcessSpec.named("job")
                .command("sh", script.toString())
                .output(
                    OutputSettings.ofDefaults()
                        .toFile(RotatingFile.at(logs.resolve("${name}.log")).keep(3))
                        .toLog() // SLF4J, logger procman.out.job
                        .retainedLines(500)) // in memory, for tail(n) and exit reports
                .build());
    job.output().follow(line -> followed.add(line.stream() + " " + line.text()));
    // endregion
    return followed;
  }
}
