package dev.procman.core.supervisor;

import dev.procman.spi.DurationText;
import dev.procman.Decision;
import dev.procman.Desired;
import dev.procman.ExitReport;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.ProbeSnapshot;
import dev.procman.ProcessInput;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessOutput;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.ProcmanException;
import dev.procman.ServiceState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.UnsupportedByLauncherException;
import dev.procman.WaitTimeoutException;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// The public face of a supervisor: commands go to its mailbox, questions to its board.
final class Handle implements ManagedProcess {
  private static final Duration FOR_EVER = Duration.ofDays(365_000);

  private final Supervisor supervisor;
  private final SupervisorContext context;

  Handle(Supervisor supervisor, SupervisorContext context) {
    this.supervisor = supervisor;
    this.context = context;
  }

  @Override
  public String name() {
    return supervisor.name();
  }

  @Override
  public ProcessSpec spec() {
    return supervisor.spec();
  }

  @Override
  public ProcessSnapshot snapshot() {
    return supervisor.snapshotNow();
  }

  @Override
  public int port(String port) {
    if (!spec().ports().containsKey(port)) {
      throw new InvalidSpecException(
          "port",
          port,
          "use a port that the specification of '"
              + name()
              + "' names: "
              + spec().ports().keySet());
    }
    Integer number = snapshot().ports().get(port);
    if (number == null) {
      throw new IllegalStateException(
          "process '"
              + name()
              + "' was not started yet, so its port '"
              + port
              + "' has no number; start it first");
    }
    return number;
  }

  @Override
  public List<Path> keepDirectories() {
    return supervisor.directories().keep(supervisor.current().generation());
  }

  @Override
  public List<ProbeSnapshot> probes() {
    return supervisor.probes().snapshots();
  }

  @Override
  public Optional<ServiceState> serviceState() {
    return supervisor.current().generation().flatMap(Generation::serviceState);
  }

  // Commands.

  @Override
  public void start() {
    context.neighbours().startWithDependencies(supervisor);
  }

  @Override
  public Optional<ExitReport> stop() {
    return stop(Optional.empty());
  }

  @Override
  public Optional<ExitReport> stop(StopSequence sequence) {
    return stop(Optional.of(sequence));
  }

  private Optional<ExitReport> stop(Optional<StopSequence> sequence) {
    if (supervisor.board().view().over()) {
      return snapshot().lastExit();
    }
    long generation = supervisor.command(new Input.Stop(sequence));
    if (isInOwnHook()) {
      // The end waits for the hook, so the hook must not wait for the end.
      return snapshot().lastExit();
    }
    try {
      var _ =
          supervisor
              .board()
              .await(
                  FOR_EVER,
                  view -> isStopped(view, generation) ? Optional.of(view) : Optional.empty());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return snapshot().lastExit();
  }

  /// Whether a stop that was asked of a generation is over.
  static boolean isStopped(Board.View view, long generation) {
    return view.over()
        || isGone(view.snapshot().state())
        || view.snapshot().generation() != generation;
  }

  private boolean isInOwnHook() {
    return HookRunner.INSIDE.isBound() && HookRunner.INSIDE.get() == this;
  }

  /// Also when somebody has asked for it to run again since.
  private static boolean isGone(ProcessState state) {
    return !state.mayBeAlive() || state == ProcessState.STUCK;
  }

  @Override
  public void restart() {
    var _ = supervisor.command(new Input.Restart(true, "asked to restart"));
  }

  @Override
  public void restartIfWanted(String reason) {
    var _ = supervisor.command(new Input.Restart(false, reason));
  }

  @Override
  public boolean signal(Signal signal) {
    if (signal != Signal.TERM
        && signal != Signal.KILL
        && !context.launcher().capabilities().contains(Capability.SIGNALS)) {
      throw new UnsupportedByLauncherException(
          "signal " + signal, context.launcher().name(), "send TERM or KILL");
    }
    return supervisor
        .current()
        .process()
        .filter(LaunchedProcess::isAlive)
        .map(process -> process.signal(signal))
        .orElse(false);
  }

  @Override
  public void reset() {
    var _ = supervisor.command(new Input.Reset());
  }

  @Override
  public boolean update(ProcessSpec spec) {
    if (!spec.name().equals(name())) {
      throw new InvalidSpecException(
          "name", spec.name(), "keep the name '" + name() + "', or register another process");
    }
    context.neighbours().checkReplacement(spec);
    return supervisor.replace(spec);
  }

  @Override
  public void remove() {
    context.neighbours().remove(supervisor, !isInOwnHook());
  }

  // Waiting.

  @Override
  public void awaitReady(Duration timeout) throws InterruptedException {
    long began = System.nanoTime();
    var answer = supervisor.board().await(timeout, this::readiness);
    if (answer.filter(String::isEmpty).isEmpty()) {
      var waited = Duration.ofNanos(System.nanoTime() - began);
      throw notReady(answer.orElse("the time for it is over"), waited);
    }
  }

  /// Empty while it is open, an empty text when it is ready, else why it will not be.
  private Optional<String> readiness(Board.View view) {
    if (view.over()) {
      return Optional.of("it is not supervised any more");
    }
    var snapshot = view.snapshot();
    return switch (snapshot.state()) {
      case RUNNING -> isKnownToHaveEnded(snapshot) ? Optional.empty() : Optional.of("");
      case NEW -> Optional.of("it was not asked to run");
      case COMPLETED ->
          Optional.of(supervisor.spec().isReadyByTime() ? "" : "it came to COMPLETED");
      case STOPPED, FAILED, SKIPPED, CRASH_LOOP, STUCK ->
          Optional.of("it came to " + snapshot.state());
      case WAITING, STARTING, STOPPING, BACKOFF -> {
        if (snapshot.desired() == Desired.DOWN) {
          yield Optional.of("it was asked to stop");
        }
        yield view.state().counters().unready() > 0
            ? Optional.of("it ended before it was ready")
            : Optional.empty();
      }
    };
  }

  /// Its launcher knows, and the news of its exit is on its way: the wait goes on until that comes.
  private boolean isKnownToHaveEnded(ProcessSnapshot shown) {
    return supervisor
        .current()
        .generation()
        .filter(run -> run.id.generation() == shown.generation())
        .flatMap(Generation::process)
        .filter(process -> !process.isAlive())
        .isPresent();
  }

  private ProcessNotReadyException notReady(String why, Duration waited) {
    var now = snapshot();
    var generation = supervisor.current().generation();
    var report =
        now.lastExit()
            .filter(last -> generation.map(run -> run.id.equals(last.id())).orElse(false));
    if (report.isEmpty() && why.startsWith("it ended")) {
      report = now.lastExit();
    }
    var tail = supervisor.output().maskedTail(Reports.LINES);
    var text =
        FailureStory.tell(
            why,
            waited,
            now,
            generation,
            report,
            supervisor.probes().words(),
            tail,
            supervisor.output().maskedUnfinished());
    return new ProcessNotReadyException(
        supervisor.current().secrets().mask(text),
        now,
        generation.flatMap(Generation::failure).orElse(null));
  }

  @Override
  public ExitReport awaitExit(Duration timeout) throws InterruptedException {
    return supervisor
        .board()
        .await(timeout, exitOf(awaited()))
        .orElseThrow(() ->
            new WaitTimeoutException(
                "process '%s' has not ended within %s; it is %s"
                    .formatted(name(), DurationText.of(timeout), snapshot().state())));
  }

  /// The generation whose end a wait that begins now is about: the next one when somebody has asked
  /// for it and this one is already reported on.
  private long awaited() {
    var view = supervisor.board().view();
    long present = view.snapshot().generation();
    boolean reported =
        view.snapshot().lastExit().filter(last -> last.id().generation() == present).isPresent();
    boolean next =
        view.snapshot().state() == ProcessState.WAITING
            || (reported && view.state().run().restartPending());
    return next ? present + 1 : present;
  }

  private Function<Board.View, Optional<ExitReport>> exitOf(long generation) {
    return view -> {
      var snapshot = view.snapshot();
      var report = snapshot.lastExit();
      boolean ended =
          switch (snapshot.state()) {
            case WAITING, STARTING, RUNNING, STOPPING, STUCK ->
                report
                    .filter(last -> last.id().generation() >= Math.max(1, generation))
                    .isPresent();
            default -> true;
          };
      if (report.isEmpty() && (ended || view.over())) {
        throw new IllegalStateException(
            "process '%s' has not run: it is %s, because %s"
                .formatted(name(), snapshot.state(), snapshot.reason()));
      }
      return ended || view.over() ? report : Optional.empty();
    };
  }

  @Override
  public ProcessSnapshot awaitState(Duration timeout, ProcessState... states)
      throws InterruptedException {
    var wanted = Set.of(states);
    return supervisor
        .board()
        .await(
            timeout,
            view ->
                wanted.contains(view.snapshot().state()) || view.over()
                    ? Optional.of(view.snapshot())
                    : Optional.empty())
        .filter(snapshot -> wanted.contains(snapshot.state()))
        .orElseThrow(() ->
            new WaitTimeoutException(
                "process '%s' has not come to %s within %s; it is %s, because %s"
                    .formatted(
                        name(),
                        wanted,
                        DurationText.of(timeout),
                        snapshot().state(),
                        snapshot().reason())));
  }

  @Override
  public CompletionStage<ManagedProcess> whenReady() {
    return later(() -> {
      awaitReady(FOR_EVER);
      return this;
    });
  }

  @Override
  public CompletionStage<ExitReport> onExit() {
    var exit = exitOf(awaited());
    return later(() -> supervisor.board().await(FOR_EVER, exit).orElseThrow());
  }

  private <T> CompletionStage<T> later(Callable<T> wait) {
    var stage = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("procman-wait-" + name())
        .start(() -> {
          try {
            stage.complete(wait.call());
          } catch (ProcmanException | IllegalStateException failed) {
            stage.completeExceptionally(failed);
          } catch (Exception unexpected) {
            stage.completeExceptionally(new IllegalStateException(unexpected));
          }
        });
    return stage.minimalCompletionStage();
  }

  @Override
  public ProcessOutput output() {
    return supervisor.output();
  }

  @Override
  public ProcessInput input() {
    return supervisor.input();
  }

  @Override
  public List<Decision> why() {
    return supervisor.decisions();
  }

  @Override
  public String toString() {
    var now = snapshot();
    return now.name() + "#" + now.generation() + " " + now.state();
  }
}
