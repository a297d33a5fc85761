package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.procman.ManagedProcess;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Whatever procman says to people says durations as people do.
class DurationsInTextsTest extends EngineTest {
  private static final Pattern ISO = Pattern.compile("\\bPT-?[0-9]");
  private static final Duration SHORT = Duration.ofMillis(50);

  private final List<String> texts = new ArrayList<>();

  private void take(ManagedProcess process) {
    texts.add(process.snapshot().reason());
    process.why().forEach(decision -> texts.add(decision.toString()));
    process
        .snapshot()
        .lastExit()
        .ifPresent(report -> {
          texts.add(report.describe());
          texts.addAll(report.diagnosis().evidence());
        });
  }

  private void take(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      texts.add(String.valueOf(cause.getMessage()));
    }
  }

  @Test
  void noMessageDecisionReportOrLogLineShowsAnIsoDuration() throws Exception {
    var logger = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var log = new ListAppender<ILoggingEvent>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
    var shutdown = (Logger) LoggerFactory.getLogger("dev.procman.core.manager");
    shutdown.setLevel(Level.INFO);
    try {
      provoke();
    } finally {
      logger.detachAppender(log);
      shutdown.setLevel(null);
    }
    log.list.forEach(event -> texts.add(event.getFormattedMessage()));
    events.forEach(event -> texts.add(String.valueOf(event.meta().cause())));

    assertThat(texts).hasSizeGreaterThan(30).noneMatch(text -> ISO.matcher(text).find());
    assertThat(texts)
        .anyMatch(text -> text.contains("within 1 min"))
        .anyMatch(text -> text.contains("not ready within 50 ms"))
        .anyMatch(text -> text.contains("back-off 2 ms"))
        .anyMatch(text -> text.contains("restart policy: never"))
        .anyMatch(text -> text.contains("minimum uptime of 30 s"))
        .anyMatch(text -> text.contains("may take 1 h"))
        .anyMatch(text -> text.contains("has not ended within 50 ms"));
  }

  private void provoke() throws Exception {
    var looping =
        manager.start(
            sh("looping", "exit 3")
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(Backoff.fixed(Duration.ofMillis(2)))
                        .limit(2, Duration.ofMinutes(1)))
                .build());
    looping.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    take(looping);

    var early =
        manager.start(
            sh("early", "exit 0")
                .minimumUptime(Duration.ofSeconds(30))
                .restart(RestartPolicy.never())
                .build());
    early.awaitState(LIMIT, ProcessState.FAILED);
    take(early);

    var unready =
        manager.start(
            ProcessSpecs.sleeper("unready")
                .ready(HealthCheck.of("never", () -> false))
                .startTimeout(SHORT)
                .restart(RestartPolicy.never())
                .build());
    take(catchThrowable(() -> unready.awaitReady(LIMIT)));
    unready.awaitState(LIMIT, ProcessState.FAILED);
    take(unready);

    var slow =
        manager.start(
            ProcessSpecs.sleeper("slow").stop(StopSequence.graceful(Duration.ofHours(1))).build());
    slow.awaitReady(LIMIT);
    take(catchThrowable(() -> slow.awaitExit(SHORT)));
    take(catchThrowable(() -> slow.awaitState(SHORT, ProcessState.FAILED)));
    take(catchThrowable(() -> slow.input().write(new byte[1_000_000], SHORT)));
    slow.stop(StopSequence.graceful(Duration.ofSeconds(9)));
    take(slow);
    take(catchThrowable(() -> ProcessSpecs.sleeper("wrong").startTimeout(Duration.ZERO).build()));
    take(
        catchThrowable(() ->
            ProcessSpecs.sleeper("wrong")
                .restart(RestartPolicy.always().limit(50, Duration.ofSeconds(90)))
                .build()));
  }
}
