package dev.procman.watch;

import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcmanException;
import dev.procman.Signal;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// What happens with one process when its files change. The watcher calls it for one set of changes
/// at a time and keeps what comes meanwhile for the next call, so that changes during a restart
/// make exactly one more. A start that is not over by then is cut short: it is one of files that
/// are not the latest.
final class Choreography implements FileWatcher.Hasty, AutoCloseable {
  static final int MOST_TOLD = 1000;

  private static final System.Logger LOG = System.getLogger("procman.watch");

  private final FileWatch watch;
  private final ManagedProcess process;
  private final ProcessManager manager;
  private final WatchEvents events;
  private final RollBack rollBack;
  private final Restarts restarts;
  private final Calls calls = new Calls();
  private final CountDownLatch begun = new CountDownLatch(1);
  private Optional<OnChangeCommand> command = Optional.empty();
  private @Nullable FileWatcher watcher;
  private volatile boolean closed;

  private Choreography(FileWatch watch, ManagedProcess process, ProcessManager manager) {
    this.watch = watch;
    this.process = process;
    this.manager = manager;
    this.events = new WatchEvents(manager, process.name());
    this.rollBack = new RollBack(watch.files(), events);
    this.restarts = new Restarts(watch, process, manager, events, rollBack);
  }

  static Choreography begin(FileWatch watch, ManagedProcess process, ProcessManager manager)
      throws IOException {
    var choreography = new Choreography(watch, process, manager);
    try {
      choreography.begin();
      return choreography;
    } catch (IOException | RuntimeException | Error failed) {
      choreography.events.publish(
          "the watch could not begin",
          meta -> new WatchEvent.WatchFailed(meta, String.valueOf(failed.getMessage())));
      choreography.close();
      throw failed;
    }
  }

  private void begin() throws IOException {
    if (watch.onChange() instanceof OnChange.Run(List<String> argv)) {
      command = Optional.of(new OnChangeCommand(process, manager, argv));
    }
    var begins =
        FileWatcher.start(
            watch.files(), new OwnFiles(process.spec(), manager.stateDirectory()), since(), this);
    watcher = begins;
    var files = begins.files();
    if (watch.onFailure() instanceof OnFailure.RollBack(long mostBytes)) {
      rollBack.begin(mostBytes, files);
    }
    begun.countDown();
    events.publish(
        "watching " + watch.files().roots(),
        meta -> new WatchEvent.WatchStarted(meta, files.size()));
  }

  /// What changes from the moment the specification was taken counts, though the watch begins a
  /// little later.
  private Optional<Instant> since() {
    return manager.events().recent(MOST_TOLD).stream()
        .filter(event -> event.process().equals(process.name()))
        .filter(event ->
            event instanceof ProcessEvent.ProcessRegistered
                || event instanceof ProcessEvent.ConfigurationChanged)
        .map(event -> event.meta().time())
        .max(Comparator.naturalOrder());
  }

  @Override
  public void close() throws IOException {
    closed = true;
    begun.countDown();
    if (watcher != null) {
      watcher.close();
    }
    command.ifPresent(OnChangeCommand::close);
    rollBack.close();
  }

  @Override
  public void troubled(WatchTrouble trouble) {
    if (trouble.kind() == WatchTrouble.Kind.MISSING_ROOT) {
      // Mostly a path that is wrong, of a host that does not listen to events yet.
      LOG.log(System.Logger.Level.WARNING, process.name() + ": " + trouble.message());
    }
    events.publish(trouble.message(), meta -> new WatchEvent.WatchTroubled(meta, trouble));
  }

  /// Only the wait for a restart is cut short.
  @Override
  public boolean isHasty() {
    return watch.onChange() instanceof OnChange.Restart;
  }

  @Override
  public void overtaken(Thread call) {
    calls.overtaken(call);
  }

  @Override
  public void changed(List<FileChange> reported) throws Exception {
    var overtaken = calls.begin();
    begun.await();
    if (closed) {
      return;
    }
    var changes = rollBack.news(reported);
    if (changes.isEmpty()) {
      return;
    }
    String what = words(changes);
    events.publish(
        what,
        meta ->
            new WatchEvent.FilesChanged(
                meta, changes.stream().limit(MOST_TOLD).toList(), changes.size()));
    long began = System.nanoTime();
    try {
      var outcome = act(changes, what, overtaken);
      if (!closed) {
        tell(outcome, what, Duration.ofNanos(System.nanoTime() - began));
      }
    } catch (InterruptedException | ProcmanException ended) {
      if (!closed) {
        throw ended;
      }
    }
  }

  private static String words(List<FileChange> changes) {
    var first = changes.getFirst();
    String more = changes.size() == 1 ? "" : " and " + (changes.size() - 1) + " more";
    return "file " + first.path() + more + " changed";
  }

  private Outcome act(List<FileChange> changes, String what, CompletableFuture<Void> overtaken)
      throws InterruptedException {
    return switch (watch.onChange()) {
      case OnChange.Restart(boolean dependents) ->
          restarts.restart(changes, what, dependents, overtaken);
      case OnChange.Send(Signal signal) -> isWanted() ? send(signal) : new Outcome.Nothing();
      case OnChange.Run _ ->
          isWanted() ? Outcome.of(command.orElseThrow().run()) : new Outcome.Nothing();
      case OnChange.Call(OnChange.Action action) -> call(action, changes);
    };
  }

  private boolean isWanted() {
    return process.snapshot().desired() == Desired.UP;
  }

  private Outcome send(Signal signal) {
    return process.signal(signal)
        ? new Outcome.Done()
        : new Outcome.Failed("there is no live process to send " + signal + " to");
  }

  private Outcome call(OnChange.Action action, List<FileChange> changes)
      throws InterruptedException {
    try {
      action.changed(process, changes);
      return new Outcome.Done();
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception failed) {
      return new Outcome.Failed("the host's action failed: " + failed);
    }
  }

  private void tell(Outcome outcome, String what, Duration after) throws InterruptedException {
    switch (outcome) {
      case Outcome.Done _ ->
          events.publish(what, meta -> new WatchEvent.ChangeApplied(meta, after));
      case Outcome.Failed(String reason) -> {
        events.publish(what, meta -> new WatchEvent.ChangeFailed(meta, reason));
        var files = watcher;
        if (isHasty() && files != null) {
          restarts.afterFailure(files::files);
        }
      }
      case Outcome.Nothing _ -> {}
    }
  }
}
