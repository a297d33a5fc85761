package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessSpec;
import dev.procman.proc.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The state directory is deleted while it is in use, as cleaners of temporary directories do,
/// whole or file by file.
class DeletedStateDirectoryTest extends HostTest {

  private static List<Path> files(Path directory) throws IOException {
    var files = new ArrayList<Path>();
    if (Files.isDirectory(directory)) {
      try (var stream = Files.newDirectoryStream(directory)) {
        stream.forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void portsCanBeLeasedAndProcessesStartedAtOnce() throws Exception {
    try (var manager = nextManager()) {
      for (int i = 0; i < 3; i++) {
        TreeDeleter.delete(state);
        manager
            .start(
                ProcessSpec.named("web" + i)
                    .command("sleep", "1000")
                    .port("a")
                    .readyWithoutListening("a")
                    .build())
            .awaitReady(LIMIT);
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
          .isEqualTo("rwx------");
    }
    assertThat(files(state.resolve("ledgers"))).isEmpty();
  }

  @Test
  void aLeaseIsTakenAgainBeforeAnotherJvmMayHaveIt() throws Exception {
    try (var leases = new PortLeases(StateDirectory.open(Optional.of(state)));
        var host = HostJvm.start(state, footprint)) {
      int port = leases.lease().port();
      int single = leases.lease().port();
      TreeDeleter.delete(state);
      leases.mend();
      Files.delete(state.resolve("ports").resolve(single + ".lock"));
      leases.mend();
      for (int each : List.of(port, single)) {
        assertThat(host.ask("try-port " + each)).contains("leased to another process");
      }
      leases.close();
      assertThat(host.ask("try-port " + port)).isEqualTo("leased " + port);
    }
  }

  @Test
  void aPortThatAnotherJvmWasFasterToTakeIsSaid() throws Exception {
    try (var leases = new PortLeases(StateDirectory.open(Optional.of(state)));
        var warnings = new Warnings(PortLeases.class)) {
      int port = leases.lease().port();
      try (var host = HostJvm.start(state, footprint)) {
        TreeDeleter.delete(state);
        assertThat(host.ask("try-port " + port)).isEqualTo("leased " + port);
        leases.mend();
        leases.mend();
        assertThat(warnings.said())
            .singleElement()
            .asString()
            .contains("another JVM has leased", "port=\"" + port + "\"");
      }
      // That JVM has ended, and the lease is whole again.
      leases.mend();
      try (var host = HostJvm.start(state, footprint)) {
        assertThat(host.ask("try-port " + port)).contains("leased to another process");
      }
    }
  }

  @Test
  @Tag("long")
  void theManagerNoticesByItselfAndTheNextSweepSeesItsChildren() throws Exception {
    try (var host = HostJvm.start(state, footprint, false)) {
      long child = Long.parseLong(host.ask("bare one").substring("bare ".length()));
      footprint.add(child);
      TreeDeleter.delete(state);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(files(state.resolve("ledgers"))).hasSize(1));
      nextManager().close();
      assertThat(footprint.alive()).contains(child);
      host.kill();
      var _ = host.awaitEnd();
      assertThat(footprint.alive()).contains(child);
      nextManager().close();
      assertThat(footprint.alive()).isEmpty();
    }
  }

  /// A user's runtime directory goes with its last session, but not a JVM that it has left running.
  @Test
  void aDefaultWhosePlaceIsGoneMovesToTheNextPlace() throws Exception {
    var runtime = Files.createDirectory(temp.toRealPath().resolve("run"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    var common = Files.createDirectory(temp.toRealPath().resolve("tmp"));
    var environment = Map.of("XDG_RUNTIME_DIR", runtime.toString());
    var directory = StateDirectory.open(Optional.empty(), new DefaultPlaces(environment, common));
    var child = new ProcessBuilder("sleep", "1000").start();
    try (var leases = new PortLeases(directory);
        var ledger = Ledger.create(directory, "1-moves")) {
      int port = leases.lease().port();
      long ticks = ProcFs.startTicks(child.pid()).orElseThrow();
      ledger.born("1-moves/web#1", child.pid(), ticks);
      TreeDeleter.delete(runtime);
      leases.mend();
      ledger.mend();
      assertThat(directory.path().getParent()).isEqualTo(common);
      assertThat(ledger.file()).content().contains("+ " + child.pid() + " " + ticks);
      try (var host = HostJvm.start(directory.path(), footprint)) {
        assertThat(host.ask("try-port " + port)).contains("leased to another process");
      }
      ledger.gone("1-moves/web#1");
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(files(directory.ledgers())).isEmpty();
  }
}
