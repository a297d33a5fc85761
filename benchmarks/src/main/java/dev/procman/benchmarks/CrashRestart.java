package dev.procman.benchmarks;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// How long after a crash the next generation is there, without back-off. The peer is the shortest
/// loop one can write around `Process.waitFor`.
final class CrashRestart {
  static final String CASE = "KILL to the next pid";
  private static final String PROCMAN = "procman, ProcessStarted";
  private static final String LINUX = "Linux launcher, ProcessStarted";

  private CrashRestart() {}

  static Benchmark benchmark() {
    return new Forked(
        "crash-restart",
        "From a crash to the next generation, without back-off",
        List.of(Target.atMost(10_000, CASE, PROCMAN), Target.atMost(2500, CASE, LINUX)),
        CrashRestart::play);
  }

  private static void play(Effort effort, Samples into) throws Exception {
    try (var managers = new Managers();
        var linux = Managers.linux();
        var loop = new Loop()) {
      var portableChild = new Child(managers.manager);
      var linuxChild = new Child(linux.manager);
      Turns.play(
          effort,
          300,
          40,
          new Samples.Case(CASE, Unit.MICROS),
          List.of(
              new Contestant(
                  "a loop around waitFor",
                  () -> {
                    var handle = loop.next();
                    long begun = System.nanoTime();
                    handle.destroyForcibly();
                    return loop.started.microsSince(begun);
                  }),
              new Contestant(PROCMAN, portableChild::crash),
              new Contestant(LINUX, linuxChild::crash)),
          into);
    }
  }

  /// One that procman starts again.
  private static final class Child {
    private final Stamp started = new Stamp();
    private final ManagedProcess process;

    Child(ProcessManager manager) throws InterruptedException {
      manager.events().on(ProcessEvent.ProcessStarted.class, _ -> started.set());
      process =
          manager.start(
              ProcessSpec.named("child")
                  .command("sleep", "1000")
                  .restart(RestartPolicy.always().backoff(Backoff.none()).unlimited())
                  .build());
      started.microsSince(0);
    }

    double crash() throws InterruptedException {
      var handle = ProcessHandle.of(process.pid().orElseThrow()).orElseThrow();
      long begun = System.nanoTime();
      handle.destroyForcibly();
      return started.microsSince(begun);
    }
  }

  /// Starts a child again whenever it ends.
  private static final class Loop implements AutoCloseable {
    final Stamp started = new Stamp();
    private final LinkedBlockingQueue<ProcessHandle> children = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean over;

    Loop() throws InterruptedException {
      thread.start();
      started.microsSince(0);
    }

    private void run() {
      try {
        while (!over) {
          var process = new ProcessBuilder("sleep", "1000").start();
          started.set();
          children.add(process.toHandle());
          process.waitFor();
        }
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }

    /// The child that is not killed yet.
    ProcessHandle next() throws InterruptedException {
      return children.take();
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      next().destroyForcibly();
      thread.join();
    }
  }
}
