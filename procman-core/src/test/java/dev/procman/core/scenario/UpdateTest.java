package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.DependencyException;
import dev.procman.HealthStatus;
import dev.procman.Hook;
import dev.procman.InvalidSpecException;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A specification replaced at run time.
class UpdateTest extends EngineTest {
  private static final HealthCheck GOOD = HealthCheck.of("good", () -> true);
  private static final HealthCheck BAD = HealthCheck.of("bad", () -> false);

  enum Change {
    COMMAND(true, spec -> spec.command("sleep", "2000")),
    DIRECTORY(true, spec -> spec.directory("/")),
    ENVIRONMENT(true, spec -> spec.env("A", "b")),
    PORTS(true, spec -> spec.port("http").readyWithoutListening("http")),
    HOOK_BEFORE_START(true, spec -> spec.hook(Hook.Point.BEFORE_START, _ -> {})),
    NOTHING(false, spec -> spec),
    HOOK_AFTER_EXIT(false, spec -> spec.hook(Hook.Point.AFTER_EXIT, _ -> {})),
    STARTUP_PROBE(false, spec -> spec.startup(Probe.of(GOOD))),
    READINESS_PROBE(false, spec -> spec.ready(GOOD)),
    LIVENESS_PROBE(false, spec -> spec.live(GOOD)),
    RESTART_POLICY(false, spec -> spec.restart(RestartPolicy.always())),
    SUCCESS_CODES(false, spec -> spec.successCodes(7)),
    STOP_SEQUENCE(false, spec -> spec.stop(StopSequence.kill())),
    START_TIMEOUT(false, spec -> spec.startTimeout(Duration.ofSeconds(5))),
    LABELS(false, spec -> spec.label("tier", "web")),
    OUTPUT(false, spec -> spec.output(OutputSettings.ofDefaults().retainedLines(5))),
    ON_DEMAND(false, ProcessSpec.Builder::onDemand);

    final boolean restarts;
    final UnaryOperator<ProcessSpec.Builder> change;

    Change(boolean restarts, UnaryOperator<ProcessSpec.Builder> change) {
      this.restarts = restarts;
      this.change = change;
    }
  }

  @Test
  void aPortThatAProcessAtRestIsToHaveNoMoreIsFreeForAnother() throws Exception {
    var leased =
        manager.start(
            ProcessSpecs.sleeper("leased").port("http").readyWithoutListening("http").build());
    leased.awaitReady(LIMIT);
    int port = leased.port("http");
    leased.remove();
    var first =
        manager.start(
            ProcessSpecs.sleeper("first").port("http", port).readyWithoutListening("http").build());
    first.awaitReady(LIMIT);
    first.stop();
    first.update(ProcessSpecs.sleeper("first").build());
    assertThat(first.snapshot().ports()).isEmpty();
    var second =
        manager.start(
            ProcessSpecs.sleeper("second")
                .port("http", port)
                .readyWithoutListening("http")
                .build());
    second.awaitReady(LIMIT);
    assertThat(second.port("http")).isEqualTo(port);
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatNeedsARestartRestarts(Change row) throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("it").build());
    process.awaitReady(LIMIT);
    long pid = process.pid().orElseThrow();
    var next = row.change.apply(process.spec().toBuilder()).build();
    assertThat(process.update(next)).isEqualTo(row.restarts);
    assertThat(process.spec()).isEqualTo(next);
    assertThat(awaitEvent(ProcessEvent.ConfigurationChanged.class, "it").restarting())
        .isEqualTo(row.restarts);
    if (row.restarts) {
      awaitEvents(ProcessEvent.ProcessReady.class, "it", 2);
      assertThat(process.generation()).isEqualTo(2);
      assertThat(process.restarts()).isZero();
      assertThat(isAlive(pid)).isFalse();
    } else {
      process.reset();
      assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
      assertThat(process.pid()).hasValue(pid);
    }
  }

  @Test
  void anUpdateThatChangesNothingMayBeRepeated() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("it").build());
    process.awaitReady(LIMIT);
    for (int i = 0; i < 10; i++) {
      assertThat(process.update(ProcessSpecs.sleeper("it").build())).isFalse();
    }
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aNewPolicyAndNewCodesCountForTheEndUnderWay() throws Exception {
    var process = manager.start(sh("it", "read line; exit 7").build());
    process.awaitReady(LIMIT);
    process.update(process.spec().toBuilder().successCodes(0, 7).build());
    process.input().write("end\n");
    process.awaitState(LIMIT, ProcessState.COMPLETED);

    process.start();
    process.awaitReady(LIMIT);
    process.update(
        process.spec().toBuilder().restart(RestartPolicy.always().backoff(Backoff.none())).build());
    process.input().write("end\n");
    awaitEvents(ProcessEvent.ProcessReady.class, "it", 3);
  }

  @Test
  void aNewStopSequenceIsUsed() throws Exception {
    var process =
        manager.start(
            sh("it", "trap '' TERM; echo up; while :; do sleep 0.05; done")
                .stop(StopSequence.graceful(Duration.ofMinutes(1)))
                .build());
    awaitLine(process, "up");
    process.update(process.spec().toBuilder().stop(StopSequence.kill()).build());
    assertThat(soon(() -> process.stop())).isPresent();
  }

  @Test
  void newLabelsAreCarriedByTheNextEvents() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("it").label("tier", "old").build());
    process.awaitReady(LIMIT);
    process.update(process.spec().toBuilder().label("tier", "new").build());
    process.stop();
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "it").meta().labels())
        .containsEntry("tier", "old");
    assertThat(awaitEvent(ProcessEvent.ProcessStopped.class, "it").meta().labels())
        .containsEntry("tier", "new");
  }

  @Test
  void aNewProbeWatchesTheRunningProcess() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("it")
                .restart(RestartPolicy.onFailure().backoff(Backoff.none()))
                .build());
    process.awaitReady(LIMIT);
    process.update(
        process.spec().toBuilder().live(Probe.of(BAD).interval(Duration.ofMillis(20))).build());
    awaitEvents(ProcessEvent.ProcessReady.class, "it", 2);
  }

  @Test
  void theVerdictOfARemovedProbeIsForgotten() throws Exception {
    var first = new AtomicBoolean(true);
    var process =
        manager.start(
            ProcessSpecs.sleeper("it")
                .ready(
                    Probe.of(HealthCheck.of("once", () -> first.getAndSet(false)))
                        .interval(Duration.ofMillis(20)))
                .build());
    process.awaitReady(LIMIT);
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.FAILED);
    process.update(ProcessSpecs.sleeper("it").build());
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.UNKNOWN);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void anUpdateOfAProcessThatDoesNotRunStartsNothing() throws Exception {
    var process = manager.register(ProcessSpecs.echo("it", "old"));
    assertThat(process.update(ProcessSpecs.echo("it", "new"))).isFalse();
    assertThat(process.state()).isEqualTo(ProcessState.NEW);
    process.start();
    assertThat(process.awaitExit(LIMIT).lastLines())
        .extracting(OutputLine::text)
        .containsExactly("new");
    process.awaitState(LIMIT, ProcessState.COMPLETED);
    assertThat(process.update(ProcessSpecs.echo("it", "newer"))).isFalse();
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void anUpdateDuringBackOffIsUsedByTheNextGeneration() throws Exception {
    var process =
        manager.start(
            sh("it", "exit 1")
                .restart(RestartPolicy.always().backoff(Backoff.fixed(Duration.ofMillis(500))))
                .build());
    process.awaitState(LIMIT, ProcessState.BACKOFF);
    assertThat(process.update(process.spec().toBuilder().shell("exec sleep 1000").build()))
        .isFalse();
    awaitEvents(ProcessEvent.ProcessStarted.class, "it", 2);
    process.awaitState(LIMIT, ProcessState.RUNNING);
    assertThat(process.generation()).isEqualTo(2);
  }

  @Test
  void aWaitingProcessWaitsForItsNewDependencies() throws Exception {
    manager.register(ProcessSpecs.sleeper("old").ready(BAD).build());
    var process = manager.start(ProcessSpecs.sleeper("it").dependsOn("old").build());
    awaitEvent(ProcessEvent.ProcessWaiting.class, "it");
    assertThat(process.update(ProcessSpecs.sleeper("it").build())).isFalse();
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aStopBeatsAnUpdate() throws Exception {
    var process =
        manager.start(
            sh(
                    "it",
                    "trap 'echo asked; sleep 0.3; exit 0' TERM; echo up; while :; do sleep 0.02; done")
                .build());
    awaitLine(process, "up");
    var stop = CompletableFuture.supplyAsync(process::stop);
    awaitLine(process, "asked");
    assertThat(process.update(process.spec().toBuilder().env("A", "b").build())).isFalse();
    stop.join();
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void anUpdateThatMakesNoSenseChangesNothing() throws Exception {
    manager.register(ProcessSpecs.sleeper("app").dependsOn("it").build());
    var process = manager.start(ProcessSpecs.sleeper("it").build());
    process.awaitReady(LIMIT);
    var before = process.spec();
    assertThatThrownBy(() -> process.update(ProcessSpecs.sleeper("other").build()))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("keep the name 'it'");
    assertThatThrownBy(() -> process.update(ProcessSpecs.sleeper("it").dependsOn("app").build()))
        .isInstanceOf(DependencyException.class);
    assertThatThrownBy(() -> process.update(ProcessSpecs.sleeper("it").dependsOn("lost").build()))
        .isInstanceOf(DependencyException.class);
    assertThat(process.spec()).isSameAs(before);
    assertThat(of(ProcessEvent.ConfigurationChanged.class)).isEmpty();
    manager.get("app").remove();
    process.remove();
    assertThatThrownBy(() -> process.update(before)).isInstanceOf(RegistryException.class);
  }
}
