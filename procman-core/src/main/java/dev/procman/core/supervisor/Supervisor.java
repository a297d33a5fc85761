package dev.procman.core.supervisor;

import dev.procman.Decision;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.Hook;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProbeSnapshot;
import dev.procman.ProcessId;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.core.Uninterruptibly;
import dev.procman.core.host.TempDirs;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Effect.Announcement;
import dev.procman.core.lifecycle.Finding;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.lifecycle.Lifecycle;
import dev.procman.core.lifecycle.LifecycleState;
import dev.procman.core.lifecycle.Rules;
import dev.procman.core.lifecycle.Transition;
import dev.procman.core.output.OutputLog;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcmanClock;
import java.time.DateTimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The shell around the state machine of one managed process: takes an input from the mailbox,
/// steps, performs the effects. All state belongs to its one virtual thread; others see the
/// [Board].
///
/// An effect that is answered at once (a launch, an empty tree) answers inline, without a turn
/// through the mailbox: a short-lived child costs its supervisor one waking for its start and one
/// for its end. Only what follows an end is decided in a turn of its own: a stop that waits in the
/// mailbox beats a restart, and a launch that fails at once, for ever, does not keep it waiting.
public final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

  private final String name;
  private final SupervisorContext context;
  private final Announcer announcer;
  private final OutputLog output;
  private final PortTable ports;
  private final TempDirs data;
  private final Board board;
  private final StdinPort input;
  private final ManagedProcess handle;
  private final Extensions extensions;
  private final ResourceSubject subject = new ResourceSubject(this);
  private final DecisionLog decisions = new DecisionLog();
  private final LinkedBlockingQueue<Message> mailbox = new LinkedBlockingQueue<>();
  private final ArrayDeque<Input> inbox = new ArrayDeque<>();
  private final Thread thread;

  // Written by the supervisor's thread, read by all.
  private volatile ProcessSpec spec;
  private volatile @Nullable Generation generation;
  private volatile @Nullable Prober prober;
  private volatile Supplier<RuntimeException> refusal;
  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private volatile boolean over;
  private volatile boolean keepDirectories;

  // The supervisor's thread only.
  private Rules rules;
  private LifecycleState state = LifecycleState.initial();
  private ProcmanClock.Timer timer = () -> {};
  private Optional<Arming> arming = Optional.empty();
  private @Nullable Ender ender;
  private boolean stepping;
  private Prober.Outside resources = Prober.Outside.NOTHING;
  private String reason = "registered";
  private Optional<ExitReport> lastExit = Optional.empty();
  private Optional<Instant> startedAt = Optional.empty();
  private Optional<Instant> nextStart = Optional.empty();

  /// What the supervisor's thread does next; a refused one answers its caller when nothing will be
  /// done any more.
  private record Message(Runnable action, Runnable refuse) {}

  /// A timer that is set when all inputs at hand are taken. Most are taken back before: a launch is
  /// answered inline.
  ///
  /// @param since when it was asked for
  private record Arming(Effect.ArmTimer effect, long since) {}

  /// Creates a supervisor; nothing happens before [#begin()].
  public Supervisor(ProcessSpec spec, SupervisorContext context) {
    this.name = spec.name();
    this.spec = spec;
    this.context = context;
    this.rules = rules(spec);
    this.announcer = new Announcer(name, context.events());
    this.output =
        new OutputLog(
            name,
            spec.output(),
            context.clock(),
            text -> secrets().mask(text),
            this::publishLine,
            this::sinkFailed);
    this.ports = new PortTable(context.ports(), context.launcher()::holds);
    this.data = new TempDirs(new ProcessId(name, 0));
    this.input = new StdinPort(name, this::process);
    this.board = new Board(new Board.View(snapshot(), state, false));
    this.refusal = () -> new IllegalStateException(name + " is not being supervised");
    this.handle = new Handle(this, context);
    this.extensions = new Extensions(handle, context);
    this.thread = Thread.ofVirtual().name("procman-supervisor-" + name).unstarted(this::run);
  }

  /// Announces the registration and begins to take inputs.
  public void begin() {
    announcer.publish(
        Level.DEBUG, snapshot(), spec.labels(), reason, ProcessEvent.ProcessRegistered::new);
    thread.start();
    post(new Message(() -> extensions.become(spec.extensions()), () -> {}));
  }

  /// The public handle.
  public ManagedProcess handle() {
    return handle;
  }

  /// The process's name.
  public String name() {
    return name;
  }

  /// What it is made from now.
  public ProcessSpec spec() {
    return spec;
  }

  /// Its public state.
  public ProcessSnapshot snapshotNow() {
    return board.view().snapshot();
  }

  /// Whether it was retired, so that its state will not change any more.
  public boolean isOver() {
    return board.view().over();
  }

  /// Where it stands at one moment.
  ///
  /// @param snapshot its public state
  /// @param wasReady whether its latest generation has been ready; one that no probe watches is
  ///   ready after its minimum uptime, which a success implies
  public record Standing(ProcessSnapshot snapshot, boolean wasReady) {}

  /// Where it stands now.
  public Standing standing() {
    var view = board.view();
    boolean unprobed = spec.startup().isEmpty() && spec.ready().isEmpty();
    return new Standing(view.snapshot(), unprobed || view.state().run().wasReady());
  }

  /// Hands in an input; returns at once. On the supervisor's own thread it is taken next.
  public void tell(Input next) {
    if (Thread.currentThread() == thread) {
      inbox.add(next);
      if (!stepping) {
        drain();
      }
    } else {
      post(new Message(() -> take(next), () -> {}));
    }
  }

  /// Has a command taken; returns when it was.
  ///
  /// @return the generation that was current then
  /// @throws RuntimeException as given to [#retire] when it is over
  public long command(Input.Command command) {
    return join(request(command));
  }

  /// Hands in a command; it completes when that was taken, with the generation that was current
  /// then, or as [#command] fails.
  public CompletableFuture<Long> request(Input.Command command) {
    return question(() -> {
      if (command instanceof Input.Start || command instanceof Input.Restart) {
        refusals.stream()
            .findFirst()
            .ifPresent(standing -> {
              throw standing.answer.get();
            });
      }
      take(command);
      return state.generation();
    });
  }

  /// Waits for an answer, and throws what it failed with.
  public static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /// Why it is not started any more: a stop is under way that must be the last. There may be
  /// several at a time, such as a removal and the manager's end, and one that is taken back leaves
  /// the others standing.
  public final class Refusal implements AutoCloseable {
    private final Supplier<RuntimeException> answer;

    private Refusal(Supplier<RuntimeException> answer) {
      this.answer = answer;
    }

    /// Takes it back. Idempotent.
    @Override
    public void close() {
      refusals.remove(this);
    }
  }

  /// Refuses from now on to start.
  public Refusal refuseStarts(Supplier<RuntimeException> answer) {
    var refusal = new Refusal(answer);
    refusals.add(refusal);
    return refusal;
  }

  /// Keeps temporary directories from now on; returns those there are.
  List<Path> keepDirectories() {
    keepDirectories = true;
    var present = new ArrayList<>(data.present());
    var current = generation;
    if (current != null) {
      present.addAll(current.directories());
    }
    return List.copyOf(present);
  }

  /// Returns when everything asked so far was taken and told: what the board shows may be a moment
  /// ahead of its events.
  public void awaitTurn() {
    if (Thread.currentThread() != thread) {
      var turn = new CompletableFuture<Void>();
      post(new Message(() -> turn.complete(null), () -> turn.complete(null)));
      turn.join();
    }
  }

  /// Announces that it is taken out of the registry. Called while its name cannot be registered
  /// again yet, so that nobody hears of the next one first.
  public void announceRemoval() {
    announcer.publish(
        Level.DEBUG, snapshotNow(), spec.labels(), "removed", ProcessEvent.ProcessRemoved::new);
  }

  /// Ends the supervision of a process that does not run; what is asked for after that is refused.
  /// Returns when it is over, also when somebody else ends it at the same time.
  public void retire(Supplier<RuntimeException> answer) {
    refusal = answer;
    post(new Message(() -> over = true, () -> {}));
    Uninterruptibly.await(thread::join);
  }

  private Rules rules(ProcessSpec of) {
    return Rules.of(
        of, AskedAside.of(of.restart().orElse(context.defaultRestart())), context.defaultStop());
  }

  // The mailbox.

  private void run() {
    while (!over) {
      try {
        mailbox.take().action().run();
      } catch (InterruptedException unexpected) {
        log.atWarn()
            .addKeyValue("process.name", name)
            .log("a supervisor was interrupted; it goes on");
      } catch (RuntimeException | Error fault) {
        log.atError()
            .addKeyValue("process.name", name)
            .setCause(fault)
            .log("a fault of procman itself; the supervisor goes on");
      }
    }
    timer.cancel();
    stopProbes();
    extensions.become(List.of());
    output.close();
    releasePorts();
    context.resources().forget(name, subject);
    var _ = data.finish(keepDirectories || lastExit.map(last -> !last.success()).orElse(false));
    show();
    refuseAll();
  }

  private void post(Message message) {
    mailbox.add(message);
    if (over) {
      refuseAll();
    }
  }

  private void refuseAll() {
    for (Message message; (message = mailbox.poll()) != null; ) {
      message.refuse().run();
    }
  }

  <T> T ask(Supplier<T> question) {
    return join(question(question));
  }

  private <T> CompletableFuture<T> question(Supplier<T> question) {
    if (Thread.currentThread() == thread) {
      return CompletableFuture.completedFuture(question.get());
    }
    var answer = new CompletableFuture<T>();
    post(
        new Message(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException | Error thrown) {
                answer.completeExceptionally(thrown);
              }
            },
            () -> answer.completeExceptionally(refusal.get())));
    return answer;
  }

  private void take(Input next) {
    inbox.add(next);
    if (!stepping) {
      drain();
    }
  }

  private void drain() {
    stepping = true;
    try {
      for (Input next; (next = inbox.poll()) != null; ) {
        step(next);
      }
    } finally {
      stepping = false;
      arming.ifPresent(this::setTimer);
      arming = Optional.empty();
    }
  }

  private void setTimer(Arming asked) {
    var since = Duration.ofNanos(context.clock().nanoTime() - asked.since);
    var left = asked.effect.delay().minus(since);
    timer =
        context
            .clock()
            .schedule(
                left.isNegative() ? Duration.ZERO : left,
                () -> tell(new Input.TimerFired(asked.effect.token())));
  }

  private void step(Input next) {
    var before = state.phase();
    var transition =
        Lifecycle.step(
            state,
            next,
            rules,
            context.clock().nanoTime(),
            ThreadLocalRandom.current().nextDouble());
    if (transition.stale()) {
      return;
    }
    state = transition.state();
    reason = secrets().mask(transition.reason());
    note(transition);
    if (next instanceof Input.Launched) {
      context.resources().begin(name, subject, generation().orElseThrow()::target);
    }
    decisions.add(
        new Decision(
            context.clock().instant(),
            state.generation(),
            asked(next),
            secrets().mask(next.toString()),
            before,
            state.phase(),
            reason));
    show();
    for (var effect : transition.effects()) {
      perform(effect);
    }
    if (before != state.phase() || next instanceof Input.Launched) {
      context.neighbours().changed(board.view().snapshot());
    }
  }

  private static Decision.Asked asked(Input input) {
    return switch (input) {
      case Input.Command command ->
          switch (command) {
            case Input.Start _ -> Decision.Asked.START;
            case Input.Stop _ -> Decision.Asked.STOP;
            case Input.Restart _ -> Decision.Asked.RESTART;
            case Input.Reset _ -> Decision.Asked.RESET;
          };
      default -> Decision.Asked.NOTHING;
    };
  }

  /// Wall times that go with a transition.
  private void note(Transition transition) {
    for (var effect : transition.effects()) {
      if (effect instanceof Effect.Announce(Announcement announcement)) {
        switch (announcement) {
          case Announcement.Starting _ -> nextStart = Optional.empty();
          case Announcement.Started _ -> startedAt = Optional.of(context.clock().instant());
          case Announcement.RestartScheduled restart ->
              nextStart = Optional.of(after(restart.delay()));
          case Announcement.CrashLoop loop -> nextStart = loop.coolDown().map(this::after);
          case Announcement.Stopped _ -> nextStart = Optional.empty();
          default -> {}
        }
      }
    }
  }

  private Instant after(Duration delay) {
    try {
      return context.clock().instant().plus(delay);
    } catch (DateTimeException | ArithmeticException never) {
      return Instant.MAX;
    }
  }

  // What others see.

  private ProcessSnapshot snapshot() {
    var run = state.run();
    return new ProcessSnapshot(
        name,
        state.phase(),
        state.desired(),
        state.health(),
        state.generation(),
        run.live() && run.pid() >= 0 ? OptionalLong.of(run.pid()) : OptionalLong.empty(),
        state.counters().total(),
        ports.numbers(),
        startedAt,
        nextStart,
        lastExit,
        reason);
  }

  private void show() {
    board.show(new Board.View(snapshot(), state, over));
  }

  private void publishLine(OutputLine line) {
    context
        .events()
        .publish(
            name,
            line.generation(),
            spec.labels(),
            "it printed a line",
            null,
            meta -> new ProcessEvent.ProcessOutputLine(meta, secrets().mask(line)));
  }

  private void sinkFailed(String sink, long lost, Throwable cause) {
    context
        .events()
        .publish(
            name,
            board.view().snapshot().generation(),
            spec.labels(),
            secrets().mask(String.valueOf(cause)),
            null,
            meta -> new ProcessEvent.SinkFailed(meta, sink, lost));
  }

  Board board() {
    return board;
  }

  OutputLog output() {
    return output;
  }

  StdinPort input() {
    return input;
  }

  List<Decision> decisions() {
    return decisions.list();
  }

  /// The current or latest generation, if there was one.
  Optional<Generation> generation() {
    return Optional.ofNullable(generation);
  }

  Optional<LaunchedProcess> process() {
    return generation().flatMap(Generation::process);
  }

  List<ProbeSnapshot> probes() {
    var present = prober;
    return present == null ? List.of() : present.snapshots();
  }

  List<String> probeWords() {
    var present = prober;
    return present == null ? List.of() : present.words();
  }

  Secrets secrets() {
    return generation().map(Generation::secrets).orElseGet(() -> Secrets.declaredBy(spec));
  }

  // Effects.

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.CheckDependencies check ->
          context.neighbours().awaitDependencies(this, spec, check.token());
      case Effect.Launch launch -> launch(launch.generation());
      case Effect.CancelLaunch _ -> generation().ifPresent(Generation::cancel);
      case Effect.StartProbes _ -> newProber().awaitReadiness();
      case Effect.StopProbes _ -> stopProbes();
      case Effect.AfterReady _ -> afterReady();
      case Effect.BeforeStop before ->
          hook(Hook.Point.BEFORE_STOP, () -> tell(new Input.BeforeStopDone(before.generation())));
      case Effect.PerformStep perform -> ifEnder(present -> present.perform(perform.step()));
      case Effect.KillTree _ -> ifEnder(Ender::kill);
      case Effect.Sweep sweep -> ifEnder(present -> present.sweep(sweep));
      case Effect.Finish finish -> finish(finish.ending());
      case Effect.ReleasePorts _ -> releasePorts();
      case Effect.ArmTimer arm -> {
        timer.cancel();
        arming = Optional.of(new Arming(arm, context.clock().nanoTime()));
      }
      case Effect.DisarmTimer _ -> {
        timer.cancel();
        arming = Optional.empty();
      }
      case Effect.Announce announce ->
          announcer.announce(
              announce.announcement(), board.view().snapshot(), spec.labels(), reason);
    }
  }

  private void launch(long number) {
    var next =
        new Generation(new ProcessId(name, number), spec, context, data, ports, output, this::tell);
    stopProbes();
    prober = null;
    resources = Prober.Outside.NOTHING;
    generation = next;
    ender = new Ender(next, context, input, this::tell);
    next.launch(handle);
  }

  /// What listens at a port goes before the port may be leased to another.
  private void releasePorts() {
    context.launcher().release(context.mark(), name);
    ports.close();
  }

  private void ifEnder(Consumer<Ender> use) {
    if (ender != null) {
      use.accept(ender);
    }
  }

  private Prober newProber() {
    stopProbes();
    var fresh =
        new Prober(
            new ProbeContext.Subject(
                handle, generation().orElseThrow(), context, state.run().spawnedAt()),
            spec,
            verdict -> post(new Message(verdict, () -> {})),
            this::tell);
    fresh.outside(resources);
    prober = fresh;
    return fresh;
  }

  /// Where its resources stand between their thresholds.
  void resources(long number, Prober.Outside standing) {
    post(
        new Message(
            () -> {
              if (number != state.generation()) {
                return;
              }
              resources = standing;
              var present = prober;
              if (present != null && present.generation() == number) {
                present.outside(standing);
                present.tellHealth(standing.finding());
              }
            },
            () -> {}));
  }

  private void stopProbes() {
    var present = prober;
    if (present != null) {
      present.close();
    }
  }

  private void afterReady() {
    watchHealth();
    hook(Hook.Point.AFTER_READY, () -> {});
  }

  private void watchHealth() {
    var present = prober;
    boolean own = present != null && present.generation() == state.generation();
    (own && present != null ? present : newProber()).watchHealth();
  }

  private void hook(Hook.Point point, Runnable then) {
    var hook = spec.hooks().get(point);
    if (hook == null) {
      then.run();
    } else {
      HookRunner.run(point, hook, handle, context.clock(), then);
    }
  }

  private void finish(Effect.Ending ending) {
    var ended = generation().orElseThrow();
    ended.end();
    ended.process().ifPresent(input::ended);
    var status = state.run().status();
    var used =
        context
            .resources()
            .end(
                ended.id, status.map(ExitStatus::describe).orElse("not launched"), ending.uptime());
    var report = Reports.of(ended, ending, status, used, output, keepDirectories);
    lastExit = Optional.of(report);
    show();
    FlightEvents.exited(report);
    announcer.publish(
        report.success() ? Level.INFO : Level.WARN,
        board.view().snapshot(),
        spec.labels(),
        report.describe(),
        meta -> new ProcessEvent.ProcessExited(meta, report));
    boolean portLost =
        !state.run().wasReady() && Diagnostician.isPortLost(report.diagnosis(), leasedPorts());
    var finished = new Input.Finished(ended.id.generation(), portLost);
    hook(Hook.Point.AFTER_EXIT, () -> post(new Message(() -> take(finished), () -> {})));
  }

  private List<Integer> leasedPorts() {
    return ports.numbers().entrySet().stream()
        .filter(port -> spec.ports().getOrDefault(port.getKey(), 0) == 0)
        .map(Map.Entry::getValue)
        .toList();
  }

  // Reconfiguration.

  /// Replaces the specification; on the supervisor's thread.
  ///
  /// @return whether a restart was begun
  boolean replace(ProcessSpec next) {
    var old = spec;
    spec = next;
    rules = rules(next);
    output.settings(next.output());
    extensions.become(next.extensions());
    if (!state.phase().mayBeAlive()) {
      if (!old.ports().equals(next.ports())
          || !old.launch().sockets().equals(next.launch().sockets())) {
        // What listens at a port goes before the port does.
        context.launcher().release(context.mark(), name);
      }
      ports.giveBack(next);
      show();
    }
    boolean active =
        switch (state.phase()) {
          case STARTING, RUNNING -> true;
          default -> false;
        };
    boolean restarting = active && needsRestart(old, next);
    announcer.publish(
        Level.INFO,
        board.view().snapshot(),
        next.labels(),
        restarting
            ? "its specification was replaced; it restarts"
            : "its specification was replaced",
        meta -> new ProcessEvent.ConfigurationChanged(meta, restarting));
    if (restarting) {
      take(new Input.Restart(false, "its specification changed"));
    } else if (state.phase() == ProcessState.RUNNING && probesDiffer(old, next)) {
      newProber().watchHealth();
      take(
          new Input.Health(
              state.generation(),
              HealthStatus.UNKNOWN,
              new Finding("update", "its probes were replaced", Map.of(), 0)));
    } else if (state.phase() == ProcessState.WAITING
        && !(old.dependencies().equals(next.dependencies())
            && old.resources().reservation().equals(next.resources().reservation()))) {
      context.neighbours().awaitDependencies(this, next, state.token());
    }
    return restarting;
  }

  private boolean needsRestart(ProcessSpec old, ProcessSpec next) {
    return next.needsRestartFrom(old)
        || (state.phase() == ProcessState.STARTING && probesDiffer(old, next));
  }

  private static boolean probesDiffer(ProcessSpec old, ProcessSpec next) {
    return !old.startup().equals(next.startup())
        || !old.ready().equals(next.ready())
        || !old.live().equals(next.live());
  }
}
