package dev.procman.core.supervisor;

import dev.procman.ExitStatus;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.CommandResult;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.LaunchedProcess;
import dev.procman.spi.ProcessLauncher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A command beside a managed process, such as a step of its stop sequence or a script that checks
/// its health.
final class AuxCommand {
  private static final int MOST_OUTPUT = 64 * 1024;
  private static final long DRAIN_SECONDS = 2;

  private AuxCommand() {}

  /// Runs it to its end, with nothing to read. An interrupt kills its whole tree; what it leaves
  /// running is killed, too.
  ///
  /// @throws dev.procman.LaunchException when it cannot be started
  static CommandResult run(ProcessLauncher launcher, LaunchRequest request)
      throws InterruptedException {
    long began = System.nanoTime();
    var listener = new Collector();
    var launched = AsDeclared.of(launcher, launcher.launch(request, listener));
    endInput(launched);
    try {
      listener.exited.await();
      var time = Duration.ofNanos(System.nanoTime() - began);
      endTree(launched);
      var _ = listener.drained.await(DRAIN_SECONDS, TimeUnit.SECONDS);
      return listener.result(time);
    } catch (InterruptedException givenUp) {
      launched.signalTree(Signal.KILL);
      throw givenUp;
    }
  }

  /// Nobody writes to it: without an end a command that reads would wait for ever.
  private static void endInput(LaunchedProcess launched) {
    try {
      launched.stdin().close();
    } catch (IOException gone) {
      // It has ended already.
    }
  }

  private static void endTree(LaunchedProcess launched) {
    if (!launched.tree().isEmpty()) {
      launched.signalTree(Signal.KILL);
    }
  }

  private static final class Collector implements LaunchListener {
    final CountDownLatch exited = new CountDownLatch(1);
    final CountDownLatch drained = new CountDownLatch(1);
    private final CompletableFuture<ExitStatus> status = new CompletableFuture<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private boolean cut;

    @Override
    public synchronized void onOutput(StdStream stream, ByteBuffer bytes) {
      var chunk = new byte[Math.min(bytes.remaining(), MOST_OUTPUT - output.size())];
      cut |= chunk.length < bytes.remaining();
      bytes.get(chunk);
      output.writeBytes(chunk);
    }

    @Override
    public void onExit(ExitStatus ended) {
      status.complete(ended);
      exited.countDown();
    }

    @Override
    public void onDrained(boolean truncated) {
      drained.countDown();
    }

    synchronized CommandResult result(Duration time) {
      return new CommandResult(status.join(), output.toString(StandardCharsets.UTF_8), cut, time);
    }
  }
}
