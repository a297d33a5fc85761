package dev.procman.examples;

import dev.procman.ProcessManager;
import dev.procman.config.ApplyException;
import dev.procman.config.ApplyOptions;
import dev.procman.config.ApplyOptions.OnNotReady;
import dev.procman.config.ConfigEvent.ConfigurationRefused;
import dev.procman.config.ConfigEvent.ProjectRolledBack;
import dev.procman.config.Following;
import dev.procman.config.Plan;
import dev.procman.config.ProcmanConfig;
import dev.procman.config.Projects;
import dev.procman.config.Imported;
import dev.procman.config.Importer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Processes from files: planned, applied, followed, and imported.
final class Configured {
  private Configured() {}

  static void apply(ProcessManager manager, Path file, PrintStream out)
      throws InterruptedException {
    // region config-plan
    Plan plan = Projects.on(manager).plan(ProcmanConfig.load(file));
    out.println(plan);
    try {
      Projects.on(manager).apply(plan);
    } catch (ApplyException rolledBack) {
      out.println(rolledBack.failures()); // all processes are as they were before
    }
    // endregion
  }

  static void keep(ProcessManager manager, Path file, PrintStream out) throws InterruptedException {
    // region config-keep
    var options =
        ApplyOptions.ofDefaults().onNotReady(OnNotReady.KEEP).patience(Duration.ofSeconds(30));
    var applied = Projects.on(manager).apply(ProcmanConfig.load(file), options);
    out.println(applied.failures()); // not ready, and left so
    // endregion
  }

  static Following follow(ProcessManager manager, Path file, Consumer<Object> pager)
      throws IOException, InterruptedException {
    // region config-follow
    manager.events().on(ConfigurationRefused.class, e -> pager.accept(e.problems()));
    manager.events().on(ProjectRolledBack.class, e -> pager.accept(e.failures()));
    Following following = Projects.on(manager).follow(file);
    // endregion
    return following;
  }

  static void convert(Path directory, PrintStream out) throws IOException {
    // region config-import
    Imported imported =
        Importer.ofDefaults().processCompose(directory.resolve("process-compose.yaml"));
    imported.findings().forEach(out::println);
    Files.writeString(directory.resolve("procman.yaml"), imported.yaml());
    // endregion
  }
}
