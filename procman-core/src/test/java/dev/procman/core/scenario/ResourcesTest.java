package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.AllocationException;
import dev.procman.Diagnosis;
import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessState;
import dev.procman.ResourceBudget;
import dev.procman.ResourceLimit.Action;
import dev.procman.ResourceLimits;
import dev.procman.ResourceMetric;
import dev.procman.ResourceThreshold;
import dev.procman.ResourceValue;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResourcesTest extends EngineTest {
  private static final long MIB = 1 << 20;
  private static final String LEAK = "x=0123456789abcdef; while :; do x=$x$x; sleep 0.05; done";
  private static final String BURN = "while :; do :; done";

  @Override
  protected ProcessManagerBuilder builder() {
    return super.builder().samplingInterval(Duration.ofMillis(50)).samplingShare(0.5);
  }

  private ManagedProcess sibling() {
    var process = manager.start(sh("sibling", "sleep 1000").build());
    assertThat(process.state()).isNotEqualTo(ProcessState.FAILED);
    return process;
  }

  private static void untouched(ManagedProcess sibling) {
    assertThat(sibling.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(sibling.generation()).isOne();
  }

  /// What this JVM keeps open of a process under `/proc`.
  private static List<String> openOf(long pid) {
    var open = new ArrayList<String>();
    for (String descriptor : Objects.requireNonNull(new File("/proc/self/fd").list())) {
      try {
        String target = Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor)).toString();
        if (target.startsWith("/proc/" + pid + "/")) {
          open.add(target);
        }
      } catch (IOException closed) {
        // It was open for the listing only.
      }
    }
    return open;
  }

  @Test
  void whatWasOpenedToMeasureAProcessIsClosedWhenItHasEndedAlsoWithoutAnother() throws Exception {
    try (var rarely = builder().samplingInterval(Duration.ofHours(1)).build()) {
      var measured = rarely.start(sh("measured", "exec sleep 1000").build());
      measured.awaitReady(LIMIT);
      assertThat(rarely.resources().usage("measured")).isPresent();
      long pid = measured.pid().orElseThrow();
      assertThat(openOf(pid)).isNotEmpty();

      measured.stop();

      await().atMost(LIMIT).untilAsserted(() -> assertThat(openOf(pid)).isEmpty());
    }
  }

  @Test
  void leakingChildIsEndedAtItsLimitAndItsSiblingIsNot() throws Exception {
    var sibling = sibling();
    var leaking =
        manager.start(
            sh("leaking", LEAK)
                .limits(ResourceLimits.none().memory(32 * MIB, Action.STOP))
                .build());

    leaking.awaitState(LIMIT, ProcessState.FAILED);

    var report = leaking.snapshot().lastExit().orElseThrow();
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.LIMIT_EXCEEDED);
    assertThat(report.diagnosis().summary())
        .startsWith("its memory, ")
        .endsWith("exceeds its limit of 32.0 MiB");
    assertThat(report.requested()).isFalse();
    assertThat(report.success()).isFalse();
    assertThat(
            report
                .resources()
                .orElseThrow()
                .peak()
                .value(ResourceMetric.RESIDENT_MEMORY)
                .orElseThrow())
        .isGreaterThan(32 * MIB);
    assertThat(awaitEvent(ProcessEvent.ResourceLimitExceeded.class, "leaking").limit().action())
        .isEqualTo(Action.STOP);
    assertThat(leaking.why()).anyMatch(decision -> decision.rule().contains("exceeds its limit"));
    untouched(sibling);
  }

  @Test
  void reportNamesTheLimitThatEndedItAlsoWhenAnotherIsExceededMeanwhile() throws Exception {
    var deaf =
        manager.start(
            sh("deaf", "trap '' TERM; while :; do sleep 0.05; done")
                .stop(StopSequence.graceful(Duration.ofSeconds(3)))
                .limits(
                    ResourceLimits.none()
                        .runTime(Duration.ofMillis(300), Action.STOP)
                        .runTime(Duration.ofMillis(500), Action.KILL))
                .build());
    await()
        .atMost(LIMIT)
        .until(() ->
            manager.events().recent(1000).stream()
                    .filter(ProcessEvent.ResourceLimitExceeded.class::isInstance)
                    .count()
                == 2);

    var report = deaf.awaitExit(LIMIT);

    assertThat(report.diagnosis().summary()).endsWith("exceeds its limit of 0.3 s");
  }

  @Test
  void restartsForALimitCountAndEndInACrashLoop() throws Exception {
    var hungry =
        manager.start(
            sh("hungry", LEAK)
                .limits(ResourceLimits.none().memory(16 * MIB, Action.RESTART))
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(Backoff.fixed(Duration.ofMillis(10)))
                        .limit(2, Duration.ofMinutes(1)))
                .build());

    hungry.awaitState(LIMIT, ProcessState.CRASH_LOOP);

    assertThat(hungry.generation()).isEqualTo(3);
    assertThat(hungry.restarts()).isEqualTo(2);
    var row = manager.resources().report().rows().getFirst();
    assertThat(row.name()).isEqualTo("hungry");
    assertThat(row.restarts()).isEqualTo(2);
    assertThat(row.endings())
        .hasSize(3)
        .allSatisfy(ending ->
            assertThat(ending.peak().orElseThrow().value(ResourceMetric.RESIDENT_MEMORY).orElse(0))
                .isGreaterThan(16 * MIB));
  }

  @Test
  void treeWhoseChildBurnsIsKilledAsAWhole() throws Exception {
    var sibling = sibling();
    var burning =
        manager.start(
            sh("burning", "(" + BURN + ") & (" + BURN + ") & wait")
                .limits(ResourceLimits.none().cpu(0.05, Duration.ofMillis(100), Action.KILL))
                .build());

    burning.awaitState(LIMIT, ProcessState.FAILED);

    var report = burning.snapshot().lastExit().orElseThrow();
    assertThat(report.diagnosis().summary()).startsWith("its CPU, ").contains("0.05 cores");
    assertThat(report.status().orElseThrow().describe()).isEqualTo("signal KILL (9)");
    assertThat(report.resources().orElseThrow().value(ResourceMetric.PROCESSES)).hasValue(3);
    untouched(sibling);
  }

  @Test
  void eachThingThatIsLimitedEndsWhoUsesTooMuchOfIt() throws Exception {
    record Case(String script, ResourceLimits limits, String word) {}
    var none = ResourceLimits.none();
    var cases =
        java.util.List.of(
            new Case(
                "exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null 7</dev/null; sleep 1000",
                none.descriptors(6, Action.STOP),
                "its descriptors, 8"),
            new Case(
                "sleep 1000 & sleep 1000 & sleep 1000 & wait",
                none.processes(3, Action.STOP),
                "its processes, 4"),
            new Case("yes", none.output(100_000, Action.STOP), "its output, "),
            new Case(
                "sleep 1000",
                none.runTime(Duration.ofMillis(300), Action.STOP),
                "its run time, 0."));
    for (int at = 0; at < cases.size(); at++) {
      var each = cases.get(at);
      var process = manager.start(sh("p" + at, each.script).limits(each.limits).build());
      process.awaitState(LIMIT, ProcessState.FAILED);
      assertThat(process.snapshot().lastExit().orElseThrow().diagnosis())
          .returns(Diagnosis.Kind.LIMIT_EXCEEDED, Diagnosis::kind)
          .satisfies(diagnosis -> assertThat(diagnosis.summary()).startsWith(each.word));
    }
  }

  @Test
  void alertOnlyTells() throws Exception {
    var process =
        manager.start(
            sh("alerted", "sleep 1000 & wait")
                .limits(ResourceLimits.none().processes(1, Action.ALERT))
                .build());
    var event = awaitEvent(ProcessEvent.ResourceLimitExceeded.class, "alerted");
    assertThat(event.seen()).isEqualTo(2);
    assertThat(event.meta().cause()).endsWith("(ALERT)");
    process.awaitReady(LIMIT);
    untouched(process);
  }

  @Test
  void thresholdMovesTheHealthAndNeverEnds() throws Exception {
    var threads = ResourceValue.of(ResourceMetric.PROCESSES);
    var process =
        manager.start(
            sh("crowded", "read x; sleep 1000 & sleep 1000 & read y; kill $!; read z")
                .threshold(ResourceThreshold.of(threads, 2, 3).hysteresis(0))
                .build());
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.HEALTHY);

    process.input().write("go\n");

    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.CRITICAL);
    var changed = awaitEvents(ProcessEvent.ProcessHealthChanged.class, "crowded", 2).getLast();
    assertThat(changed.probe()).isEqualTo("resources");
    process.input().write("go\n");
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.WARNING);
    assertThat(of(ProcessEvent.ResourceThresholdCrossed.class, "crowded").getFirst().to())
        .isNotEqualTo(HealthStatus.HEALTHY);
    untouched(process);
  }

  @Test
  void usageIsKnownAtOnceAndTotalsSurviveRestarts() throws Exception {
    var process =
        manager.start(
            sh("busy", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 1000").build());
    process.awaitReady(LIMIT);
    // At once there is a sample; a program that has just been executed may have no page in RAM yet.
    assertThat(manager.resources().usage("busy")).isPresent();
    await().atMost(LIMIT).until(() -> manager.resources().usage("busy").orElseThrow().memory() > 0);
    await()
        .atMost(LIMIT)
        .until(() ->
            manager.resources().usage("busy").orElseThrow().now().cpuTime().orElseThrow().toMillis()
                >= 50);
    var before = manager.resources().usage("busy").orElseThrow();

    process.restart();
    process.awaitReady(LIMIT);

    await()
        .atMost(LIMIT)
        .until(() -> manager.resources().usage("busy").orElseThrow().id().generation() == 2);
    var after = manager.resources().usage("busy").orElseThrow();
    assertThat(after.total().cpuTime().orElseThrow())
        .isGreaterThanOrEqualTo(before.now().cpuTime().orElseThrow());
    await().atMost(LIMIT).until(() -> manager.resources().history("busy").isPresent());
    assertThat(manager.resources().history("busy").orElseThrow().values())
        .contains(ResourceValue.cpu(), ResourceValue.of(ResourceMetric.DESCRIPTORS));
    assertThat(manager.resources().usage("nobody")).isEmpty();
  }

  @Test
  void startThatDoesNotFitTheBudgetIsRefusedAndLeavesNothing() {
    try (var small = builder().budget(ResourceBudget.refusing(100 * MIB, 2)).build()) {
      var first = small.start(sh("first", "sleep 1000").reserve(80 * MIB, 1).build());
      assertThatThrownBy(() -> small.start(sh("second", "sleep 1000").reserve(40 * MIB, 1).build()))
          .isInstanceOf(AllocationException.class)
          .hasMessageContaining("'second' is not started: room in the budget")
          .hasMessageContaining("80.0 MiB")
          .hasMessageContaining("[first]");
      assertThat(small.find("second")).isEmpty();
      var registered = small.register(sh("third", "sleep 1000").reserve(40 * MIB, 1).build());
      assertThatThrownBy(registered::start).isInstanceOf(AllocationException.class);

      var _ = first.stop();

      registered.start();
      assertThat(small.resources().allocation().granted()).containsOnlyKeys("third");
    }
  }

  @Test
  void startThatDoesNotFitWaitsForItsTurn() throws Exception {
    try (var small = builder().budget(ResourceBudget.queueing(100 * MIB, 2)).build()) {
      var first = small.start(sh("first", "sleep 1000").reserve(80 * MIB, 1).build());
      first.awaitReady(LIMIT);
      var second = small.start(sh("second", "sleep 1000").reserve(40 * MIB, 1).build());
      second.awaitState(LIMIT, ProcessState.WAITING);
      await().atMost(LIMIT).until(() -> second.snapshot().reason().contains("room in the budget"));
      assertThat(small.resources().allocation().waiting()).containsExactly("second");

      var _ = first.stop();

      second.awaitReady(LIMIT);
      assertThat(small.resources().allocation().waiting()).isEmpty();
    }
  }

  @Test
  void whoWaitsForADependencyStandsInNobodysWayToTheBudget() throws Exception {
    try (var small = builder().budget(ResourceBudget.queueing(100 * MIB, 4)).build()) {
      var large = small.start(sh("large", "sleep 1000").reserve(70 * MIB, 1).build());
      var database = small.start(sh("database", "sleep 1000").reserve(20 * MIB, 1).build());
      large.awaitReady(LIMIT);
      database.awaitReady(LIMIT);
      var web =
          small.start(sh("web", "sleep 1000").reserve(60 * MIB, 1).dependsOn("database").build());
      await().atMost(LIMIT).until(() -> web.snapshot().reason().contains("room in the budget"));
      var _ = database.stop();
      await().atMost(LIMIT).until(() -> web.snapshot().reason().contains("database"));

      database.start();

      database.awaitReady(LIMIT);
      assertThat(web.state()).isEqualTo(ProcessState.WAITING);
      var _ = large.stop();
      web.awaitReady(LIMIT);
    }
  }

  @Test
  void whatIsReservedNoMoreAfterAnUpdateIsGivenBack() throws Exception {
    try (var small = builder().budget(ResourceBudget.queueing(100 * MIB, 4)).build()) {
      var first = small.start(sh("first", "sleep 1000").reserve(80 * MIB, 1).build());
      first.awaitReady(LIMIT);
      var second = small.start(sh("second", "sleep 1000").reserve(40 * MIB, 1).build());
      await().atMost(LIMIT).until(() -> second.snapshot().reason().contains("room in the budget"));

      assertThat(first.update(sh("first", "sleep 1001").build())).isTrue();

      second.awaitReady(LIMIT);
      assertThat(small.resources().allocation().granted()).containsOnlyKeys("second");
    }
  }

  @Test
  void whoWaitsForRoomWaitsForWhatAnUpdateReserves() throws Exception {
    try (var small = builder().budget(ResourceBudget.queueing(100 * MIB, 4)).build()) {
      var first = small.start(sh("first", "sleep 1000").reserve(60 * MIB, 1).build());
      first.awaitReady(LIMIT);
      var less = small.start(sh("less", "sleep 1000").reserve(80 * MIB, 1).build());
      var nothing = small.start(sh("nothing", "sleep 1000").reserve(90 * MIB, 1).build());
      await().atMost(LIMIT).until(() -> small.resources().allocation().waiting().size() == 2);

      less.update(sh("less", "sleep 1000").reserve(40 * MIB, 1).build());
      nothing.update(sh("nothing", "sleep 1000").build());

      less.awaitReady(LIMIT);
      nothing.awaitReady(LIMIT);
      assertThat(small.resources().allocation().granted()).containsOnlyKeys("first", "less");
      assertThat(small.resources().allocation().sum().memory()).isEqualTo(100 * MIB);
      assertThat(small.resources().allocation().waiting()).isEmpty();
    }
  }

  @Test
  void tooManyOpenFilesAndFullDisksAreDiagnosed() throws Exception {
    var open = manager.start(sh("open", "echo 'accept4: Too many open files' >&2; exit 1").build());
    var full = manager.start(sh("full", "head -c 10 /dev/zero >/dev/full").build());
    var opened = open.awaitExit(LIMIT);
    var filled = full.awaitExit(LIMIT);

    assertThat(opened.diagnosis().kind()).isEqualTo(Diagnosis.Kind.DESCRIPTORS_EXHAUSTED);
    assertThat(opened.diagnosis().evidence()).containsExactly("accept4: Too many open files");
    assertThat(filled.diagnosis().kind()).isEqualTo(Diagnosis.Kind.DISK_FULL);
  }
}
