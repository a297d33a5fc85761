package dev.procman.core.output;

import dev.procman.OutputLine;
import dev.procman.StdStream;
import dev.procman.spi.OutputSink;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Lines to the logger `procman.out.<name>`: stdout as INFO, stderr as WARN; the message is the
/// line, secrets masked.
final class Slf4jSink implements OutputSink {
  private final Logger log;
  private final Mask mask;

  Slf4jSink(String process, Mask mask) {
    this.mask = mask;
    this.log = LoggerFactory.getLogger("procman.out." + process);
  }

  @Override
  public void write(String process, OutputLine line) {
    log.atLevel(line.stream() == StdStream.STDERR ? Level.WARN : Level.INFO)
        .addKeyValue("process.name", process)
        .addKeyValue("process.generation", line.generation())
        .addKeyValue("stream", line.stream().name().toLowerCase(Locale.ROOT))
        .log(mask.line(line).text()); // one argument: braces in the line are not placeholders
  }
}
