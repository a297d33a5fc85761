package dev.procman.core.supervisor;

import dev.procman.Decision;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.output.Mask;
import dev.procman.core.output.OutputLog;
import dev.procman.event.EventMeta;
import dev.procman.event.ProcessEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.event.Level;

/// The shell around the state machine of one managed process, as others use it. What they hand in
/// goes one way: through the [Mailbox] to the [Stepper], which steps the state machine, shows the
/// [Situation] on the [Board], and has the [Performer] perform the effects; what comes of those is
/// handed in again. All state belongs to the one thread at a time that takes from the mailbox.
public final class Supervisor {
  private final Refusals refusals = new Refusals();
  private final Mailbox mailbox;
  private final Parts parts;
  private final Extensions extensions;
  private final Probes probes;
  private final ResourceSubject measured;
  private final Alarm alarm;
  private final Stepper stepper;
  private final Replacement replacement;

  /// Creates a supervisor; nothing happens before [#begin()].
  public Supervisor(ProcessSpec spec, SupervisorContext context) {
    this.mailbox = new Mailbox(spec.name(), this::end);
    this.parts = parts(spec, context);
    this.extensions =
        new Extensions(parts.handle(), context, text -> parts.current().secrets().mask(text));
    this.probes = new Probes(parts);
    this.measured = new ResourceSubject(parts, probes);
    this.alarm = new Alarm(context.clock(), this::tell);
    var performer = new Performer(parts, probes, alarm, new Finisher(parts, measured));
    this.stepper = new Stepper(parts, measured, performer, alarm);
    this.replacement = new Replacement(parts, extensions, probes, stepper);
  }

  private Parts parts(ProcessSpec spec, SupervisorContext context) {
    String name = spec.name();
    var launcher = context.launcher();
    var current = new Current(spec);
    var ports =
        new PortTable(
            context.ports(), launcher::holds, () -> launcher.release(context.mark(), name));
    var situation = new Situation(name, ports, context.clock());
    var told = new OutputEvents(name, current, situation.board(), context.events());
    return new Parts(
        new Handle(this, context),
        context,
        current,
        situation,
        new Announcer(name, context.events()),
        new OutputLog(
            name, LogOwners.of(spec), context.clock(), mask(current), told::line, told::sinkFailed),
        new StdinPort(name, current::process, () -> current.spec().stdin()),
        ports,
        new Directories(name, context.bookkeeper()),
        mailbox,
        this::tell,
        token -> context.neighbours().awaitDependencies(this, current.spec(), token),
        token -> context.neighbours().watchDependencies(this, current.spec(), token));
  }

  private static Mask mask(Current current) {
    return new Mask() {
      @Override
      public String text(String text) {
        return current.secrets().mask(text);
      }

      @Override
      public OutputLine line(OutputLine line) {
        return current.secrets().mask(line);
      }
    };
  }

  /// Announces the registration and begins to take inputs.
  public void begin() {
    announce("registered", ProcessEvent.ProcessRegistered::new);
    mailbox.begin();
    mailbox.execute(() -> extensions.become(spec().extensions()));
  }

  /// The public handle.
  public ManagedProcess handle() {
    return parts.handle();
  }

  /// The process's name.
  public String name() {
    return spec().name();
  }

  /// What it is made from now.
  public ProcessSpec spec() {
    return parts.current().spec();
  }

  /// Its public state.
  public ProcessSnapshot snapshotNow() {
    return parts.situation().shown();
  }

  /// Whether it was retired, so that its state will not change any more.
  public boolean isOver() {
    return board().view().over();
  }

  /// Where it stands at one moment.
  ///
  /// @param snapshot its public state
  /// @param wasReady whether its latest generation has been ready, if it has ended with success:
  ///   where time tells readiness, success does, too
  public record Standing(ProcessSnapshot snapshot, boolean wasReady) {}

  /// Where it stands now.
  public Standing standing() {
    var view = board().view();
    return new Standing(view.snapshot(), spec().isReadyByTime() || view.state().run().wasReady());
  }

  /// Hands in an input; returns at once. On the supervisor's own thread it is taken next.
  public void tell(Input next) {
    if (mailbox.isOwnThread()) {
      stepper.take(next);
    } else {
      mailbox.execute(() -> stepper.take(next));
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
    return mailbox.question(() -> {
      refusals.check(command);
      stepper.take(command);
      return parts.situation().state().generation();
    });
  }

  /// Asks it to stop. What it gives completes when it is gone or stuck, has begun anew, or is not
  /// supervised any more, and all that was told.
  @SuppressWarnings("FutureReturnValueIgnored") // the inner one is composed, not ignored
  public CompletableFuture<Void> stop() {
    return request(new Input.Stop(Optional.empty()))
        .thenCompose(generation -> board().when(view -> Handle.isStopped(view, generation)))
        .handle((_, failed) -> {
          // Who is not supervised any more is not asked.
          if (failed != null && !isOver()) {
            throw new CompletionException(failed);
          }
          return mailbox.turn();
        })
        .thenCompose(turn -> turn);
  }

  /// Lets a hook of a process that the calling thread runs, if any, be waited for no longer: it is
  /// about to wait for the end of that very process.
  public static void leaveHook() {
    HookRunner.leave();
  }

  /// Waits for an answer, and throws what it failed with.
  public static <T> T join(CompletableFuture<T> answer) {
    return Mailbox.join(answer);
  }

  /// Why it is not started any more.
  public interface Refusal extends AutoCloseable {
    /// Takes it back. Idempotent.
    @Override
    void close();
  }

  /// Refuses from now on to start.
  public Refusal refuseStarts(Supplier<RuntimeException> answer) {
    return refusals.add(answer);
  }

  /// Returns when everything asked so far was taken and told: what the board shows may be a moment
  /// ahead of its events.
  public void awaitTurn() {
    mailbox.awaitTurn();
  }

  /// Announces that it is taken out of the registry. Called while its name cannot be registered
  /// again yet, so that nobody hears of the next one first.
  public void announceRemoval() {
    announce("removed", ProcessEvent.ProcessRemoved::new);
  }

  private void announce(String cause, Function<EventMeta, ProcessEvent> event) {
    parts.announcer().publish(Level.DEBUG, snapshotNow(), spec().labels(), cause, event);
  }

  /// Ends the supervision of a process that does not run; what is asked for after that is refused.
  /// Returns when it is over, also when somebody else ends it at the same time.
  public void retire(Supplier<RuntimeException> answer) {
    mailbox.end(answer);
  }

  private void end() {
    alarm.takeBack();
    probes.stop();
    extensions.become(List.of());
    parts.output().close();
    parts.ports().close();
    measured.forget();
    var situation = parts.situation();
    parts.directories().finish(situation.lastExit().filter(last -> !last.success()).isPresent());
    situation.end();
  }

  // For the handle.

  /// Replaces the specification.
  ///
  /// @return whether a restart was begun
  boolean replace(ProcessSpec next) {
    return join(mailbox.question(() -> replacement.replace(next)));
  }

  Board board() {
    return parts.situation().board();
  }

  Current current() {
    return parts.current();
  }

  Probes probes() {
    return probes;
  }

  OutputLog output() {
    return parts.output();
  }

  StdinPort input() {
    return parts.input();
  }

  Directories directories() {
    return parts.directories();
  }

  List<Decision> decisions() {
    return stepper.decisions();
  }
}
