package dev.procman.core.supervisor;

import dev.procman.LaunchException;
import dev.procman.ProcessInputException;
import dev.procman.Signal;
import dev.procman.StopSequence.Step;
import dev.procman.core.MaskedException;
import dev.procman.core.EngineThreads;
import dev.procman.core.Nanos;
import dev.procman.core.Stalls;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher.Capability;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Performs what ends a generation: the steps of its stop sequence, the kill, the sweep of what is
/// left. What looks and signals runs on the [EngineThreads], which no host code can hold up; what
/// writes to the process or runs a command may take time, so it has a virtual thread, and is given
/// up with its time. Called on the supervisor's thread only.
final class Ender {
  private static final Logger log = LoggerFactory.getLogger(Ender.class);
  private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);

  private final Generation generation;
  private final SupervisorContext context;
  private final StdinPort input;
  private final Consumer<Input> supervisor;
  private @Nullable Thread step;

  Ender(
      Generation generation,
      SupervisorContext context,
      StdinPort input,
      Consumer<Input> supervisor) {
    this.generation = generation;
    this.context = context;
    this.input = input;
    this.supervisor = supervisor;
  }

  /// Performs one step; the time of the step before is over, so it is given up.
  void perform(Step next) {
    endStep();
    generation.process().ifPresent(process -> perform(next, process));
  }

  private void perform(Step next, LaunchedProcess process) {
    switch (next) {
      case Step.Send send -> soon("stop step", () -> process.signalTree(send.signal()));
      case Step.SendToLeader send -> soon("stop step", () -> signalLeader(process, send.signal()));
      case Step.Write write -> step = aside(() -> write(write));
      case Step.Run run -> step = aside(() -> run(run));
    }
  }

  private static void signalLeader(LaunchedProcess process, Signal signal) {
    process.signal(signal);
    if (signal == Signal.TERM) {
      // A stopped process cannot act on it.
      process.signal(Signal.CONT);
    }
  }

  private void write(Step.Write step) {
    try {
      input.write(step.text().getBytes(generation.spec.output().charset()), step.patience());
    } catch (ProcessInputException notTaken) {
      log.atDebug()
          .addKeyValue("process.name", generation.id.name())
          .log("stop step: {}", notTaken.getMessage());
    }
  }

  private void run(Step.Run step) {
    try {
      var result = AuxCommand.run(context.launcher(), generation.beside("stop.run", step.argv()));
      if (result.status().shellCode() != 0) {
        log.atWarn()
            .addKeyValue("process.name", generation.id.name())
            .log("stop step {} ended with {}", step.argv().getFirst(), result.status().describe());
      }
    } catch (LaunchException failed) {
      throw generation.masked(failed);
    } catch (InterruptedException timeIsOver) {
      Thread.currentThread().interrupt();
    }
  }

  /// Kills the whole tree.
  void kill() {
    endStep();
    generation.process().ifPresent(process -> soon("kill", () -> process.signalTree(Signal.KILL)));
  }

  private void endStep() {
    if (step != null) {
      step.interrupt();
      step = null;
    }
  }

  /// The process itself has ended: ends what is left of its tree.
  void sweep(Effect.Sweep sweep) {
    endStep();
    var process = generation.process().orElse(null);
    if (process == null || isEmpty(process)) {
      supervisor.accept(new Input.Swept(generation.id.generation(), List.of()));
      return;
    }
    soon("sweep", () -> new Sweeping(process, sweep).begin());
  }

  private static boolean isEmpty(LaunchedProcess process) {
    try {
      return process.tree().isEmpty();
    } catch (RuntimeException notListed) {
      return false;
    }
  }

  /// A sweep under way: signals, then looks again and again, without keeping a thread in between.
  private final class Sweeping {
    private final LaunchedProcess process;
    private final Effect.Sweep sweep;
    private final Stalls.Watch watch = Stalls.of(ProcmanClock.system()).watch();
    private boolean killed;
    private long deadline;
    private long pause = FIRST_LOOK;

    /// Should the sweep itself fail, its members count as surviving, and it is repeated later.
    private List<Long> left;

    Sweeping(LaunchedProcess process, Effect.Sweep sweep) {
      this.process = process;
      this.sweep = sweep;
      this.left = List.of(process.pid());
    }

    void begin() {
      guarded(() -> {
        if (!sweep.asked()) {
          noteLeftBehind();
          process.signalTree(Signal.TERM);
        }
        deadline = System.nanoTime() + Nanos.of(sweep.grace());
        look();
      });
    }

    private void noteLeftBehind() {
      if (context.launcher().capabilities().contains(Capability.LOCAL_PID)) {
        generation.leftBehind(LeftBehind.named(process.tree(), generation.secrets()));
      }
    }

    private void lookAgain() {
      guarded(this::look);
    }

    private void look() {
      left = process.tree();
      // Where its container was stopped with this JVM, it had no time either.
      deadline += watch.excused();
      boolean late = System.nanoTime() - deadline >= 0;
      if (!left.isEmpty() && late && !killed) {
        killed = true;
        process.signalTree(Signal.KILL);
        deadline = System.nanoTime() + Nanos.of(sweep.deadline());
        pause = FIRST_LOOK;
        left = process.tree();
        late = System.nanoTime() - deadline >= 0;
      }
      if (left.isEmpty() || late) {
        tell();
      } else {
        EngineThreads.schedule(pause, () -> logged("sweep", this::lookAgain));
        pause = Math.min(pause * 2, LONGEST_LOOK);
      }
    }

    private void guarded(Runnable action) {
      try {
        action.run();
      } catch (RuntimeException | Error failed) {
        tell();
        throw failed;
      }
    }

    private void tell() {
      watch.close();
      supervisor.accept(new Input.Swept(generation.id.generation(), left));
    }
  }

  private void soon(String what, Runnable task) {
    EngineThreads.execute(() -> logged(what, task));
  }

  private Thread aside(Runnable task) {
    return Thread.ofVirtual()
        .name("procman-end-" + generation.id)
        .start(() -> logged("stop step", task));
  }

  private void logged(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failed) {
      log.atWarn()
          .addKeyValue("process.name", generation.id.name())
          .setCause(MaskedException.of(failed, generation.secrets()::mask))
          .log("{} failed", what);
    }
  }
}
