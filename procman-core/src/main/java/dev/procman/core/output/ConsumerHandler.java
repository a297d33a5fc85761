package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.core.MaskedException;
import dev.procman.spi.ProcmanClock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A caller's follower. What it throws is logged, at most once a second, and it goes on with the
/// next line.
final class ConsumerHandler implements LineHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerHandler.class);

  private final Consumer<? super OutputLine> consumer;
  private final Mask mask;
  private final FailureReporter failures;

  /// @param mask hides secrets in what it throws, which may be the line itself
  ConsumerHandler(
      String process,
      Consumer<? super OutputLine> consumer,
      Mask mask,
      ProcmanClock clock,
      Runnable wakeOwner) {
    this.consumer = consumer;
    this.mask = mask;
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
      failures.failed(1, MaskedException.of(anything, mask::text));
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
