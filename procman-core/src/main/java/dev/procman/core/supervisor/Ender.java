package dev.procman.core.supervisor;

import dev.procman.LaunchException;
import dev.procman.ProcessInputException;
import dev.procman.Signal;
import dev.procman.StopSequence.Step;
import dev.procman.core.MaskedException;
import dev.procman.core.Nanos;
import dev.procman.core.Stalls;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.Input;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcmanClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Performs what ends a generation: the steps of its stop sequence, the kill, the sweep of what is
/// left. Whatever may take time runs on virtual threads, so that the supervisor stays awake. Called
/// on the supervisor's thread only.
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
    generation
        .process()
        .ifPresent(process -> step = background("stop step", () -> perform(next, process)));
  }

  private void perform(Step next, LaunchedProcess process) {
    switch (next) {
      case Step.Send send -> process.signalTree(send.signal());
      case Step.SendToLeader send -> {
        process.signal(send.signal());
        if (send.signal() == Signal.TERM) {
          // A stopped process cannot act on it.
          process.signal(Signal.CONT);
        }
      }
      case Step.Write write -> {
        try {
          input.write(write.text().getBytes(generation.spec.output().charset()), write.patience());
        } catch (ProcessInputException notTaken) {
          log.atDebug()
              .addKeyValue("process.name", generation.id.name())
              .log("stop step: {}", notTaken.getMessage());
        }
      }
      case Step.Run run -> run(run);
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
    generation
        .process()
        .ifPresent(process -> background("kill", () -> process.signalTree(Signal.KILL)));
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
    background(
        "sweep",
        () -> {
          // Should the sweep itself fail, its members count as surviving, and it is repeated later.
          var left = List.of(process.pid());
          try {
            left = sweep(process, sweep);
          } finally {
            supervisor.accept(new Input.Swept(generation.id.generation(), left));
          }
        });
  }

  private static boolean isEmpty(LaunchedProcess process) {
    try {
      return process.tree().isEmpty();
    } catch (RuntimeException notListed) {
      return false;
    }
  }

  private List<Long> sweep(LaunchedProcess process, Effect.Sweep sweep) {
    if (!sweep.asked()) {
      process.signalTree(Signal.TERM);
    }
    var left = awaitEmpty(process, sweep.grace());
    if (left.isEmpty()) {
      return left;
    }
    process.signalTree(Signal.KILL);
    return awaitEmpty(process, sweep.deadline());
  }

  private static List<Long> awaitEmpty(LaunchedProcess process, Duration limit) {
    long deadline = System.nanoTime() + Nanos.of(limit);
    long pause = FIRST_LOOK;
    try (var watch = Stalls.of(ProcmanClock.system()).watch()) {
      while (true) {
        var left = process.tree();
        if (left.isEmpty()) {
          return left;
        }
        // Where its container was stopped with this JVM, it had no time either.
        deadline += watch.excused();
        if (System.nanoTime() - deadline >= 0) {
          return left;
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(pause * 2, LONGEST_LOOK);
      }
    }
  }

  private Thread background(String what, Runnable task) {
    return Thread.ofVirtual()
        .name("procman-end-" + generation.id)
        .start(() -> {
          try {
            task.run();
          } catch (RuntimeException failed) {
            log.atWarn()
                .addKeyValue("process.name", generation.id.name())
                .setCause(MaskedException.of(failed, generation.secrets()::mask))
                .log("{} failed", what);
          }
        });
  }
}
