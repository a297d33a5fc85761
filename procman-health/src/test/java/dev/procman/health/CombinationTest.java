package dev.procman.health;

import static dev.procman.HealthStatus.FAILED;
import static dev.procman.HealthStatus.HEALTHY;
import static dev.procman.HealthStatus.UNKNOWN;
import static dev.procman.HealthStatus.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CombinationTest extends HealthTest {
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static HealthCheck says(HealthStatus status) {
    return _ -> new HealthResult(status, "says " + status, Map.of(status.name(), "x"));
  }

  private static HealthCheck[] say(String statuses) {
    return Arrays.stream(statuses.split(" "))
        .map(word -> says(HealthStatus.valueOf(word)))
        .toArray(HealthCheck[]::new);
  }

  private static HealthCheck hangs() {
    return new HealthCheck() {
      @Override
      public HealthResult check(HealthContext context) throws Exception {
        new CountDownLatch(1).await();
        return HealthResult.healthy();
      }

      @Override
      public String describe() {
        return "the one that hangs";
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "HEALTHY HEALTHY, HEALTHY",
    "HEALTHY WARNING, WARNING",
    "WARNING UNKNOWN HEALTHY, UNKNOWN",
    "UNKNOWN CRITICAL, CRITICAL",
    "HEALTHY FAILED HEALTHY, FAILED",
    "UNKNOWN, UNKNOWN",
  })
  void allIsAsGoodAsTheWorst(String parts, HealthStatus whole) throws Exception {
    assertThat(firstVerdict(HealthChecks.all(say(parts))).status()).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED HEALTHY, HEALTHY",
    "WARNING FAILED, WARNING",
    "WARNING UNKNOWN, WARNING",
    "UNKNOWN FAILED, UNKNOWN",
    "FAILED CRITICAL, CRITICAL",
    "FAILED FAILED, FAILED",
  })
  void anyIsAsGoodAsTheBest(String parts, HealthStatus whole) throws Exception {
    assertThat(firstVerdict(HealthChecks.any(say(parts))).status()).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource({
    "HEALTHY, FAILED",
    "WARNING, FAILED",
    "UNKNOWN, UNKNOWN",
    "CRITICAL, HEALTHY",
    "FAILED, HEALTHY",
  })
  void notIsTheOpposite(HealthStatus inner, HealthStatus whole) throws Exception {
    assertThat(firstVerdict(HealthChecks.not(says(inner))).status()).isEqualTo(whole);
  }

  @Test
  void theWordsAreOfTheDecisivePartAndTheEvidenceOfAllThatSpoke() throws Exception {
    var verdict = firstVerdict(HealthChecks.all(says(HEALTHY), says(WARNING)));
    assertThat(verdict.message()).isEqualTo("says WARNING");
    assertThat(verdict.evidence()).containsKeys("HEALTHY", "WARNING");
  }

  @Test
  void whatAPartThrowsIsItsVerdict() throws Exception {
    HealthCheck breaks =
        _ -> {
          throw new IOException("no route");
        };
    HealthCheck faulty =
        _ -> {
          throw new StackOverflowError();
        };
    assertThat(firstVerdict(sleeper("a"), HealthChecks.all(says(HEALTHY), breaks), LIMIT))
        .returns(FAILED, HealthResult::status)
        .returns("no route", HealthResult::message);
    assertThat(firstVerdict(sleeper("b"), HealthChecks.any(breaks, says(HEALTHY)), LIMIT).status())
        .isEqualTo(HEALTHY);
    assertThat(firstVerdict(sleeper("c"), HealthChecks.all(says(HEALTHY), faulty), LIMIT).status())
        .isEqualTo(UNKNOWN);
    assertThat(firstVerdict(sleeper("d"), HealthChecks.not(breaks), LIMIT).status())
        .isEqualTo(HEALTHY);
  }

  @Test
  void aPartThatHangsCannotKeepAnyFromPassing() throws Exception {
    assertThat(firstVerdict(HealthChecks.any(hangs(), says(HEALTHY))).status()).isEqualTo(HEALTHY);
  }

  @Test
  void aPartThatHangsIsNamedByAll() throws Exception {
    assertThat(firstVerdict(HealthChecks.all(says(HEALTHY), hangs()), SHORT))
        .returns(FAILED, HealthResult::status)
        .returns("the one that hangs: no answer within 1900 ms", HealthResult::message);
  }

  @Test
  void aPartThatHangsLosesItsWeightOnly() throws Exception {
    var check = HealthChecks.weighted().add(3, says(HEALTHY)).add(1, hangs());
    assertThat(firstVerdict(check, SHORT))
        .returns(WARNING, HealthResult::status)
        .satisfies(verdict ->
            assertThat(verdict.message())
                .startsWith("75 % of the weight passes")
                .contains("hangs"));
  }

  @Test
  void noPartIsStillAtWorkWhenTheNextQuestionIsAsked() throws Exception {
    var atWork = new AtomicInteger();
    var most = new AtomicInteger();
    HealthCheck slow =
        _ -> {
          most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
          try {
            new CountDownLatch(1).await();
          } finally {
            atWork.decrementAndGet();
          }
          return HealthResult.healthy();
        };
    var process =
        manager.start(
            sleeper("subject").ready(often(HealthChecks.any(slow, says(HEALTHY)))).build());
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= 20);
    process.stop();

    assertThat(most).hasValueLessThanOrEqualTo(1);
    await().atMost(LIMIT).untilAtomic(atWork, org.hamcrest.Matchers.is(0));
  }

  @Test
  void aPartThatIgnoresItsInterruptGetsNoSecondBesideIt() throws Exception {
    var release = new CountDownLatch(1);
    var begun = new AtomicInteger();
    HealthCheck deaf =
        _ -> {
          begun.incrementAndGet();
          while (release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException ignored) {
              // As some drivers do.
            }
          }
          return HealthResult.healthy();
        };
    var probe = often(HealthChecks.all(deaf, says(HEALTHY))).timeout(Duration.ofMillis(50));
    var process = manager.start(sleeper("subject").ready(probe).build());
    try {
      await().atMost(LIMIT).until(() -> verdicts(process).size() >= 5);
      assertThat(begun).hasValue(1);
    } finally {
      release.countDown();
    }
    process.awaitReady(LIMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "HEALTHY HEALTHY HEALTHY HEALTHY, HEALTHY",
    "HEALTHY HEALTHY HEALTHY FAILED, WARNING",
    "HEALTHY WARNING FAILED FAILED, CRITICAL",
    "HEALTHY FAILED FAILED FAILED, FAILED",
    "HEALTHY UNKNOWN UNKNOWN UNKNOWN, HEALTHY",
    "UNKNOWN UNKNOWN UNKNOWN UNKNOWN, UNKNOWN",
  })
  void weightedJudgesByTheShareThatPasses(String parts, HealthStatus whole) throws Exception {
    var check = HealthChecks.weighted();
    for (var part : say(parts)) {
      check = check.add(1, part);
    }
    assertThat(firstVerdict(check).status()).isEqualTo(whole);
  }

  @Test
  void weightsThatAreNotExactStillAddUp() throws Exception {
    var check =
        HealthChecks.weighted()
            .add(0.1, says(HEALTHY))
            .add(0.6, says(HEALTHY))
            .add(0.3, says(FAILED));
    var verdict = firstVerdict(check);
    assertThat(verdict.status()).isEqualTo(WARNING);
    assertThat(verdict.evidence()).containsKey("share");
  }

  @Test
  void sharesCanBeChosen() throws Exception {
    var check =
        HealthChecks.weighted().add(1, says(HEALTHY)).add(1, says(FAILED)).shares(0.5, 0.2, 0.1);
    assertThat(firstVerdict(check).status()).isEqualTo(HEALTHY);
  }

  @Test
  void aCombinationOfChecksThatAreNotPolledIsDrivenByTheirChanges() throws Exception {
    var hour = Duration.ofHours(1);
    var check = HealthChecks.all(HealthChecks.output("one"), HealthChecks.output("two"));
    assertThat(check.isPolled()).isFalse();
    var process =
        manager.start(
            sh("printer", "echo one; sleep 0.2; echo two; exec sleep 1000")
                .ready(dev.procman.Probe.of(check).interval(hour).fastInterval(hour))
                .build());
    process.awaitReady(LIMIT);
  }

  @Test
  void describesItselfByItsParts() {
    assertThat(
            HealthChecks.all(
                    HealthChecks.http("/h"),
                    HealthChecks.not(HealthChecks.tcp().port("admin")),
                    HealthChecks.any(HealthChecks.output("up"), HealthChecks.file("pid")))
                .describe())
        .isEqualTo(
            "all(HTTP GET /h on its port, not(TCP on port 'admin'), any(output /up/, file pid))");
    assertThat(HealthChecks.weighted().add(2, HealthChecks.process()).describe())
        .isEqualTo("weighted(2.0 alive)");
  }
}
