package dev.procman.core.supervisor;

import dev.procman.ExitStatus;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.ProcessLauncher;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A command beside a managed process, such as a step of its stop sequence; its output is read and
/// dropped.
final class AuxCommand {
  private static final Logger log = LoggerFactory.getLogger(AuxCommand.class);

  private AuxCommand() {}

  /// Runs it to its end; an interrupt ends its whole tree. A failure is only logged.
  static void run(ProcessLauncher launcher, LaunchRequest request) {
    var over = new CountDownLatch(1);
    var listener =
        new LaunchListener() {
          @Override
          public void onOutput(StdStream stream, ByteBuffer bytes) {}

          @Override
          public void onExit(ExitStatus status) {
            if (status.shellCode() != 0) {
              log.atWarn()
                  .addKeyValue("process.name", request.id().name())
                  .log("{} ended with {}", request.command().getFirst(), status.describe());
            }
            over.countDown();
          }

          @Override
          public void onDrained(boolean truncated) {}
        };
    var launched = launcher.launch(request, listener);
    try {
      over.await();
    } catch (InterruptedException ended) {
      launched.signal(Signal.KILL);
      Thread.currentThread().interrupt();
    }
  }
}
