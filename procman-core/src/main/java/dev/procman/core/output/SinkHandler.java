package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.spi.OutputSink;
import dev.procman.spi.ProcmanClock;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes lines to a sink, counts what it loses and reports that. The sink is tried again with
/// every line.
final class SinkHandler implements LineHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SinkHandler.class);

  private final String process;
  private final String name;
  private final OutputSink sink;
  private final UnaryOperator<String> mask;
  private final SinkFailureListener listener;
  private final FailureReporter failures;

  /// @param mask hides secrets in what goes to the log
  SinkHandler(
      String process,
      String name,
      OutputSink sink,
      UnaryOperator<String> mask,
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
    flush();
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

  private void failed(long count, Throwable cause) {
    if (cause instanceof LostLinesException several) {
      failures.failed(several.count(), several.getCause() == null ? several : several.getCause());
    } else {
      failures.failed(count, cause);
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
    var warning =
        LOG.atWarn()
            .addKeyValue("process.name", process)
            .addKeyValue("sink", name)
            .addKeyValue("lost", lost);
    // A sink's own words may be the line that it could not write; a cause cannot be masked.
    if (showsSecret(cause)) {
      warning.log("{}: {}", message, mask.apply(cause.toString()));
    } else {
      warning.setCause(cause).log(message);
    }
  }

  private boolean showsSecret(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      String words = each.toString();
      if (!mask.apply(words).equals(words)) {
        return true;
      }
    }
    return false;
  }
}
