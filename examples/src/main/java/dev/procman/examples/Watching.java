package dev.procman.examples;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.watch.FileWatch;
import dev.procman.watch.FileWatcher;
import dev.procman.watch.WatchEvent.RolledBack;
import dev.procman.watch.WatchEvent.WatchSuspended;
import dev.procman.watch.WatchedFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Watches on files beyond a restart.
final class Watching {
  private Watching() {}

  static ManagedProcess reloaded(ProcessManager manager, Path script, Path settings) {
    // region watch-signal
    ManagedProcess server =
        manager.start(
            ProcessSpec.named("server")
                .command("sh", script.toString())
                .with(FileWatch.ofFile(settings).signal(Signal.HUP)) // it reads them again
                .build());
    // endregion
    return server;
  }

  static ManagedProcess rolledBack(ProcessManager manager, Path home, Consumer<String> pager) {
    // region watch-roll-back
    ManagedProcess app =
        manager.start(
            ProcessSpec.named("app")
                .command("sh", "app.sh")
                .directory(home)
                .minimumUptime(Duration.ofMillis(200)) // an end before this is a failure
                .with(FileWatch.of(home).rollBackOnFailure().restartDependents())
                .build());
    manager.events().on(RolledBack.class, back -> pager.accept("set back: " + back.files().size()));
    manager
        .events()
        .on(WatchSuspended.class, loop -> pager.accept("changes itself: " + loop.files()));
    // endregion
    return app;
  }

  static FileWatcher pages(Path site, Consumer<Path> render) throws Exception {
    // region file-watcher
    FileWatcher watcher =
        FileWatcher.start(
            WatchedFiles.under(site)
                .include("*.md")
                .honourGitIgnore()
                .debounce(Duration.ofMillis(50)),
            changes -> changes.forEach(change -> render.accept(change.path())));
    // endregion
    return watcher;
  }
}
