package dev.procman.junit;

import static dev.procman.junit.Seen.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.spi.HealthCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FailureTest {
  @TempDir Path output;

  /// Directories of samples, deleted afterwards when they are kept.
  static Path work;

  @AfterEach
  void deleteKept() throws IOException {
    if (work != null && Files.exists(work)) {
      Files.deleteIfExists(work.resolve("clue"));
      Files.delete(work);
    }
    work = null;
  }

  private List<Path> reports() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(file -> file.endsWith("procman.txt")).toList();
    }
  }

  private static ProcessSpec worker() {
    return ProcessSpec.named("worker")
        .shell("echo evidence > clue; pwd; echo it hurts $TOKEN >&2; exec sleep 1000")
        .secretEnv("TOKEN", "in-${env.PATH}")
        .directory("${dir.work}")
        .ready(HealthCheck.of("a good question", () -> true))
        .port("http")
        .build();
  }

  private static ManagedProcess spoken(ManagedProcess worker) {
    await().atMost(Duration.ofSeconds(20)).until(() -> worker.output().lineCount() == 2);
    work =
        Path.of(
            worker.output().lines().stream()
                .map(line -> line.text())
                .filter(text -> text.startsWith("/"))
                .findFirst()
                .orElseThrow());
    Seen.running(worker);
    return worker;
  }

  static class Failing {
    @RegisterExtension
    static final ProcmanExtension PROCMAN =
        ProcmanExtension.builder().start(sleeper("beside")).build();

    @Supervised final ProcessSpec spec = worker();

    @Test
    void fails(@Supervised ManagedProcess worker) {
      spoken(worker);
      fail("the test's own words");
    }
  }

  @Test
  void aFailedTestPublishesTheStoryOfItsProcessesOnceAndPointsToIt() throws Exception {
    Seen.take();
    var kit = Kit.run(output, Failing.class);

    assertThat(kit.published()).isEqualTo(1);
    var report = reports().getFirst();
    assertThat(reports()).hasSize(1);
    assertThat(kit.failure())
        .hasMessage("the test's own words")
        .satisfies(failure ->
            assertThat(failure.getSuppressed())
                .singleElement()
                .asString()
                .contains("beside RUNNING; worker RUNNING", report.toString()));
    long pid = Seen.take().getFirst();
    assertThat(Files.readString(report))
        .contains(
            "beside  RUNNING",
            "command: sleep 1000",
            "worker  RUNNING, HEALTHY",
            "pid: " + pid,
            "ports: {http=",
            "readiness: HEALTHY (a good question)",
            "decided: ",
            "kept: " + work,
            "stderr | it hurts ***");
    assertThat(Seen.isAlive(pid)).isFalse();
    assertThat(work.resolve("clue")).hasContent("evidence");
  }

  @Test
  void whereNoFileCanBePublishedTheStoryIsInTheFailure() {
    assertThat(Kit.run(Failing.class).failure().getSuppressed())
        .singleElement()
        .asString()
        .contains("worker  RUNNING, HEALTHY", "kept: " + work, "stderr | it hurts ***");
  }

  static class Passing {
    @Supervised final ProcessSpec spec = worker();

    @Test
    void passes(@Supervised ManagedProcess worker) {
      spoken(worker);
    }
  }

  @Test
  void aTestThatPassesPublishesNothingAndLeavesNothing() throws Exception {
    var kit = Kit.run(output, Passing.class);
    assertThat(kit.failures()).isEmpty();
    assertThat(kit.published()).isZero();
    assertThat(reports()).isEmpty();
    assertThat(work).doesNotExist();
  }

  static class Aborted {
    @Supervised final ProcessSpec spec = worker();

    @Test
    void gives(@Supervised ManagedProcess worker) {
      spoken(worker);
      Assumptions.abort("not here");
    }
  }

  @Test
  void aTestThatIsAbortedIsNoFailure() throws Exception {
    Seen.take();
    var kit = Kit.run(output, Aborted.class);
    assertThat(kit.results().testEvents().aborted().count()).isEqualTo(1);
    assertThat(reports()).isEmpty();
    assertThat(work).doesNotExist();
    assertThat(Seen.take()).hasSize(1).noneMatch(Seen::isAlive);
  }

  private static ProcessSpec broken() {
    return ProcessSpec.named("broken")
        .shell("echo DATABASE_URL is not set >&2; exit 3")
        .ready(HealthCheck.of("never", () -> false))
        .build();
  }

  static class BrokenForTheClass {
    @Supervised static final ProcessSpec BESIDE = sleeper("beside");
    @Supervised static final ProcessSpec SPEC = broken();
    @Supervised static ManagedProcess beside;

    @Test
    void neverRuns() {
      fail("it ran");
    }
  }

  static class BrokenForEach {
    @Supervised final ProcessSpec spec = broken();

    @Test
    void neverRuns() {
      fail("it ran");
    }
  }

  private static final String[] STORY = {
    "process 'broken' is not ready", "exit code 3", "stderr | DATABASE_URL is not set", "sh -c"
  };

  @Test
  void aProcessThatDoesNotComeUpFailsTheClassWithTheWholeStory() throws Exception {
    var kit = Kit.run(output, BrokenForTheClass.class);
    assertThat(kit.failure())
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(STORY);
    assertThat(kit.results().testEvents().started().count()).isZero();
    assertThat(reports()).hasSize(1);
    assertThat(Files.readString(reports().getFirst()))
        .contains("broken  FAILED", "last exit: broken#1, pid ", "beside  STOPPED");
  }

  @Test
  void aProcessThatDoesNotComeUpFailsTheTestWithTheWholeStory() throws Exception {
    var kit = Kit.run(output, BrokenForEach.class);
    assertThat(kit.failure())
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(STORY);
    assertThat(reports()).hasSize(1);
  }

  static class TwoBroken {
    @Supervised static final ProcessSpec ONE = broken();
    @Supervised static final ProcessSpec TWO = broken().toBuilder().name("other").build();

    @Test
    void neverRuns() {
      fail("it ran");
    }
  }

  @Test
  void ofSeveralThatDoNotComeUpAllAreTold() {
    assertThat(Kit.run(output, TwoBroken.class).failure())
        .hasMessageContaining("'broken'")
        .satisfies(failure ->
            assertThat(failure.getSuppressed())
                .anySatisfy(other -> assertThat(other).hasMessageContaining("'other'")));
  }
}
