package dev.procman.core.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.procman.core.supervisor.Supervisor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// Collects what supervisors log as faults of their own.
final class EngineFaults implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Supervisor.class);
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          var thrown = event.getThrowableProxy();
          seen.add(
              event.getFormattedMessage()
                  + (thrown == null
                      ? ""
                      : ": " + thrown.getClassName() + " " + thrown.getMessage()));
        }
      };

  EngineFaults() {
    appender.start();
    logger.setLevel(Level.ERROR);
    logger.addAppender(appender);
  }

  List<String> seen() {
    return seen;
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }
}
