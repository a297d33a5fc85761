package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.ExitStatus;
import dev.procman.InvalidSpecException;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.core.host.Footprint;
import dev.procman.core.host.HostJvm;
import dev.procman.proc.ProcFs;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvent.ProcessCrashLoop;
import dev.procman.event.ProcessEvent.ProcessReady;
import dev.procman.event.ProcessEvent.ProcessRestartScheduled;
import dev.procman.event.ProcessEvent.ProcessStarted;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The promises that all else rests on, each shown once with real processes.
class InvariantsTest extends EngineTest {
  private static final RestartPolicy AT_ONCE = RestartPolicy.always().backoff(Backoff.none());

  /// How an old generation's tree is proven empty: one of its members, which ignores TERM, holds a
  /// lock that the next generation needs.
  @Test
  void atMostOneGenerationLivesAndTheNextOneStartsWhenThePreviousTreeIsEmpty() throws Exception {
    var script =
        """
        exec 9>'%s'; flock -n 9 || { echo overlap; exit 0; }
        sh -c 'trap "" TERM; while :; do sleep 0.1; done' &
        echo alone; while :; do sleep 0.1; done
        """
            .formatted(temp.resolve("lock"));
    var spec =
        sh("single", script).stop(StopSequence.graceful(Duration.ofMillis(100))).restart(AT_ONCE);
    var process = manager.register(spec.build());
    var starts =
        IntStream.range(0, 16)
            .mapToObj(_ -> CompletableFuture.runAsync(process::start))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(starts).get(20, TimeUnit.SECONDS);
    for (int restart = 1; restart <= 4; restart++) {
      awaitLine(process, "alone", restart);
      if (restart % 2 == 0) {
        process.restart();
      } else {
        kill(process.pid().orElseThrow());
      }
    }
    awaitLine(process, "alone", 5);
    assertThat(process.output().lines()).extracting(OutputLine::text).doesNotContain("overlap");
    assertThat(process.generation()).isEqualTo(5);
  }

  private static void awaitLine(ManagedProcess process, String text, int count) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            process.output().lines().stream().filter(line -> line.text().equals(text)).count()
                >= count);
  }

  @Test
  void aStaleInputIsDropped() throws Exception {
    var asked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var released = new AtomicBoolean();
    var good = new AtomicBoolean();
    var later = new AtomicInteger();
    HealthCheck check =
        context -> {
          if (context.id().generation() == 1) {
            asked.countDown();
            awaitIgnoringInterrupts(release);
            released.set(true);
            return HealthResult.healthy("an answer for the first generation");
          }
          later.incrementAndGet();
          return good.get() ? HealthResult.healthy() : HealthResult.failing("not yet");
        };
    var process =
        manager.start(
            ProcessSpecs.sleeper("stale")
                .ready(Probe.of(check).timeout(Duration.ofMinutes(1)))
                .restart(AT_ONCE)
                .build());
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    kill(process.pid().orElseThrow());
    await().atMost(LIMIT).until(() -> process.generation() == 2 && later.get() > 0);
    release.countDown();
    await().atMost(LIMIT).untilTrue(released);
    int answered = later.get();
    await().atMost(LIMIT).until(() -> later.get() > answered + 3);
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    assertThat(of(ProcessReady.class)).isEmpty();
    good.set(true);
    assertThat(awaitEvent(ProcessReady.class, "stale").generation()).isEqualTo(2);
  }

  private static void awaitIgnoringInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // The check is to outlive its generation.
      }
    }
  }

  @Test
  void aStopBeatsARestart() throws Exception {
    var slow = RestartPolicy.always().unlimited().backoff(Backoff.fixed(Duration.ofMinutes(10)));
    var waiting = manager.start(sh("waiting", "exit 1").restart(slow).build());
    waiting.awaitState(LIMIT, ProcessState.BACKOFF);
    waiting.stop();
    assertThat(waiting.state()).isEqualTo(ProcessState.STOPPED);

    var flapping = manager.start(sh("flapping", "exit 1").restart(unlimited()).build());
    awaitEvents(ProcessStarted.class, "flapping", 5);
    var restarts = CompletableFuture.runAsync(flapping::restart);
    restarts.get(20, TimeUnit.SECONDS);
    flapping.stop();
    assertThat(flapping.state()).isEqualTo(ProcessState.STOPPED);
    long generation = flapping.generation();
    // Whatever was still to come has come when another process has gone through its whole life.
    manager.start(sh("clock", "sleep 0.2").build()).awaitExit(LIMIT);
    assertThat(flapping.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(flapping.generation()).isEqualTo(generation);
    await().atMost(LIMIT).until(() -> story("flapping").getLast().equals("Stopped"));
  }

  private static RestartPolicy unlimited() {
    return RestartPolicy.always().unlimited().backoff(Backoff.none());
  }

  @Test
  void anExitIsReportedWhenItHappensAndNotAtTheEndOfThePipes() throws Exception {
    // Ignored signals are inherited, so that the holder never has a moment in which it obeys.
    var script = "trap '' TERM; echo last; (while :; do sleep 0.1; done) & exit 3";
    var process =
        manager.start(
            sh("holder", script)
                .stop(StopSequence.graceful(Duration.ofSeconds(1)))
                .output(OutputSettings.ofDefaults().drainQuiet(Duration.ofMillis(100)))
                .build());
    var report = process.awaitExit(LIMIT);
    assertThat(report.status()).contains(new ExitStatus.Exited(3));
    assertThat(report.lastLines()).extracting(OutputLine::text).containsExactly("last");
    assertThat(report.outputTruncated()).isTrue();
    assertThat(report.uptime()).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void theWholeTreeGoes() throws Exception {
    var footprint = new Footprint();
    try (footprint) {
      var script =
          """
          setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' &
          (nohup setsid sleep 1000 >/dev/null 2>&1 &)
          sh -c 'sh -c "sleep 1000 & wait" & wait' &
          echo planted; wait
          """;
      var spec = sh("tree", script).stop(StopSequence.graceful(Duration.ofMillis(200)));
      footprint.environment().forEach(spec::env);
      var process = manager.start(spec.build());
      awaitLine(process, "planted", 1);
      await().atMost(LIMIT).until(() -> footprint.alive().size() >= 6);
      var report = process.stop().orElseThrow();
      assertThat(footprint.described()).isEmpty();
      assertThat(report.survivors()).isEmpty();
    }
  }

  @Test
  void noVirtualThreadBlocksOnAPipeAndNoHostCodeRunsOnAnEngineThread() throws Exception {
    for (int i = 0; i < 130; i++) {
      manager.start(ProcessSpecs.cat("silent" + i));
    }
    for (var process : manager.processes()) {
      process.awaitReady(LIMIT);
    }
    var ran = new CompletableFuture<Boolean>();
    Thread.ofVirtual().start(() -> ran.complete(true));
    assertThat(ran.get(20, TimeUnit.SECONDS)).isTrue();

    var never = new CountDownLatch(1);
    try (var _ = manager.events().subscribe(_ -> awaitIgnoringInterrupts(never))) {
      HealthCheck blocking =
          _ -> {
            awaitIgnoringInterrupts(never);
            return HealthResult.healthy();
          };
      manager.start(
          ProcessSpecs.sleeper("blocked")
              .ready(blocking)
              .output(OutputSettings.ofDefaults().sink((_, _) -> awaitIgnoringInterrupts(never)))
              .build());
      awaitEvent(ProcessStarted.class, "blocked");
      assertThat(manager.get("silent0").stop()).isPresent();
      assertThat(manager.get("blocked").stop()).isPresent();
    } finally {
      never.countDown();
    }
  }

  @Test
  void aPidIsNeverUsedAlone() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("stranger").build());
    process.awaitReady(LIMIT);
    long pid = process.pid().orElseThrow();
    long ticks = ProcFs.startTicks(pid).orElseThrow();
    // What a ledger says of an earlier owner of the pid must not end the present one.
    var state = temp.resolve("state");
    var ledger = state.resolve("ledgers").resolve("1-dead.ledger");
    var own = Files.newDirectoryStream(ledger.getParent(), "*.ledger");
    try (own) {
      var header = Files.readAllLines(own.iterator().next()).getFirst();
      Files.writeString(ledger, header + "\n+ " + pid + " " + (ticks - 1) + " 1-dead/web#1\n");
    }
    builder().build().close();
    assertThat(ledger).doesNotExist();
    assertThat(isAlive(pid)).isTrue();
    kill(pid);
    process.awaitExit(LIMIT);
    assertThat(process.signal(Signal.TERM)).isFalse();
  }

  @Test
  void aSignalDoesNotCloseThePipes() throws Exception {
    var script =
        "trap 'echo bye; sleep 0.2; echo really; exit 7' TERM; echo up; while :; do sleep 0.05; done";
    var process = manager.start(sh("polite", script).build());
    awaitLine(process, "up", 1);
    var report = process.stop().orElseThrow();
    assertThat(report.status()).contains(new ExitStatus.Exited(7));
    assertThat(report.lastLines()).extracting(OutputLine::text).contains("up", "bye", "really");
    assertThat(report.diagnosis().kind()).isEqualTo(Diagnosis.Kind.STOPPED);
  }

  @Test
  void limitAndBackoffAreIndependent() throws Exception {
    var policy =
        RestartPolicy.always()
            .backoff(Backoff.fixed(Duration.ofMillis(50)))
            .limit(3, Duration.ofMinutes(1));
    var process = manager.start(sh("crasher", "exit 1").restart(policy).build());
    awaitEvent(ProcessCrashLoop.class, "crasher");
    assertThat(of(ProcessRestartScheduled.class, "crasher")).hasSize(3);
    assertThat(process.restarts()).isEqualTo(3);

    var asked = manager.start(ProcessSpecs.sleeper("asked").restart(policy).build());
    for (int i = 1; i <= 6; i++) {
      awaitEvents(ProcessReady.class, "asked", i);
      asked.restart();
    }
    awaitEvents(ProcessReady.class, "asked", 7);
    assertThat(asked.restarts()).isZero();

    assertThatThrownBy(() ->
            ProcessSpecs.sleeper("slow")
                .restart(
                    RestartPolicy.always()
                        .backoff(Backoff.fixed(Duration.ofMinutes(1)))
                        .limit(3, Duration.ofSeconds(1)))
                .build())
        .isInstanceOf(InvalidSpecException.class);
  }

  @Test
  void whatWasStartedIsStoppedWhateverBecomesOfTheHost() throws Exception {
    var state = temp.toRealPath().resolve("host");
    for (String end : List.of("throw", "exit", "halt")) {
      try (var footprint = new Footprint();
          var host = HostJvm.start(state, footprint)) {
        host.ask("trees");
        assertThat(footprint.alive()).hasSizeGreaterThan(5);
        host.tell(end);
        var _ = host.awaitEnd();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(footprint.described()).isEmpty());
      }
    }
    await().atMost(LIMIT).until(() -> Footprint.guards(state).isEmpty());
  }

  @Test
  void failedHostCodeStopsNeitherDrainingNorSupervision() throws Exception {
    IllegalStateException fault = new IllegalStateException("the host's own fault");
    manager
        .events()
        .subscribe(_ -> {
          throw fault;
        });
    HealthCheck check =
        _ -> {
          throw fault;
        };
    var settings =
        OutputSettings.ofDefaults()
            .sink((_, _) -> {
              throw fault;
            });
    var process =
        manager.start(
            sh("chatty", "seq 1 100000; exec sleep 1000")
                .ready(Probe.of(check).interval(Duration.ofMillis(20)))
                .output(settings)
                .build());
    try (var _ =
        process
            .output()
            .follow(_ -> {
              throw fault;
            })) {
      await().atMost(LIMIT).until(() -> process.output().lineCount() == 100_000);
    }
    awaitEvent(ProcessEvent.SinkFailed.class, "chatty");
    var sibling = manager.start(ProcessSpecs.echo("sibling", "fine"));
    assertThat(sibling.awaitExit(LIMIT).success()).isTrue();
    assertThat(process.stop()).isPresent();
  }

  @Test
  void secretsShowNowhere() {
    String secret = "hunter2-correct-horse";
    var process =
        manager.start(
            sh("tattler", "echo \"$TOKEN\"; exit 1")
                .secretEnv("TOKEN", secret)
                .output(OutputSettings.ofDefaults().toEvents())
                .ready(HealthCheck.of("never", () -> false))
                .build());
    var thrown = catchThrowable(() -> process.awaitReady(LIMIT));
    assertThat(thrown).hasMessageContaining("***");
    awaitEvent(ProcessEvent.ProcessOutputLine.class, "tattler");
    awaitEvent(ProcessEvent.ProcessFailed.class, "tattler");
    assertThat(List.of(thrown, events, process, process.spec(), process.snapshot(), process.why()))
        .noneMatch(said -> said.toString().contains(secret));
  }
}
