package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent.ProcessCrashLoop;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// A worker that is started again when it fails, and given up when it fails too often.
final class SupervisedWorker {
  private SupervisedWorker() {}

  static ManagedProcess run(ProcessManager manager, Path script, Consumer<String> pager) {
    // region supervised-worker
    manager
        .events()
        .on(
            ProcessCrashLoop.class,
            loop -> pager.accept(loop.process() + ": " + loop.meta().cause()));
    ManagedProcess worker =
        manager.start(
            ProcessSpec.named("worker")
                .command("python3", script.toString())
                .minimumUptime(Duration.ofSeconds(1)) // an end before this is a failure
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(
                            Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                                .jitter(0.2))
                        .limit(4, Duration.ofMinutes(1))) // a fifth restart is a crash loop
                .build());
    // endregion
    return worker;
  }
}
