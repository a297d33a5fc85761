package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessState;
import dev.procman.ResourceMetric;
import dev.procman.spi.HealthContext;
import dev.procman.spi.HealthResult;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResourceCheckTest extends HealthTest {
  private static final long MB = 1 << 20;
  private final FakeSampler sampler = new FakeSampler();

  @Override
  ProcessManagerBuilder settings(ProcessManagerBuilder builder) {
    return super.settings(builder).sampler(sampler);
  }

  private ResourceLevels levels(ResourceCheck check) {
    return new ResourceLevels(check);
  }

  private HealthResult judge(ResourceLevels levels, ResourceMetric metric, long value) {
    return levels.judge(sampler.set(metric, value).later(Duration.ofSeconds(1)).sample());
  }

  @Test
  void aThresholdThatIsPassedIsAnEventWithTheValueAndNeverARestart() throws Exception {
    sampler.set(ResourceMetric.RESIDENT_MEMORY, 10 * MB);
    var check = HealthChecks.resource().memory(100 * MB, 200 * MB);
    var process = manager.start(sleeper("subject").live(often(check).failures(1, 1, 1)).build());
    awaitHealth(process, HealthStatus.HEALTHY);
    sampler.set(ResourceMetric.RESIDENT_MEMORY, 150 * MB);
    awaitHealth(process, HealthStatus.WARNING);
    sampler.set(ResourceMetric.RESIDENT_MEMORY, 250 * MB);
    awaitHealth(process, HealthStatus.CRITICAL);

    var event = awaitHealthEvent(e -> e.to() == HealthStatus.CRITICAL);
    assertThat(event.reason())
        .isEqualTo("RESIDENT_MEMORY is 262144000, the levels are 104857600 and 209715200");
    assertThat(event.evidence()).containsEntry("RESIDENT_MEMORY", "262144000");
    int seen = verdicts(process).size();
    await().atMost(LIMIT).until(() -> verdicts(process).size() >= Math.min(128, seen + 5));
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.generation()).isOne();
    assertThat(sampler.asked).allMatch(target -> target.pid() == process.pid().getAsLong());
  }

  @Test
  void withoutASamplerItCannotTellAndSaysSo() {
    // A manager on Linux always has one, so the context is made up.
    var context =
        (HealthContext)
            Proxy.newProxyInstance(
                HealthContext.class.getClassLoader(),
                new Class<?>[] {HealthContext.class},
                (_, method, _) -> {
                  assertThat(method.getName()).isEqualTo("sampler");
                  return Optional.empty();
                });
    assertThat(HealthChecks.resource().threads(1, 2).check(context))
        .returns(HealthStatus.UNKNOWN, HealthResult::status)
        .satisfies(
            verdict -> assertThat(verdict.message()).startsWith("there is no resource sampler"));
  }

  @Test
  void aSamplerThatDoesNotSeeTheProcessCannotTell() throws Exception {
    sampler.blind = true;
    assertThat(firstVerdict(HealthChecks.resource().threads(1, 2)))
        .returns(HealthStatus.UNKNOWN, HealthResult::status)
        .satisfies(verdict -> assertThat(verdict.message()).startsWith("fake does not see pid"));
  }

  @Test
  void whatIsNotMeasuredIsSaidAndDoesNotCount() {
    var levels = levels(HealthChecks.resource().threads(10, 20).descriptors(5, 6));

    assertThat(judge(levels, ResourceMetric.DESCRIPTORS, 3))
        .returns(HealthStatus.HEALTHY, HealthResult::status)
        .satisfies(verdict -> assertThat(verdict.message()).contains("THREADS is not known"));
    sampler.forget(ResourceMetric.DESCRIPTORS);
    assertThat(levels.judge(sampler.sample()).status()).isEqualTo(HealthStatus.UNKNOWN);
  }

  @Test
  void aLevelIsLeftOnlyClearlyBelowIt() {
    var levels = levels(HealthChecks.resource().threads(100, 200).hysteresis(0.1));
    var threads = ResourceMetric.THREADS;

    assertThat(judge(levels, threads, 99).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, threads, 100).status()).isEqualTo(HealthStatus.WARNING);
    assertThat(judge(levels, threads, 91).status()).isEqualTo(HealthStatus.WARNING);
    assertThat(judge(levels, threads, 89).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, threads, 95).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, threads, 250).status()).isEqualTo(HealthStatus.CRITICAL);
    assertThat(judge(levels, threads, 181).status()).isEqualTo(HealthStatus.CRITICAL);
    assertThat(judge(levels, threads, 179).status()).isEqualTo(HealthStatus.WARNING);
    assertThat(judge(levels, threads, 0).status()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void aPeakThatDoesNotLastIsNoLevel() {
    var levels =
        levels(HealthChecks.resource().threads(10, 20).sustainedFor(Duration.ofSeconds(3)));
    var threads = ResourceMetric.THREADS;

    assertThat(judge(levels, threads, 15).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, threads, 15).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, threads, 5).status()).isEqualTo(HealthStatus.HEALTHY);
    for (int second = 0; second < 3; second++) {
      assertThat(judge(levels, threads, 15).status()).isEqualTo(HealthStatus.HEALTHY);
    }
    assertThat(judge(levels, threads, 15).status()).isEqualTo(HealthStatus.WARNING);
  }

  @Test
  void processorUseIsCountedInCoresBetweenTwoSamples() {
    var levels = levels(HealthChecks.resource().cpu(0.8, 1.5));
    var user = ResourceMetric.CPU_USER_TIME;

    assertThat(judge(levels, user, 0))
        .returns(HealthStatus.UNKNOWN, HealthResult::status)
        .returns("CPU is not known yet", HealthResult::message);
    assertThat(judge(levels, user, 500_000_000L).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, user, 1_500_000_000L))
        .returns(HealthStatus.WARNING, HealthResult::status)
        .returns("CPU is 1, the levels are 0.80 and 1.50", HealthResult::message);
    assertThat(judge(levels, user, 3_500_000_000L).status()).isEqualTo(HealthStatus.CRITICAL);
    // A member of the tree ended and took its time with it.
    assertThat(judge(levels, user, 100_000_000L).status()).isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  void aCounterIsComparedByItsGrowthPerSecond() {
    var levels = levels(HealthChecks.resource().metric(ResourceMetric.STORAGE_WRITTEN, 100, 1000));
    var written = ResourceMetric.STORAGE_WRITTEN;

    assertThat(judge(levels, written, 1_000_000).status()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(judge(levels, written, 1_000_050).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(judge(levels, written, 1_000_250).status()).isEqualTo(HealthStatus.WARNING);
  }

  @Test
  void twoSamplesOfOneMomentTellNothingOfGrowth() {
    var levels = levels(HealthChecks.resource().cpu(1, 2));
    sampler.set(ResourceMetric.CPU_USER_TIME, 1);
    assertThat(levels.judge(sampler.sample()).status()).isEqualTo(HealthStatus.UNKNOWN);
    assertThat(levels.judge(sampler.sample()).status()).isEqualTo(HealthStatus.UNKNOWN);
  }
}
