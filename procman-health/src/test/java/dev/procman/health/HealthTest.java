package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthHistory;
import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProbeSnapshot;
import dev.procman.ProcessManager;
import dev.procman.ProcessManagerBuilder;
import dev.procman.ProcessSpec;
import dev.procman.event.ProcessEvent;
import dev.procman.event.ProcessEvent.ProcessHealthChanged;
import dev.procman.event.ProcessEvent.ProcessStarted;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A manager with a state directory of its own; afterwards none of its processes may be left.
abstract class HealthTest {
  /// Far more than anything here takes, also on a machine that is busy.
  static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  ProcessManager manager;
  final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void openManager() {
    manager = settings(ProcessManager.builder()).build();
    manager.events().subscribe(events::add);
  }

  ProcessManagerBuilder settings(ProcessManagerBuilder builder) {
    return builder.name(getClass().getSimpleName()).stateDirectory(temp.resolve("state"));
  }

  @AfterEach
  void closeManagerAndFindNothingLeft() {
    manager.close();
    assertThat(of(ProcessStarted.class))
        .extracting(ProcessStarted::pid)
        .noneMatch(HealthTest::isAlive);
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /// A process that does nothing but live.
  static ProcessSpec.Builder sleeper(String name) {
    return ProcessSpec.named(name).command("sleep", "1000");
  }

  static ProcessSpec.Builder sh(String name, String script) {
    return ProcessSpec.named(name).shell(script);
  }

  /// A process that runs a Python program.
  static ProcessSpec.Builder python(String name, String program, String... arguments) {
    var command = new java.util.ArrayList<>(List.of("/usr/bin/python3", "-u", "-c", program));
    command.addAll(List.of(arguments));
    return ProcessSpec.named(name).command(command);
  }

  /// Often, and with time enough to answer on a busy machine.
  static Probe often(HealthCheck check) {
    return Probe.of(check)
        .interval(Duration.ofMillis(20))
        .fastInterval(Duration.ofMillis(10))
        .timeout(Duration.ofSeconds(10));
  }

  /// The first verdict that a check gives about a process that sleeps.
  HealthResult firstVerdict(HealthCheck check) throws InterruptedException {
    return firstVerdict(check, LIMIT);
  }

  HealthResult firstVerdict(HealthCheck check, Duration timeout) throws InterruptedException {
    return firstVerdict(sleeper("subject"), check, timeout);
  }

  HealthResult firstVerdict(ProcessSpec.Builder subject, HealthCheck check, Duration timeout) {
    var process = manager.start(subject.ready(Probe.of(check).timeout(timeout)).build());
    return awaitVerdict(process, _ -> true);
  }

  /// A verdict of the only probe.
  static HealthResult awaitVerdict(ManagedProcess process, Predicate<HealthResult> wanted) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> verdicts(process).stream().filter(wanted).findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  static List<HealthResult> verdicts(ManagedProcess process) {
    return process.probes().stream()
        .flatMap(probe -> probe.history().entries().stream())
        .map(HealthHistory.Entry::result)
        .toList();
  }

  static ProbeSnapshot probe(ManagedProcess process, String kind) {
    return process.probes().stream()
        .filter(probe -> probe.probe().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  static void awaitHealth(ManagedProcess process, HealthStatus status) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(process.health()).isEqualTo(status));
  }

  ProcessHealthChanged awaitHealthEvent(Predicate<ProcessHealthChanged> wanted) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> of(ProcessHealthChanged.class).stream().filter(wanted).findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  <E extends ProcessEvent> List<E> of(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <E extends ProcessEvent> List<E> awaitEvents(Class<E> type, int count) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> of(type), found -> found.size() >= count);
  }

  /// A port on which nobody listens.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
