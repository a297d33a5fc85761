package dev.procman.watch;

import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessState;
import dev.procman.ProcmanException;
import dev.procman.WaitTimeoutException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Waits until a process that was started is ready, or will not be.
final class Readiness {
  /// To end before, and to be spawned; the rest is the specification's own start timeout.
  private static final Duration TO_END = Duration.ofMinutes(1);

  private Readiness() {}

  static Outcome await(ManagedProcess process) throws InterruptedException {
    try {
      process.awaitReady(limit(process));
      return new Outcome.Done();
    } catch (ProcessNotReadyException failed) {
      boolean stopped = process.snapshot().desired() == Desired.DOWN;
      // Somebody has stopped it meanwhile: that is no failure of the change.
      return stopped
          ? new Outcome.Nothing()
          : new Outcome.Failed(String.valueOf(failed.getMessage()));
    }
  }

  /// Nothing came of it when the next change is there before: it began with files that are not the
  /// latest.
  static Outcome await(ManagedProcess process, CompletableFuture<Void> overtaken)
      throws InterruptedException {
    var outcome = new CompletableFuture<Outcome>();
    var waiter =
        Thread.ofVirtual()
            .name("procman-watch-ready")
            .start(() -> {
              try {
                outcome.complete(await(process));
              } catch (InterruptedException | RuntimeException failed) {
                outcome.completeExceptionally(failed);
              }
            });
    try {
      var _ = CompletableFuture.anyOf(outcome, overtaken).exceptionally(_ -> null).get();
      return !outcome.isDone() && isStarting(process) ? new Outcome.Nothing() : outcome.get();
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
  private static boolean isStarting(ManagedProcess process) throws InterruptedException {
    var others = EnumSet.complementOf(EnumSet.of(ProcessState.STOPPING));
    try {
      var state = process.awaitState(limit(process), others.toArray(ProcessState[]::new)).state();
      return state == ProcessState.WAITING || state == ProcessState.STARTING;
    } catch (WaitTimeoutException stuck) {
      return false;
    }
  }

  private static Duration limit(ManagedProcess process) {
    return process.spec().startTimeout().plus(TO_END);
  }
}
