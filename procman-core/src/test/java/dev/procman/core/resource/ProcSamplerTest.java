package dev.procman.core.resource;

import static dev.procman.ResourceMetric.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessId;
import dev.procman.ResourceMetric;
import dev.procman.ResourceSample;
import dev.procman.spi.ResourceSampler.Target;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcSamplerTest {
  private static final String BURN = "while :; do :; done";

  private final Children children = new Children();
  private final ProcSampler sampler = new ProcSampler();

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
  }

  @AfterEach
  void endAll() {
    sampler.close();
    children.close();
  }

  private Optional<ResourceSample> sample(Process process) {
    var target = Children.target(process);
    return Optional.ofNullable(sampler.sample(List.of(target)).get(target));
  }

  private long value(Process process, ResourceMetric metric) {
    return sample(process).orElseThrow().value(metric).orElseThrow();
  }

  private static long inStatus(long pid, String field) throws IOException {
    var found =
        Pattern.compile("(?m)^" + field + ":\\s+(\\d+)")
            .matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
    assertThat(found.find()).isTrue();
    return Long.parseLong(found.group(1));
  }

  @Test
  void figuresAreThoseThatProcShowsOfAProcessThatStandsStill() throws Exception {
    var burner = children.sh("exec 7</dev/null; " + BURN);
    await().until(() -> Long.parseLong(Children.field(burner.pid(), 14)) > 5);
    Children.freeze(burner);

    var sample = sample(burner).orElseThrow();

    long ticks =
        Long.parseLong(Children.field(burner.pid(), 14))
            + Long.parseLong(Children.field(burner.pid(), 15));
    assertThat(sample.cpuTime()).contains(Duration.ofMillis(ticks * 10));
    assertThat(sample.value(RESIDENT_MEMORY))
        .hasValue(Long.parseLong(Children.field(burner.pid(), 24)) * 4096);
    assertThat(sample.value(DESCRIPTORS).orElseThrow())
        .isEqualTo(new File("/proc/" + burner.pid() + "/fd").list().length);
    assertThat(sample.value(THREADS)).hasValue(inStatus(burner.pid(), "Threads"));
    assertThat(sample.value(SWAPPED_MEMORY)).hasValue(inStatus(burner.pid(), "VmSwap") * 1024);
    assertThat(sample.value(VOLUNTARY_SWITCHES))
        .hasValue(inStatus(burner.pid(), "voluntary_ctxt_switches"));
    assertThat(sample.value(MINOR_FAULTS))
        .hasValue(Long.parseLong(Children.field(burner.pid(), 10)));
    assertThat(sample.value(PROPORTIONAL_MEMORY).orElseThrow())
        .isBetween(1L, sample.value(RESIDENT_MEMORY).orElseThrow() + 256 * 1024);
    assertThat(sample.value(UNIQUE_MEMORY).orElseThrow())
        .isLessThanOrEqualTo(sample.value(PROPORTIONAL_MEMORY).orElseThrow());
    assertThat(sample.value(PROCESSES)).hasValue(1);
    assertThat(sample.value(NETWORK_SENT)).as("what cannot be told is absent").isEmpty();
  }

  @Test
  void memoryAndThreadsAgreeWithPs() throws Exception {
    var child = children.sh("x=a; while [ ${#x} -lt 8000000 ]; do x=$x$x; done; echo; read y");
    assertThat(Children.line(child)).isEmpty();
    var ps = new ProcessBuilder("ps", "-o", "rss=,nlwp=", "-p", "" + child.pid()).start();
    var figures = ps.inputReader().readLine().strip().split("\\s+");

    var sample = sample(child).orElseThrow();

    assertThat(sample.value(RESIDENT_MEMORY).orElseThrow()).isGreaterThan(8_000_000);
    assertThat(sample.value(RESIDENT_MEMORY).orElseThrow() / 1024.0)
        .isCloseTo(
            Double.parseDouble(figures[0]), org.assertj.core.data.Percentage.withPercentage(5));
    assertThat(sample.value(THREADS)).hasValue(Long.parseLong(figures[1]));
  }

  @Test
  void limitOnDescriptorsIsThatOfTheProcess() {
    var child = children.sh("ulimit -n 77; echo; read y");
    assertThat(Children.line(child)).isEmpty();

    assertThat(value(child, DESCRIPTOR_LIMIT)).isEqualTo(77);
  }

  @Test
  void whatAChildBurnsCountsForTheTree() {
    var parent = children.sh("(" + BURN + ") & wait");

    await()
        .untilAsserted(() -> {
          assertThat(value(parent, PROCESSES)).isEqualTo(2);
          assertThat(sample(parent).orElseThrow().cpuTime().orElseThrow())
              .isGreaterThan(Duration.ofMillis(100));
        });
    assertThat(Long.parseLong(Children.field(parent.pid(), 14)))
        .as("hundredths of a second that the parent, which only waits, has used itself")
        .isLessThan(10);
  }

  @Test
  void helpersThatNoSampleSawCountOnceTheyWereWaitedFor() {
    var parent =
        children.sh(
            "echo a; read x; /bin/sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo b;"
                + " read x");
    assertThat(Children.line(parent)).isEqualTo("a");
    var before = sample(parent).orElseThrow();
    send(parent);
    assertThat(Children.line(parent)).isEqualTo("b");

    var after = sample(parent).orElseThrow();

    assertThat(after.value(PROCESSES)).hasValue(1);
    assertThat(after.cpuTime().orElseThrow().minus(before.cpuTime().orElseThrow()))
        .isGreaterThan(Duration.ofMillis(30));
  }

  private static void send(Process process) {
    try {
      var writer = process.outputWriter();
      writer.write("go\n");
      writer.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void childrenThatComeBetweenTwoSamplesAreFound() {
    var parent = children.sh("echo; read x; sleep 100 & sleep 100 & (sleep 100; :) & echo; wait");
    assertThat(Children.line(parent)).isEmpty();
    assertThat(value(parent, PROCESSES)).isEqualTo(1);
    send(parent);
    assertThat(Children.line(parent)).isEmpty();

    await().untilAsserted(() -> assertThat(value(parent, PROCESSES)).isEqualTo(5));
  }

  @Test
  void memberStaysOneWhenItsParentHasDied() {
    var root = children.sh("(sleep 100 & echo $!; wait) & read x");
    children.adopt(Long.parseLong(Children.line(root)));
    await().untilAsserted(() -> assertThat(value(root, PROCESSES)).isEqualTo(3));
    var middle = root.children().findFirst().orElseThrow();

    middle.destroyForcibly();

    await().untilAsserted(() -> assertThat(value(root, PROCESSES)).isEqualTo(2));
    assertThat(value(root, PROCESSES)).isEqualTo(2);
  }

  @Test
  void orphanThatWasNeverSeenWithItsParentIsFoundByItsMark() {
    var root = children.sh("(sleep 100 >/dev/null & echo $!); sleep 100");
    var orphan = children.adopt(Long.parseLong(Children.line(root)));
    await().until(() -> orphan.parent().map(ProcessHandle::pid).orElse(0L) != root.pid());

    await().untilAsserted(() -> assertThat(value(root, PROCESSES)).isEqualTo(3));
  }

  @Test
  void anyNameOfAProgramIsRead(@TempDir Path directory) throws Exception {
    var program = directory.resolve("a) R 1 (\nb");
    Files.copy(Path.of("/bin/sleep"), program);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var child = children.start(program.toString(), "100");

    await().untilAsserted(() -> assertThat(value(child, PROCESSES)).isEqualTo(1));
    assertThat(value(child, THREADS)).isEqualTo(1);
  }

  @Test
  void pidThatBelongsToAnotherProcessIsNotMeasured() {
    var child = children.sh("read x");
    var real = Children.target(child);
    var earlier =
        new Target(new ProcessId("old", 1), real.pid(), real.startTime().minusSeconds(3600));
    var never = new Target(new ProcessId("none", 1), -1, real.startTime());

    assertThat(sampler.sample(List.of(earlier, never, real))).containsOnlyKeys(real);
  }

  @Test
  void processThatHasEndedIsMissingAndItsFilesAreClosed() throws Exception {
    var child = children.sh("read x");
    assertThat(sample(child)).isPresent();
    assertThat(sampler.keptOpen()).as("its two files, and the one all share").isEqualTo(3);
    var target = Children.target(child);

    child.destroyForcibly().waitFor();

    assertThat(sampler.sample(List.of(target))).isEmpty();
    assertThat(sampler.keptOpen()).isZero();
  }

  @Test
  void processesThatDieWhileTheyAreMeasuredHarmNobody() throws Exception {
    var victims = new ArrayList<Process>();
    var targets = new ArrayList<Target>();
    for (int count = 0; count < 60; count++) {
      var victim = children.sh("sleep 100 & wait");
      victims.add(victim);
      targets.add(Children.target(victim));
    }
    var survivor = children.sh("read x");
    targets.add(Children.target(survivor));
    var killer =
        Thread.ofPlatform()
            .start(() ->
                victims.forEach(victim -> {
                  victim.children().forEach(ProcessHandle::destroyForcibly);
                  victim.destroyForcibly();
                }));

    Map<Target, ResourceSample> samples;
    do {
      samples = sampler.sample(targets);
      assertThat(samples).containsKey(Children.target(survivor));
    } while (killer.isAlive());
    for (var victim : victims) {
      victim.waitFor();
    }

    assertThat(sampler.sample(targets)).containsOnlyKeys(Children.target(survivor));
  }

  @Test
  void interruptedThreadMeasuresAllTheSame() {
    var child = children.sh("read x");
    try {
      Thread.currentThread().interrupt();
      assertThat(sample(child)).isPresent();
      assertThat(sample(child)).isPresent();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      var _ = Thread.interrupted();
    }
  }

  @Tag("long")
  @Test
  void thousandProcessesAreMeasuredWithFewDescriptors() {
    // Started by a shell, since each child of this JVM would cost it three descriptors.
    var shell =
        children.sh("i=0; while [ $i -lt 1000 ]; do sleep 1000 & i=$((i+1)); done; echo; wait");
    assertThat(Children.line(shell)).isEmpty();
    var targets =
        shell
            .children()
            .map(child ->
                new Target(
                    new ProcessId("p" + child.pid(), 1),
                    child.pid(),
                    child.info().startInstant().orElseThrow()))
            .toList();
    assertThat(targets).hasSize(1000);
    int before = new File("/proc/self/fd").list().length;

    for (int round = 0; round < 3; round++) {
      var samples = sampler.sample(targets);
      assertThat(samples).hasSize(1000);
      assertThat(samples.values())
          .allSatisfy(sample -> assertThat(sample.value(RESIDENT_MEMORY).orElse(0)).isPositive());
    }

    int after = new File("/proc/self/fd").list().length;
    assertThat(after - before).isLessThanOrEqualTo(ProcSampler.KEPT_OPEN + 5);
    assertThat(sampler.keptOpen()).isEqualTo(ProcSampler.KEPT_OPEN);
  }

  @Test
  void closedSamplerHoldsNothingAndMeasuresNothing() {
    var child = children.sh("read x");
    assertThat(sample(child)).isPresent();

    sampler.close();

    assertThat(sampler.keptOpen()).isZero();
    assertThat(sample(child)).isEmpty();
  }

  @Test
  void nothingIsKeptOpenOfAForgottenGenerationNorForNone() {
    var parent = children.sh("sleep 1000 & wait");
    await().until(() -> value(parent, PROCESSES) == 2);
    var other = children.sh("sleep 1000");
    assertThat(sample(other)).isPresent();
    assertThat(sampler.keptOpen()).isEqualTo(7);

    sampler.forget(Children.target(parent).id());
    assertThat(sampler.keptOpen()).as("of the other, and the load").isEqualTo(3);
    sampler.forget(Children.target(other).id());
    assertThat(sampler.keptOpen()).isZero();
    assertThat(sample(parent)).as("it is looked at anew").isPresent();
  }

  @Test
  void shareOfMemoryIsReadAgainSoonWhereMemoryGrows() throws Exception {
    var child =
        children.sh(
            "echo; read y; x=a; while [ ${#x} -lt 8000000 ]; do x=$x$x; done; echo; read y");
    assertThat(Children.line(child)).isEmpty();
    long startTicks = Long.parseLong(Children.field(child.pid(), 22));
    long second = 1_000_000_000L;
    var buffer = new byte[8192];
    try (var member = new ProcMember(child.pid(), startTicks, new ProcFile.Allowance(2))) {
      assertThat(member.read(buffer, 0)).isTrue();
      long before = member.proportional;
      var go = child.outputWriter();
      go.write("go\n");
      go.flush();
      assertThat(Children.line(child)).isEmpty();

      assertThat(member.read(buffer, second / 2)).isTrue();
      assertThat(member.proportional).as("not yet").isEqualTo(before);
      assertThat(member.read(buffer, 3 * second)).isTrue();
      assertThat(member.proportional).isGreaterThan(8_000_000);
    }
  }
}
