package dev.procman.core.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessSpec;
import dev.procman.core.scenario.EngineTest;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.OutputSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A secret that was replaced stays one: what was printed with it is still there.
class RotatedSecretsTest extends EngineTest {
  private static final String OLD = "old-correct-horse";
  private static final String NEW = "new-battery-staple";

  private static ProcessSpec printing(
      String name, int lines, String secret, OutputSettings output) {
    return sh(name, "for i in $(seq " + lines + "); do echo \"it is $TOKEN\"; done; sleep 600")
        .secretEnv("TOKEN", secret)
        .output(output)
        .build();
  }

  private static void awaitLines(ManagedProcess process, long count) {
    await().atMost(LIMIT).until(() -> process.output().lineCount() >= count);
  }

  /// Replaces the secret and waits until the next generation has printed.
  private static void rotate(ManagedProcess process, ProcessSpec next, long lines) {
    assertThat(process.update(next)).isTrue();
    awaitLines(process, lines);
  }

  /// A log that writes nothing before it is let.
  private static final class SlowLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    final CountDownLatch released = new CountDownLatch(1);
    final List<String> written = new CopyOnWriteArrayList<>();
    private final Logger logger;

    SlowLog(String process) {
      logger = (Logger) LoggerFactory.getLogger("procman.out." + process);
      logger.setAdditive(false);
      logger.setLevel(Level.INFO);
      start();
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      try {
        released.await();
      } catch (InterruptedException givenUp) {
        Thread.currentThread().interrupt();
      }
      written.add(event.getFormattedMessage());
    }

    @Override
    public void close() {
      released.countDown();
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }

  @Test
  void linesThatTheLogHasNotWrittenYetAreMaskedWithTheSecretsTheyWerePrintedWith() {
    var toLog = OutputSettings.ofDefaults().toLog();
    try (var log = new SlowLog("behind")) {
      var process = manager.start(printing("behind", 1000, OLD, toLog));
      awaitLines(process, 1000);
      rotate(process, printing("behind", 500, NEW, toLog), 1500);
      log.released.countDown();
      await().atMost(LIMIT).until(() -> log.written.size() == 1500);
      assertThat(log.written).containsOnly("it is ***");
    }
  }

  @Test
  void aRestartAfterTheRotationChangesNothingAboutThat() {
    var toLog = OutputSettings.ofDefaults().toLog();
    try (var log = new SlowLog("twice")) {
      var process = manager.start(printing("twice", 10, OLD, toLog));
      awaitLines(process, 10);
      for (int turn = 1; turn <= 3; turn++) {
        rotate(process, printing("twice", 10, NEW + turn, toLog), 10 + 10L * turn);
      }
      log.released.countDown();
      await().atMost(LIMIT).until(() -> log.written.size() == 40);
      assertThat(log.written).containsOnly("it is ***");
    }
  }

  @Test
  void lastLinesOfAnEarlierGenerationAreMaskedInTheTextOfAFailure() {
    var process = manager.start(printing("story", 3, OLD, OutputSettings.ofDefaults()));
    awaitLines(process, 3);
    var unready =
        printing("story", 1, NEW, OutputSettings.ofDefaults()).toBuilder()
            .ready(HealthCheck.of("never", () -> false))
            .build();
    rotate(process, unready, 4);
    assertThat(catchThrowable(() -> process.awaitReady(Duration.ofMillis(1))))
        .hasMessageContaining("the last 4 lines")
        .hasMessageContaining("it is ***")
        .hasMessageNotContaining(OLD)
        .hasMessageNotContaining(NEW);
  }

  @Test
  void theRetainedLinesCanBeHadMasked() {
    var process = manager.start(printing("ring", 3, OLD, OutputSettings.ofDefaults()));
    awaitLines(process, 3);
    rotate(process, printing("ring", 3, NEW, OutputSettings.ofDefaults()), 6);
    assertThat(process.output().maskedTail(10))
        .extracting(OutputLine::text)
        .hasSize(6)
        .containsOnly("it is ***");
  }

  @Test
  void aSinkThatComplainsOfAnEarlierLineDoesNotShowItsSecret() {
    var released = new CountDownLatch(1);
    OutputSink complaining =
        (_, line) -> {
          released.await();
          throw new IllegalStateException("cannot write: " + line.text());
        };
    var settings = OutputSettings.ofDefaults().sink(complaining);
    var process = manager.start(printing("sunk", 1, OLD, settings));
    awaitLines(process, 1);
    rotate(process, printing("sunk", 1, NEW, settings), 2);
    released.countDown();
    assertThat(awaitEvents(ProcessEvent.SinkFailed.class, "sunk", 2))
        .extracting(event -> event.meta().cause())
        .allSatisfy(cause -> assertThat(cause).contains("cannot write: it is ***"));
  }

  @Test
  void whatIsSaidOfTheOldSecretLaterIsMaskedWhileItsLinesAreThere() {
    var process = manager.start(printing("said", 1, OLD, OutputSettings.ofDefaults()));
    awaitLines(process, 1);
    rotate(process, printing("said", 1, NEW, OutputSettings.ofDefaults()), 2);
    process.restartIfWanted("no more " + OLD);
    assertThat(process.why().toString()).contains("no more ***").doesNotContain(OLD);
  }
}
