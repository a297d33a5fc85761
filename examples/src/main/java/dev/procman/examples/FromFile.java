package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.config.ProcmanConfig;
import dev.procman.config.Project;
import java.nio.file.Path;
import java.time.Duration;

/// Processes from a file.
final class FromFile {
  private FromFile() {}

  /// Runs what a file says until `web` is ready.
  static ManagedProcess start(ProcessManager manager, Path file) throws InterruptedException {
    // region configuration
    Project project = ProcmanConfig.load(file);
    project.specs().forEach(manager::register);
    manager.startAll();
    // endregion
    var web = manager.get("web");
    web.awaitReady(Duration.ofSeconds(20));
    return web;
  }
}
