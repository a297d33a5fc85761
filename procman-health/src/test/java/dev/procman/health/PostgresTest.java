package dev.procman.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.HealthStatus;
import dev.procman.ManagedProcess;
import dev.procman.Probe;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.spi.HealthResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// PostgreSQL refuses to run as root: then it is the user `postgres` of its package who runs it.
class PostgresTest extends HealthTest {
  private static final boolean ROOT = System.getProperty("user.name").equals("root");
  private static Path data;

  @BeforeAll
  static void makeDatabase() throws Exception {
    data = Files.createTempDirectory("procman-postgres-");
    if (ROOT) {
      run("chown", "postgres:postgres", data.toString());
    }
    run(
        asUser(
            Services.postgres("initdb"),
            "--auth=trust",
            "--no-sync",
            "--username=postgres",
            "--locale=C",
            "--pgdata=" + data));
  }

  @AfterAll
  static void deleteDatabase() throws IOException {
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String[] asUser(String... command) {
    var whole = new ArrayList<String>();
    if (ROOT) {
      whole.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    whole.addAll(List.of(command));
    return whole.toArray(String[]::new);
  }

  private static void run(String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .directory(new java.io.File("/"))
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static ProcessSpec.Builder postgres(String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Services.postgres("postgres"),
                "-D",
                data.toString(),
                "-p",
                "${port.sql}",
                "-h",
                "127.0.0.1",
                "-k",
                data.toString(),
                "-F"));
    command.addAll(List.of(more));
    return ProcessSpec.named("postgres")
        .command(asUser(command.toArray(String[]::new)))
        .directory(Path.of("/"))
        .port("sql")
        .stop(StopSequence.kill().signal(Signal.INT, Duration.ofSeconds(10)));
  }

  private static ScriptCheck isReady() throws IOException {
    return HealthChecks.script(
            Services.postgres("pg_isready"), "-h", "127.0.0.1", "-p", "${port.sql}", "-t", "1")
        .code(1, HealthStatus.CRITICAL)
        .code(3, HealthStatus.UNKNOWN);
  }

  static Probe often(dev.procman.spi.HealthCheck check) {
    return Probe.of(check)
        .interval(Duration.ofMillis(100))
        .timeout(Duration.ofSeconds(3))
        .failures(1, 2, 3);
  }

  private ManagedProcess running(ProcessSpec.Builder spec) throws InterruptedException {
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    return process;
  }

  @Test
  void isFoundReadyByItsOwnToolAndBroken() throws Exception {
    var process = running(postgres().ready(often(isReady())));
    awaitHealth(process, HealthStatus.HEALTHY);
    assertThat(awaitVerdict(process, HealthResult::isGood).message())
        .contains("accepting connections");

    process.signal(Signal.STOP);
    var event = awaitHealthEvent(e -> e.to() == HealthStatus.CRITICAL);
    assertThat(event.reason()).startsWith("exit code 2: ").contains("no response");
    process.signal(Signal.CONT);
    awaitHealth(process, HealthStatus.HEALTHY);
    assertThat(process.stop()).hasValueSatisfying(report -> assertThat(report.success()).isTrue());
  }

  /// The request for TLS is eight bytes (PostgreSQL's manual, "Message Formats"), answered by S or
  /// N.
  @Test
  void isFoundReadyByItsProtocolAlsoWhenAnotherUserRunsIt() throws Exception {
    byte[] request = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};
    var check = HealthChecks.tcp().send(request).expect("^[SN]$");
    var process = running(postgres().ready(often(check)));
    assertThat(awaitVerdict(process, HealthResult::isGood).evidence())
        .containsEntry("owner", "pid " + process.pid().getAsLong());
  }

  @Test
  void isFoundReadyByWhatItPrints() throws Exception {
    var check = HealthChecks.output("database system is ready to accept connections").onStderr();
    var process = running(postgres().ready(check.forbidding("FATAL:|PANIC:")));
    assertThat(process.probes().getFirst().check()).contains("on stderr");
  }

  @Test
  void aMistakeInItsConfigurationFailsTheStartWithItsOwnWords() throws Exception {
    var process =
        manager.start(postgres("-c", "shared_buffers=some").ready(often(isReady())).build());

    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
  }

  @Test
  void isNotReadyWhileAnotherProgramHasItsPort() throws Exception {
    try (var server = TinyServer.of((socket, _) -> socket.getInputStream().read())) {
      var command = postgres().build().command().argv();
      var moved =
          command.stream().map(word -> word.replace("${port.sql}", "" + server.port())).toList();
      var process =
          manager.start(
              ProcessSpec.named("postgres")
                  .command(moved)
                  .directory(Path.of("/"))
                  .ready(often(HealthChecks.tcp().port(server.port())))
                  .build());

      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("Address already in use");
      await().atMost(LIMIT).until(() -> process.snapshot().lastExit().isPresent());
    }
  }
}
