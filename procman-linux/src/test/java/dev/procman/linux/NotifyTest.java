package dev.procman.linux;

import static dev.procman.linux.PythonChild.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.InvalidSpecException;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.Probe;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.ServiceState;
import dev.procman.ServiceState.Phase;
import dev.procman.event.ProcessEvent.ProcessHealthChanged;
import dev.procman.health.HealthChecks;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What real senders tell by their notify socket, and what becomes of it.
class NotifyTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final LaunchSettings NOTIFYING = LaunchSettings.ofDefaults().withNotifications();

  private final ProcessManager manager =
      ProcessManager.builder().launcher(new LinuxLauncher()).build();

  @AfterEach
  void close() {
    manager.close();
  }

  private static ProcessSpec.Builder teller() {
    return PythonChild.named("teller").launch(NOTIFYING);
  }

  /// With these only news can be what has it asked again.
  private static Probe unpolled(HealthCheck check) {
    return Probe.of(check).interval(NEVER).fastInterval(NEVER);
  }

  private static ServiceState state(ManagedProcess process) {
    return process.serviceState().orElseThrow();
  }

  private static ServiceState awaitState(ManagedProcess process, Predicate<ServiceState> wanted) {
    return await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> state(process), wanted);
  }

  /// What was sent before was taken when this has arrived.
  private static ServiceState sync(ManagedProcess process) {
    String mark = "mark " + System.nanoTime();
    run(process, "say('STATUS=" + mark + "')");
    return awaitState(process, state -> state.status().filter(mark::equals).isPresent());
  }

  private static String message(ManagedProcess process) {
    return process.probes().isEmpty() ? "" : process.probes().getFirst().message();
  }

  @Test
  void itIsReadyAtOnceWhenItSaysSoAndNotBefore() throws Exception {
    var process = manager.start(teller().ready(unpolled(HealthChecks.notified())).build());
    run(process, "say('STATUS=warming the cache')");
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(message(process))
                .isEqualTo("it did not say yet that it is ready: warming the cache"));
    assertThat(process.state()).isEqualTo(ProcessState.STARTING);

    run(process, "say('STATUS=serving\\nREADY=1\\n')");
    process.awaitReady(LIMIT);
    assertThat(state(process).phase()).isEqualTo(Phase.READY);
    assertThat(state(process).status()).contains("serving");
  }

  @Test
  void aSayingThatCameBeforeTheFirstQuestionCounts() throws Exception {
    var process =
        manager.start(
            teller()
                .ready(unpolled(HealthChecks.notified()).initialDelay(Duration.ofMillis(300)))
                .build());
    run(process, "say('READY=1')");
    process.awaitReady(LIMIT);
  }

  @Test
  void itLeavesServiceWhenItSaysThatItIsStoppingAndReloadingDoesNotHarm() throws Exception {
    var process = manager.start(teller().ready(unpolled(HealthChecks.notified())).build());
    run(process, "say('READY=1')");
    process.awaitReady(LIMIT);
    run(process, "say('RELOADING=1\\nMONOTONIC_USEC=5')");
    await().atMost(LIMIT).until(() -> message(process).equals("it said that it is reloading"));
    assertThat(process.health()).isEqualTo(HealthStatus.HEALTHY);
    run(process, "say('READY=1')");
    await().atMost(LIMIT).until(() -> message(process).equals("it said that it is ready"));

    run(process, "say('STOPPING=1\\nERRNO=5\\nSTATUS=disk gone')");
    await().atMost(LIMIT).until(() -> process.health() == HealthStatus.FAILED);
    assertThat(message(process)).isEqualTo("it said that it is stopping: disk gone, error 5");
    run(process, "say('READY=1')");
    assertThat(sync(process).phase()).isEqualTo(Phase.STOPPING);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void everythingThatIsKnownIsTold() {
    var process = manager.start(teller().build());
    assertThat(state(process).phase()).isEqualTo(Phase.STARTING);
    run(
        process,
        "say('BUSERROR=org.example.Full\\nERRNO=28\\nEXTEND_TIMEOUT_USEC=60000000\\n"
            + "WATCHDOG=1\\nWATCHDOG_USEC=2500000\\nX_OWN=thing\\nFDSTORE=1\\nREADY=1')");
    var state = awaitState(process, now -> now.phase() == Phase.READY);
    assertThat(state.busError()).contains("org.example.Full");
    assertThat(state.error()).isEqualTo(OptionalInt.of(28));
    assertThat(state.extension().orElseThrow())
        .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    assertThat(state.watchdogAge().orElseThrow()).isLessThan(LIMIT);
    assertThat(state.watchdogInterval()).contains(Duration.ofMillis(2500));
    assertThat(state.watchdogTriggered()).isFalse();
    assertThat(state.ignored()).isZero();
  }

  @Test
  void theMainPidMustBeOfTheTree() {
    var process = manager.start(teller().build());
    run(process, "say('MAINPID=1\\nMAINPID=' + str(os.getppid()))");
    assertThat(sync(process).mainPid()).isEmpty();
    assertThat(state(process).ignored()).isEqualTo(2);
    run(process, "child = subprocess.Popen(['sleep', '1000']); say('MAINPID=' + str(child.pid))");
    long main = sync(process).mainPid().orElseThrow();
    assertThat(ProcessHandle.of(main).orElseThrow().parent().orElseThrow().pid())
        .isEqualTo(process.pid().orElseThrow());
  }

  @Test
  void grandchildrenAreBelievedAlsoWhenTheirParentIsGone() throws Exception {
    var process = manager.start(teller().ready(unpolled(HealthChecks.notified())).build());
    // It waits until its message was taken, as systemd-notify does.
    String saying =
        "r, w = os.pipe(); say('%s'); say('BARRIER=1', [w]); os.close(w); os.read(r, 1)";
    run(process, "other(\"" + saying.formatted("STATUS=from a child") + "\")");
    awaitState(process, state -> state.status().filter("from a child"::equals).isPresent());
    run(
        process,
        "other(\"os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0)\\n"
            + "while os.getppid() == os.getpgid(0): pass\\n"
            + saying.formatted("READY=1")
            + "\")");
    process.awaitReady(LIMIT);
    assertThat(state(process).ignored()).isZero();
  }

  @Test
  void strangersAreNotBelieved() throws Exception {
    var process = manager.start(teller().build());
    String lie = "say('READY=1\\nSTATUS=I am it'); say('STOPPING=1')";
    assertThat(exitCode(PythonChild.stranger(address(process), lie))).isZero();

    assertThat(sync(process).phase()).isEqualTo(Phase.STARTING);
    assertThat(state(process).ignored()).isEqualTo(2);
  }

  @Test
  void whatMakesNoSenseIsIgnoredAndCounted() {
    var process = manager.start(teller().build());
    var nonsense =
        List.of(
            "b'READY=1\\n' + b'x' * 5000",
            "b''",
            "b'\\xff\\xfeREADY=1'",
            "b'READY=1\\0STATUS=x'",
            "b'no assignment'",
            "b'=1'",
            "b'READY=yes'",
            "b'READY=2'",
            "b'WATCHDOG=2'",
            "b'ERRNO=-1'",
            "b'ERRNO=99999999999'",
            "b'MAINPID=abc'",
            "b'WATCHDOG_USEC=0'",
            "b'EXTEND_TIMEOUT_USEC='",
            "b'EXTEND_TIMEOUT_USEC=99999999999999999999'");
    nonsense.forEach(bytes -> run(process, "say(" + bytes + ")"));
    var state = sync(process);
    assertThat(state.ignored()).isEqualTo(nonsense.size());
    assertThat(state.phase()).isEqualTo(Phase.STARTING);
    assertThat(state.error()).isEmpty();

    run(process, "say('\\nX=1\\n\\nREADY=1\\0')");
    awaitState(process, now -> now.phase() == Phase.READY);
    run(process, "say('STATUS=')");
    awaitState(process, now -> now.status().isEmpty());
    assertThat(state(process).ignored()).isEqualTo(nonsense.size());
  }

  @Test
  void descriptorsThatArePassedAlongAreClosed() {
    var process = manager.start(teller().build());
    sync(process);
    int before = descriptors();
    run(
        process,
        "fds = [os.open('/dev/null', os.O_RDONLY) for _ in range(100)]; "
            + "[say('FDSTORE=1\\nFDNAME=x', fds) for _ in range(20)]");
    run(
        process,
        "r, w = os.pipe(); say('BARRIER=1', [w]); os.close(w); os.read(r, 1); print('let go')");
    await()
        .atMost(LIMIT)
        .until(() ->
            process.output().lines().stream().map(OutputLine::text).toList().contains("let go"));
    sync(process);
    assertThat(descriptors()).isLessThan(before + 20);
  }

  private static int descriptors() {
    return Optional.ofNullable(new File("/proc/self/fd").list()).orElseThrow().length;
  }

  private static String address(ManagedProcess process) {
    run(process, "print(os.environ['NOTIFY_SOCKET'])");
    await().atMost(LIMIT).until(() -> process.output().lineCount() > 0);
    return process.output().lines().getFirst().text();
  }

  private static int exitCode(ProcessBuilder stranger) throws Exception {
    var process = stranger.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void whatItSaysLastIsKnownAfterItsEndAndNobodySpeaksForItThen() throws Exception {
    var process = manager.start(teller().build());
    String address = address(process);
    run(process, "say('STOPPING=1'); [say('STATUS=last %d' % i) for i in range(5)]; os._exit(3)");
    process.awaitExit(LIMIT);
    assertThat(state(process).status()).contains("last 4");
    assertThat(state(process).phase()).isEqualTo(Phase.STOPPING);

    String late = "\ntry: say('STATUS=late')\nexcept ConnectionRefusedError: os._exit(7)";
    assertThat(exitCode(PythonChild.stranger(address, late))).isEqualTo(7);
  }

  @Test
  void eachGenerationBeginsAnew() throws Exception {
    var process =
        manager.start(
            teller()
                .ready(unpolled(HealthChecks.notified()))
                .restart(RestartPolicy.always().backoff(Backoff.none()))
                .build());
    run(process, "say('READY=1\\nSTATUS=first')");
    process.awaitReady(LIMIT);
    run(process, "os._exit(1)");
    await()
        .atMost(LIMIT)
        .until(() -> process.generation() == 2 && process.state() == ProcessState.STARTING);
    assertThat(state(process).status()).isEmpty();
    run(process, "say('READY=1')");
    process.awaitReady(LIMIT);
  }

  @Test
  void aFloodKeepsNobodyElseWaiting() throws Exception {
    var flood = manager.start(teller().name("flood").build());
    run(flood, "exec('while True: say(\"STATUS=flood\")')");
    awaitState(flood, state -> state.status().isPresent());
    var process = manager.start(teller().ready(unpolled(HealthChecks.notified())).build());
    run(process, "say('READY=1')");
    process.awaitReady(LIMIT);
  }

  @Test
  void anotherUserReachesItsSocket() throws Exception {
    var process =
        manager.start(
            teller()
                .launch(NOTIFYING.user("nobody"))
                .ready(unpolled(HealthChecks.notified()))
                .build());
    run(process, "say('READY=1\\nSTATUS=as %d' % os.getuid())");
    process.awaitReady(LIMIT);
    assertThat(state(process).status().orElseThrow()).isNotEqualTo("as 0");
  }

  // Watchdog.

  private ManagedProcess watched(String limit) throws InterruptedException {
    var process =
        manager.start(
            teller()
                .ready(unpolled(HealthChecks.notified()))
                .live(unpolled(HealthChecks.watchdog(Duration.parse(limit))))
                .restart(RestartPolicy.always().backoff(Backoff.none()))
                .build());
    run(process, "say('READY=1')");
    process.awaitReady(LIMIT);
    return process;
  }

  @Test
  void whoGivesNoSignOfLifeIsRestarted() throws Exception {
    var reasons = new ConcurrentLinkedQueue<String>();
    manager.events().on(ProcessHealthChanged.class, event -> reasons.add(event.reason()));
    var process = watched("PT0.4S");
    run(process, "print(os.environ['WATCHDOG_USEC'], os.environ.get('WATCHDOG_PID'))");
    await().atMost(LIMIT).until(() -> process.generation() > 1);
    assertThat(process.output().lines().getFirst().text()).isEqualTo("400000 None");
    assertThat(reasons)
        .anyMatch(reason -> reason.contains("no sign of life (WATCHDOG=1) for 400 ms"));
  }

  @Test
  void whoGivesSignsOfLifeLives() throws Exception {
    var process = watched("PT10S");
    run(process, "say('WATCHDOG_USEC=900000'); exec('import time')");
    run(process, "[(say('WATCHDOG=1'), time.sleep(0.05)) for _ in range(40)] and print('over')");
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    assertThat(process.generation()).isEqualTo(1);

    await().atMost(LIMIT).until(() -> process.generation() > 1);
  }

  @Test
  void whoAsksToBeTakenForDeadIs() throws Exception {
    var process = watched("PT1H");
    run(process, "say('WATCHDOG=trigger')");
    await().atMost(LIMIT).until(() -> process.generation() > 1);
  }

  @Test
  void checksThatNeedItAreRejectedWithoutIt() {
    for (var check :
        List.of(
            HealthChecks.notified(),
            HealthChecks.watchdog(Duration.ofSeconds(1)),
            HealthChecks.all(HealthChecks.process(), HealthChecks.notified()))) {
      assertThatThrownBy(() -> ProcessSpec.named("x").command("true").ready(check).build())
          .isInstanceOf(InvalidSpecException.class)
          .hasMessageContaining("withNotifications()");
    }
  }

  @Test
  void anotherWatchdogReplacesTheVariableOfTheFirst() {
    var spec = teller().live(HealthChecks.watchdog(Duration.ofSeconds(1))).build();
    assertThat(spec.environment().values()).containsEntry("WATCHDOG_USEC", "1000000");
    var other = spec.toBuilder().live(HealthChecks.watchdog(Duration.ofSeconds(2))).build();
    assertThat(other.environment().values()).containsEntry("WATCHDOG_USEC", "2000000");
    var own = spec.toBuilder().env("WATCHDOG_USEC", "5").build();
    assertThat(own.environment().values()).containsEntry("WATCHDOG_USEC", "5");
  }

  @Test
  void secretsAreMaskedInWhatItTells() {
    var process =
        manager.start(
            teller()
                .secretEnv("TOKEN", "battery-staple")
                .ready(unpolled(HealthChecks.notified()))
                .build());
    run(process, "say('STATUS=with ' + os.environ['TOKEN'])");
    awaitState(process, state -> state.status().filter("with ***"::equals).isPresent());
    await().atMost(LIMIT).until(() -> message(process).endsWith("with ***"));
  }

  @Test
  void theSocketIsNotLeftOpen() throws Exception {
    var process = manager.start(teller().build());
    sync(process);
    process.stop();
    int before = descriptors();
    for (int i = 0; i < 10; i++) {
      process.start();
      sync(process);
      process.stop();
    }
    await().atMost(LIMIT).until(() -> descriptors() <= before + 2);
  }
}
