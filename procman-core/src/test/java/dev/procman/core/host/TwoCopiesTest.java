package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.proc.ProcFs;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two copies of procman in one JVM, and a second JVM that takes what is not held. A lock belongs
/// to the JVM, and goes as soon as the JVM closes *any* descriptor of the file; so what one copy
/// opens and closes may take away what the other holds.
class TwoCopiesTest extends HostTest {

  @Test
  void theSweepOfOneCopyDoesNotGiveUpTheOthersClaimOnItsChildren() throws Exception {
    try (var first = new Copy(state)) {
      long child = Long.parseLong(first.ask("start"));
      long ticks = ProcFs.startTicks(child).orElseThrow();
      try (var second = new Copy(state);
          var _ = HostJvm.start(state, footprint)) {
        assertThat(ProcFs.isAlive(child, ticks)).isTrue();
        assertThat(second.ask("start")).isNotBlank();
      }
      try (var _ = HostJvm.start(state, footprint)) {
        assertThat(ProcFs.isAlive(child, ticks)).isTrue();
      }
    }
    assertThat(state.resolve("ledgers")).isEmptyDirectory();
  }

  @Test
  void aHostThatReadsItsLedgersDoesNotGiveUpTheClaimOnItsChildren() throws Exception {
    try (var copy = new Copy(state)) {
      long child = Long.parseLong(copy.ask("start"));
      long ticks = ProcFs.startTicks(child).orElseThrow();
      try (var ledgers = Files.newDirectoryStream(state.resolve("ledgers"))) {
        for (var ledger : ledgers) {
          assertThat(Files.readAllBytes(ledger)).isNotEmpty();
        }
      }
      try (var _ = HostJvm.start(state, footprint)) {
        assertThat(ProcFs.isAlive(child, ticks)).isTrue();
      }
    }
  }

  @Test
  void aPortThatOneCopyHasLeasedIsHeldForTheOtherAndStaysSo() throws Exception {
    try (var first = new Copy(state);
        var second = new Copy(state);
        var host = HostJvm.start(state, footprint)) {
      String port = first.ask("port 0");
      assertThat(second.ask("port " + port)).contains("leased to another process");
      assertThat(second.ask("port " + port)).contains("leased to another process");
      assertThat(host.ask("try-port " + port)).contains("leased to another process");
      assertThat(first.ask("close")).isEqualTo("closed");
      assertThat(second.ask("port " + port)).isEqualTo(port);
      assertThat(host.ask("try-port " + port)).contains("leased to another process");
    }
  }

  @Test
  void thousandsOfLeasesOfTwoCopiesAreAllDifferent() throws Exception {
    try (var first = new Copy(state);
        var second = new Copy(state)) {
      var ports = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        for (var copy : List.of(first, second)) {
          Stream.of(copy.ask("ports 100").split(" ", -1)).forEach(ports::add);
        }
      }
      assertThat(ports).hasSize(4000).doesNotHaveDuplicates();
    }
  }

  /// An older copy, for example.
  @Test
  void aLockThatAnotherCopyHoldsWithoutSayingSoIsNotGivenBack() throws Exception {
    int port;
    var directory = StateDirectory.open(Optional.of(state));
    try (var leases = new PortLeases(directory);
        var host = HostJvm.start(state, footprint)) {
      try (var free = leases.lease()) {
        port = free.port();
      }
      try (var other =
          FileChannel.open(
              directory.ports().resolve(port + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        assertThat(other.lock().isValid()).isTrue();
        try (var copy = new Copy(state)) {
          assertThat(copy.ask("port " + port)).contains("leased to another process");
          assertThat(copy.ask("port " + port)).contains("leased to another process");
          assertThat(host.ask("try-port " + port)).contains("leased to another process");
        }
        assertThat(host.ask("try-port " + port)).contains("leased to another process");
      }
      assertThat(host.ask("try-port " + port)).isEqualTo("leased " + port);
    }
  }

  /// Application servers load applications anew many times; what one has left behind would stay.
  @Test
  @Tag("long")
  void theClassLoaderOfACopyIsCollectedAfterItsManagerWasClosed() throws Exception {
    var loader = new WeakReference<>(useUp(state));
    await()
        .atMost(LIMIT.multipliedBy(3))
        .untilAsserted(() -> {
          System.gc();
          assertThat(loader.get()).isNull();
        });
  }

  /// In a method of its own, so that nothing of it is on the stack afterwards.
  private static ClassLoader useUp(Path state) throws Exception {
    try (var copy = new Copy(state)) {
      assertThat(copy.ask("start")).isNotBlank();
      assertThat(copy.ask("port 0")).isNotBlank();
      return copy.loader();
    }
  }
}
