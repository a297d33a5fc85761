package dev.procman.core.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What a class of procman warns of in the meantime.
final class Warnings implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

  Warnings(Class<?> of) {
    logger = (Logger) LoggerFactory.getLogger(of);
    logger.setLevel(Level.WARN);
    seen.start();
    logger.addAppender(seen);
  }

  /// The messages, each with its values.
  List<String> said() {
    return List.copyOf(seen.list).stream()
        .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(seen);
  }
}
