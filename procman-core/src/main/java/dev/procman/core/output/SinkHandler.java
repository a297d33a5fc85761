package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.core.MaskedException;
import dev.procman.spi.OutputSink;
import dev.procman.spi.ProcmanClock;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes lines to a sink, counts what it loses and reports that. The sink is tried again with
/// every line.
final class SinkHandler implements LineHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SinkHandler.class);

  private final String process;
  private final String name;
  private final OutputSink sink;
  private final Mask mask;
  private final SinkFailureListener listener;
  private final FailureReporter failures;

  /// @param mask hides secrets in what a sink complains of, which may be the line itself
  SinkHandler(
      String process,
      String name,
      OutputSink sink,
      Mask mask,
      ProcmanClock clock,
      Runnable wakeOwner,
      SinkFailureListener listener) {
    this.process = process;
    this.name = name;
    this.sink = sink;
    this.mask = mask;
    this.listener = listener;
    this.failures = new FailureReporter(clock, wakeOwner, this::report);
  }

  @Override
  public void line(OutputLine line) {
    try {
      sink.write(process, line);
    } catch (Throwable anything) {
      failed(1, anything);
    }
  }

  @Override
  public void dropped(long count) {
    failures.failed(count, new IOException("the sink was too slow and its queue was full"));
  }

  @Override
  public void idle() {
    flush();
    failures.idle();
  }

  @Override
  public void end() {
    drain();
    failures.end();
    try {
      sink.close();
    } catch (Throwable anything) {
      warn("Closing an output sink failed", 0, anything);
    }
  }

  private void flush() {
    if (sink instanceof BufferedSink buffered) {
      try {
        buffered.flush();
      } catch (LostLinesException e) {
        failed(1, e);
      }
    }
  }

  private void drain() {
    if (sink instanceof BufferedSink buffered) {
      try {
        buffered.drain();
      } catch (LostLinesException e) {
        failed(1, e);
      }
    }
  }

  private void failed(long count, Throwable cause) {
    if (cause instanceof LostLinesException several) {
      var reason = several.getCause() == null ? several : several.getCause();
      failures.failed(several.count(), masked(reason));
    } else {
      failures.failed(count, masked(cause));
    }
  }

  private void report(long lost, Throwable cause) {
    warn("An output sink failed; it is tried again with the next line", lost, cause);
    try {
      listener.failed(name, lost, cause);
    } catch (RuntimeException e) {
      warn("The listener for failed output sinks threw", lost, e);
    }
  }

  private void warn(String message, long lost, Throwable cause) {
    LOG.atWarn()
        .addKeyValue("process.name", process)
        .addKeyValue("sink", name)
        .addKeyValue("lost", lost)
        .setCause(masked(cause))
        .log(message);
  }

  /// At once, since what is reported later may be of a line whose secrets are forgotten by then.
  private Throwable masked(Throwable thrown) {
    return MaskedException.of(thrown, mask::text);
  }
}
