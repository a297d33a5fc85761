package dev.procman.oshi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessId;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler;
import dev.procman.spi.ResourceSampler.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OshiSamplerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<Process> started = new ArrayList<>();
  private final OshiSampler sampler = new OshiSampler();

  @AfterEach
  void endAll() throws Exception {
    sampler.close();
    for (var process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private Process sh(String script) throws IOException {
    var process = new ProcessBuilder("/bin/sh", "-c", script).start();
    started.add(process);
    return process;
  }

  private static Target target(Process process) {
    return new Target(
        new ProcessId("p" + process.pid(), 1),
        process.pid(),
        process.toHandle().info().startInstant().orElseThrow());
  }

  private Map<Target, ResourceSample> sample(Process... processes) {
    return sampler.sample(List.of(processes).stream().map(OshiSamplerTest::target).toList());
  }

  private long value(Process process, ResourceMetric metric) {
    return sample(process).get(target(process)).value(metric).orElseThrow();
  }

  @Test
  void isFoundAsAServiceThatGivesWayToABetterOne() {
    var found = ServiceLoader.load(ResourceSampler.class).stream().map(ServiceLoader.Provider::get);
    assertThat(found)
        .singleElement()
        .returns("oshi", ResourceSampler::name)
        .returns(0, ResourceSampler::rank);
  }

  @Test
  void figuresAreThoseOfTheEnginesOwnSampler(@TempDir Path directory) throws Exception {
    try (var manager =
        ProcessManager.builder().name("oshi").stateDirectory(directory.resolve("state")).build()) {
      var process =
          manager.start(
              ProcessSpec.named("subject")
                  .shell(
                      "exec 3</dev/null; x=a; while [ $${#x} -lt 4000000 ]; do x=$x$x; done; echo up;"
                          + " kill -STOP $$$$")
                  .build());
      await()
          .atMost(LIMIT)
          .until(
              () -> process.output().tail(1).stream().anyMatch(line -> line.text().equals("up")));
      long pid = process.pid().orElseThrow();
      await()
          .atMost(LIMIT)
          .until(() ->
              java.nio.file.Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") T "));

      var own = manager.resources().usage("subject").orElseThrow().now();
      var target =
          new Target(
              new ProcessId("subject", 1),
              pid,
              ProcessHandle.of(pid).orElseThrow().info().startInstant().orElseThrow());
      var oshi = sampler.sample(List.of(target)).get(target);

      for (var metric :
          List.of(
              ResourceMetric.DESCRIPTORS,
              ResourceMetric.DESCRIPTOR_LIMIT,
              ResourceMetric.THREADS,
              ResourceMetric.PROCESSES,
              ResourceMetric.STORAGE_READ,
              ResourceMetric.STORAGE_WRITTEN,
              ResourceMetric.CPU_USER_TIME,
              ResourceMetric.CPU_SYSTEM_TIME)) {
        assertThat(oshi.value(metric)).as("%s", metric).isEqualTo(own.value(metric));
      }
      assertThat((double) oshi.value(ResourceMetric.RESIDENT_MEMORY).orElseThrow())
          .isCloseTo(
              (double) own.value(ResourceMetric.RESIDENT_MEMORY).orElseThrow(),
              within(512.0 * 1024));
    }
  }

  @Test
  void treeIsMeasuredAsAWhole() throws Exception {
    var parent = sh("(while :; do :; done) & sleep 1000 & wait");
    var sibling = sh("sleep 1000");

    await().atMost(LIMIT).until(() -> value(parent, ResourceMetric.PROCESSES) == 3);
    await().atMost(LIMIT).until(() -> value(parent, ResourceMetric.CPU_USER_TIME) > 50_000_000);
    assertThat(value(sibling, ResourceMetric.CPU_USER_TIME)).isLessThan(50_000_000);
  }

  @Test
  void nothingIsRememberedOfThoseWhoEndedAndAreNotAskedForAgain() throws Exception {
    var ended = sh("sleep 1000");
    var other = sh("sleep 1000");
    assertThat(sample(ended, other)).hasSize(2);
    ended.destroyForcibly().waitFor();

    assertThat(sample(other)).hasSize(1);

    assertThat(sampler.remembered()).isOne();
  }

  @Test
  void whoHasEndedOrIsSomebodyElseIsMissing() throws Exception {
    var ended = sh("exit 0");
    var gone = new Target(new ProcessId("gone", 1), ended.pid(), java.time.Instant.now());
    ended.waitFor();
    var child = sh("sleep 1000");
    var real = target(child);
    var earlier =
        new Target(new ProcessId("old", 1), real.pid(), real.startTime().minusSeconds(3600));

    assertThat(sampler.sample(List.of(gone, earlier, real))).containsOnlyKeys(real);
    assertThat(sampler.sample(List.of())).isEmpty();
  }

  @Test
  void whatCannotBeToldIsAbsent() throws Exception {
    var child = sh("sleep 1000");
    var sample = sample(child).get(target(child));
    assertThat(sample.value(ResourceMetric.PROPORTIONAL_MEMORY)).isEmpty();
    assertThat(sample.value(ResourceMetric.NETWORK_SENT)).isEmpty();
    assertThat(sample.value(ResourceMetric.READ_CALLS)).isEmpty();
  }

  @Test
  void aManagerUsesItWhenItIsGiven(@TempDir Path directory) throws Exception {
    try (var manager =
        ProcessManager.builder()
            .name("oshi")
            .stateDirectory(directory.resolve("state"))
            .sampler(sampler)
            .build()) {
      var process = manager.start(ProcessSpec.named("subject").command("sleep", "1000").build());
      process.awaitReady(LIMIT);
      var usage = manager.resources().usage("subject").orElseThrow();
      assertThat(usage.memory()).isPositive();
      assertThat(usage.value(ResourceMetric.PROPORTIONAL_MEMORY)).isEmpty();
    }
  }
}
