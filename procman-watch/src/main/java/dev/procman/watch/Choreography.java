package dev.procman.watch;

import dev.procman.Decision;
import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.ProcmanException;
import dev.procman.Signal;
import dev.procman.WaitTimeoutException;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What happens with one process when its files change. The watcher calls it for one set of changes
/// at a time and keeps what comes meanwhile for the next call, so that changes during a restart
/// make exactly one more. A start that is not over by then is cut short: it is one of files that
/// are not the latest.
final class Choreography implements FileWatcher.Hasty, AutoCloseable {
  /// To end before, and to be spawned; the rest is the specification's own start timeout.
  private static final Duration TO_END = Duration.ofMinutes(1);

  private static final int MOST_TOLD = 1000;

  private final FileWatch watch;
  private final ManagedProcess process;
  private final ProcessManager manager;
  private final RestartCount count;
  private final CountDownLatch begun = new CountDownLatch(1);
  private Optional<GoodCopy> copy = Optional.empty();
  private Optional<OnChangeCommand> command = Optional.empty();
  private @Nullable FileWatcher watcher;
  private volatile boolean closed;

  /// The call of the watcher that acts.
  private volatile Call call = new Call(Thread.currentThread());

  /// The latest call that is not the latest any more.
  private volatile @Nullable Thread overtaken;

  private record Call(Thread thread, CompletableFuture<Void> overtaken) {
    Call(Thread thread) {
      this(thread, new CompletableFuture<>());
    }
  }

  // Used by one call of the watcher at a time.

  /// The files were set back, and nothing but that has changed since.
  private boolean rolledBack;

  /// What changed could not be copied, so the copies are not those of one moment any more.
  private boolean noCopies;

  /// It was ready with the files as they were copied.
  private boolean proven;

  /// Starts by others than policy and watch, at the time the watch was suspended; -1 when it is
  /// not.
  private long suspendedAt = -1;

  /// The generation after which a failed change left it down; -1 when none did.
  private long downAfter = -1;

  /// The stop that left it down: a later one is somebody's.
  private Optional<Decision> downBy = Optional.empty();

  private Choreography(FileWatch watch, ManagedProcess process, ProcessManager manager) {
    this.watch = watch;
    this.process = process;
    this.manager = manager;
    this.count = new RestartCount(watch.mostRestarts(), watch.window().toNanos());
  }

  static Choreography begin(FileWatch watch, ManagedProcess process, ProcessManager manager)
      throws IOException {
    var choreography = new Choreography(watch, process, manager);
    try {
      choreography.begin();
      return choreography;
    } catch (IOException | RuntimeException | Error failed) {
      choreography.publish(
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
      copy = copied(mostBytes, files);
    }
    begun.countDown();
    publish(
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

  private Optional<GoodCopy> copied(long most, Collection<Path> files) throws IOException {
    var made = new GoodCopy(most);
    try {
      made.add(files);
      return Optional.of(made);
    } catch (IOException tooMuch) {
      made.close();
      troubled(noCopy(tooMuch));
      return Optional.empty();
    }
  }

  private WatchTrouble noCopy(IOException failed) {
    return new WatchTrouble(
        WatchTrouble.Kind.NO_COPY,
        watch.files().roots().getFirst(),
        "failed changes will not be rolled back: " + failed.getMessage());
  }

  @Override
  public void close() throws IOException {
    closed = true;
    begun.countDown();
    if (watcher != null) {
      watcher.close();
    }
    command.ifPresent(OnChangeCommand::close);
    if (copy.isPresent()) {
      copy.get().close();
    }
  }

  @Override
  public void troubled(WatchTrouble trouble) {
    publish(trouble.message(), meta -> new WatchEvent.WatchTroubled(meta, trouble));
  }

  /// Only the wait for a restart is cut short.
  @Override
  public boolean isHasty() {
    return watch.onChange() instanceof OnChange.Restart;
  }

  @Override
  public void overtaken(Thread which) {
    overtaken = which;
    var current = call;
    if (current.thread == which) {
      current.overtaken.complete(null);
    }
  }

  @Override
  public void changed(List<FileChange> reported) throws Exception {
    var current = new Call(Thread.currentThread());
    call = current;
    if (overtaken == current.thread) {
      current.overtaken.complete(null);
    }
    begun.await();
    var changes = rolledBack ? reported.stream().filter(this::isNews).toList() : reported;
    if (changes.isEmpty() || closed) {
      return;
    }
    rolledBack = false;
    String what = words(changes);
    publish(
        what,
        meta ->
            new WatchEvent.FilesChanged(
                meta, changes.stream().limit(MOST_TOLD).toList(), changes.size()));
    long began = System.nanoTime();
    try {
      var failure =
          switch (watch.onChange()) {
            case OnChange.Restart(boolean dependents) -> restart(changes, what, dependents);
            case OnChange.Send(Signal signal) -> send(signal);
            case OnChange.Run _ -> isWanted() ? command.orElseThrow().run() : NOTHING_DONE;
            case OnChange.Call(OnChange.Action action) -> call(action, changes);
          };
      if (failure.equals(NOTHING_DONE) || closed) {
        return;
      }
      var took = Duration.ofNanos(System.nanoTime() - began);
      publish(
          what,
          meta ->
              failure.isEmpty()
                  ? new WatchEvent.ChangeApplied(meta, took)
                  : new WatchEvent.ChangeFailed(meta, failure.get()));
      if (failure.isPresent() && watch.onChange() instanceof OnChange.Restart) {
        afterFailure();
      }
    } catch (InterruptedException | ProcmanException ended) {
      if (!closed) {
        throw ended;
      }
    }
  }

  /// Neither success nor failure.
  private static final Optional<String> NOTHING_DONE = Optional.of("");

  /// What a roll-back wrote itself is none.
  private boolean isNews(FileChange change) {
    return copy.map(good -> !good.isGood(change.path())).orElse(true);
  }

  private static String words(List<FileChange> changes) {
    var first = changes.getFirst();
    String more = changes.size() == 1 ? "" : " and " + (changes.size() - 1) + " more";
    return "file " + first.path() + more + " changed";
  }

  private boolean isWanted() {
    return process.snapshot().desired() == Desired.UP;
  }

  private Optional<String> send(Signal signal) {
    if (!isWanted()) {
      return NOTHING_DONE;
    }
    return process.signal(signal)
        ? Optional.empty()
        : Optional.of("there is no live process to send " + signal + " to");
  }

  private Optional<String> call(OnChange.Action action, List<FileChange> changes)
      throws InterruptedException {
    try {
      action.changed(process, changes);
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception failed) {
      return Optional.of("the host's action failed: " + failed);
    }
  }

  // Restarts.

  private Optional<String> restart(List<FileChange> changes, String reason, boolean dependents)
      throws InterruptedException {
    stage(changes);
    boolean leftDown = isLeftDown();
    if ((!leftDown && !isWanted()) || isSuspended(changes)) {
      return NOTHING_DONE;
    }
    downAfter = -1;
    proven |= process.state() == ProcessState.RUNNING;
    if (leftDown) {
      process.start();
    } else {
      process.restartIfWanted(reason);
    }
    var failure = awaitReadyOrOvertaken(process);
    if (failure.isEmpty()) {
      proven = true;
      copy.ifPresent(GoodCopy::keep);
    }
    if (failure.isEmpty() && dependents) {
      return restartDependents(reason);
    }
    return failure;
  }

  /// Whether it is down because a change failed, and not because somebody has stopped it since.
  private boolean isLeftDown() {
    var now = process.snapshot();
    return now.generation() == downAfter && now.state().isSettled() && latestStop().equals(downBy);
  }

  private List<Decision> stops() {
    return process.why().stream()
        .filter(decision -> decision.asked() == Decision.Asked.STOP)
        .toList();
  }

  private Optional<Decision> latestStop() {
    var stops = stops();
    return stops.isEmpty() ? Optional.empty() : Optional.of(stops.getLast());
  }

  private boolean isSuspended(List<FileChange> changes) {
    if (suspendedAt >= 0) {
      if (startsByOthers() <= suspendedAt) {
        return true;
      }
      suspendedAt = -1;
      count.forget();
      publish("somebody has started it", WatchEvent.WatchResumed::new);
    }
    if (count.admits(System.nanoTime())) {
      return false;
    }
    suspendedAt = startsByOthers();
    publish(
        "more than %d restarts within %s".formatted(watch.mostRestarts(), watch.window()),
        meta ->
            new WatchEvent.WatchSuspended(
                meta,
                watch.mostRestarts(),
                watch.window(),
                changes.stream().map(FileChange::path).limit(MOST_TOLD).toList()));
    return true;
  }

  /// Counts starts that no policy made. A suspended watch makes none, so that more than before are
  /// somebody's.
  private long startsByOthers() {
    var now = process.snapshot();
    return now.generation() - now.restarts();
  }

  private void stage(List<FileChange> changes) {
    if (copy.isEmpty() || noCopies) {
      return;
    }
    try {
      copy.get().stage(changes);
    } catch (IOException failed) {
      if (!closed) {
        noCopies = true;
        troubled(noCopy(failed));
      }
    }
  }

  private Optional<String> awaitReady(ManagedProcess one) throws InterruptedException {
    try {
      one.awaitReady(limit(one));
      return Optional.empty();
    } catch (ProcessNotReadyException failed) {
      boolean stopped = one.snapshot().desired() == Desired.DOWN;
      // Somebody has stopped it meanwhile: that is no failure of the change.
      return stopped ? NOTHING_DONE : Optional.of(String.valueOf(failed.getMessage()));
    }
  }

  /// Neither success nor failure when the next change is there before.
  private Optional<String> awaitReadyOrOvertaken(ManagedProcess one) throws InterruptedException {
    var outcome = new CompletableFuture<Optional<String>>();
    var waiter =
        Thread.ofVirtual()
            .name("procman-watch-ready")
            .start(() -> {
              try {
                outcome.complete(awaitReady(one));
              } catch (InterruptedException | RuntimeException failed) {
                outcome.completeExceptionally(failed);
              }
            });
    try {
      var _ = CompletableFuture.anyOf(outcome, call.overtaken).exceptionally(_ -> null).get();
      return !outcome.isDone() && isStarting(one) ? NOTHING_DONE : outcome.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ProcmanException ended) {
        throw ended;
      }
      throw new IllegalStateException(failed);
    } finally {
      waiter.interrupt();
    }
  }

  /// Whether it is on its way, once the generation before is gone.
  private static boolean isStarting(ManagedProcess one) throws InterruptedException {
    var others = EnumSet.complementOf(EnumSet.of(ProcessState.STOPPING));
    try {
      var state = one.awaitState(limit(one), others.toArray(ProcessState[]::new)).state();
      return state == ProcessState.WAITING || state == ProcessState.STARTING;
    } catch (WaitTimeoutException stuck) {
      return false;
    }
  }

  private static Duration limit(ManagedProcess one) {
    return one.spec().startTimeout().plus(TO_END);
  }

  private Optional<String> restartDependents(String reason) throws InterruptedException {
    for (var dependent : Dependents.of(process, manager)) {
      if (dependent.snapshot().desired() == Desired.UP) {
        dependent.restartIfWanted("it depends on " + process.name() + ", and " + reason);
        var failure = awaitReadyOrOvertaken(dependent).filter(words -> !words.isEmpty());
        if (failure.isPresent()) {
          publish(reason, meta -> new WatchEvent.ChangeFailed(meta, failure.get()));
          return NOTHING_DONE;
        }
      }
    }
    return Optional.empty();
  }

  private void afterFailure() throws InterruptedException {
    switch (watch.onFailure()) {
      case OnFailure.KeepTrying _ -> {}
      case OnFailure.StayDown _ -> leaveDown();
      case OnFailure.RollBack _ -> rollBack();
    }
  }

  private void leaveDown() {
    var before = stops();
    if (!isWanted()) {
      return;
    }
    var _ = process.stop();
    var since = stops().stream().filter(stop -> !before.contains(stop)).toList();
    if (since.size() == 1) {
      downBy = Optional.of(since.getFirst());
      downAfter = process.generation();
    }
  }

  private void rollBack() throws InterruptedException {
    var good = copy;
    var files = watcher;
    if (good.isEmpty() || noCopies || files == null || !proven) {
      return;
    }
    try {
      var restored = good.get().restore(files.files());
      rolledBack = true;
      process.restartIfWanted("the files were rolled back");
      boolean ready = awaitReady(process).isEmpty();
      publish("it did not become ready", meta -> new WatchEvent.RolledBack(meta, restored, ready));
    } catch (IOException failed) {
      publish(
          "it did not become ready",
          meta -> new WatchEvent.ChangeFailed(meta, "it could not be rolled back: " + failed));
    }
  }

  private void publish(String cause, Function<EventMeta, ? extends WatchEvent> event) {
    manager.events().publish(process.name(), cause, event);
  }
}
