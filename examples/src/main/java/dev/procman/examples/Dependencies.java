package dev.procman.examples;

import dev.procman.Dependency.Condition;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;

/// Three processes of which each needs the one before.
final class Dependencies {
  private Dependencies() {}

  static void run(ProcessManager manager, Path home) throws InterruptedException {
    // region dependencies
    manager.register(
        ProcessSpec.named("database")
            .command("sh", "database.sh")
            .directory(home)
            .minimumUptime(Duration.ofMillis(200)) // without a probe: ready after this time
            .build());
    manager.register(
        ProcessSpec.named("migration")
            .command("sh", "migrate.sh")
            .directory(home)
            .dependsOn("database")
            .build());
    manager.register(
        ProcessSpec.named("web")
            .command("sh", "web.sh")
            .directory(home)
            .dependsOn("database")
            .dependsOn("migration", Condition.COMPLETED_SUCCESSFULLY)
            .build());
    manager.startAll();
    manager.get("web").awaitReady(Duration.ofSeconds(20));
    // endregion
  }
}
