package dev.procman.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.procman.OutputLine;
import dev.procman.StdStream;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class Slf4jSinkTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("procman.out.web#1");
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  @BeforeEach
  void listen() {
    appender.start();
    logger.setLevel(Level.ALL);
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  private static OutputLine line(StdStream stream, String text) {
    return new OutputLine(5, 3, stream, Instant.EPOCH, text, false);
  }

  private static final Mask MASK =
      new Mask() {
        @Override
        public String text(String text) {
          return text.replace("geheim", "***");
        }

        @Override
        public OutputLine line(OutputLine line) {
          return Slf4jSinkTest.line(line.stream(), text(line.text()));
        }
      };

  @Test
  void aLineIsAMessageOfItsProcessesLoggerWithKeysAndValues() {
    var sink = new Slf4jSink("web#1", MASK);
    sink.write("web#1", line(StdStream.STDOUT, "braces {} and ${jndi:x} stay, geheim does not"));
    sink.write("web#1", line(StdStream.STDERR, ""));
    assertThat(appender.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Level.INFO, "braces {} and ${jndi:x} stay, *** does not"),
            org.assertj.core.groups.Tuple.tuple(Level.WARN, ""));
    assertThat(appender.list.getFirst().getKeyValuePairs())
        .extracting(KeyValuePair::toString)
        .containsExactly("process.name=\"web#1\"", "process.generation=\"3\"", "stream=\"stdout\"");
    assertThat(appender.list.getLast().getKeyValuePairs())
        .extracting(KeyValuePair::toString)
        .contains("stream=\"stderr\"");
  }
}
