package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.spi.ProcmanClock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A caller's follower. What it throws is logged, at most once a second, and it goes on with the
/// next line.
final class ConsumerHandler implements LineHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerHandler.class);

  private final Consumer<? super OutputLine> consumer;
  private final FailureReporter failures;

  ConsumerHandler(
      String process,
      Consumer<? super OutputLine> consumer,
      ProcmanClock clock,
      Runnable wakeOwner) {
    this.consumer = consumer;
    this.failures =
        new FailureReporter(
            clock,
            wakeOwner,
            (count, cause) ->
                LOG.atWarn()
                    .addKeyValue("process.name", process)
                    .addKeyValue("lines", count)
                    .setCause(cause)
                    .log("A follower of output threw; it goes on with the next line"));
  }

  @Override
  public void line(OutputLine line) {
    try {
      consumer.accept(line);
    } catch (Throwable anything) {
      failures.failed(1, anything);
    }
  }

  @Override
  public void dropped(long count) {
    // The caller reads the count from its Follower.
  }

  @Override
  public void idle() {
    failures.idle();
  }

  @Override
  public void end() {
    failures.end();
  }
}
