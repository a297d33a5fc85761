package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.core.scenario.EngineTest;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.HealthCheck;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// No two processes get the same port, in whatever JVM.
class PortLeasesTest extends EngineTest {
  private final Footprint footprint = new Footprint();
  private StateDirectory state;
  private PortLeases leases;

  @BeforeEach
  void openLeases() {
    state = StateDirectory.open(Optional.of(temp.resolve("state")));
    leases = new PortLeases(state);
  }

  @AfterEach
  void closeLeases() {
    leases.close();
    footprint.close();
  }

  private HostJvm host() throws Exception {
    return HostJvm.start(state.path(), footprint);
  }

  private static void assertRefused(ThrowingCallable lease, int port, String reason) {
    assertThatThrownBy(lease)
        .isInstanceOfSatisfying(
            LaunchException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PREPARATION_FAILED))
        .hasMessageContaining("port " + port)
        .hasMessageContaining(reason)
        .hasMessageContaining("name another, or 0 for any");
  }

  @Test
  void manyLeasesOfSeveralJvmsAreAllDifferent() throws Exception {
    try (var first = host();
        var second = host()) {
      first.tell("lease 300");
      second.tell("lease 300");
      var ports = new ArrayList<Integer>();
      for (int i = 0; i < 300; i++) {
        ports.add(leases.lease().port());
      }
      for (var host : List.of(first, second)) {
        Stream.of(host.answer().substring("leased ".length()).split(" "))
            .map(Integer::valueOf)
            .forEach(ports::add);
      }
      assertThat(ports).hasSize(900).doesNotHaveDuplicates().allMatch(port -> port < 32768);
    }
  }

  @Test
  void aLeaseEndsWithItsJvmAndNotBefore() throws Exception {
    int port;
    try (var free = leases.lease()) {
      port = free.port();
    }
    try (var host = host()) {
      host.ask("lease-port " + port);
      assertRefused(() -> leases.lease(port), port, "leased to another process");
      host.kill();
      var _ = host.awaitEnd();
    }
    assertThat(leases.lease(port).port()).isEqualTo(port);
  }

  @Test
  void twoManagersOfOneJvmDoNotShareAPort() throws Exception {
    var link = Files.createSymbolicLink(temp.resolve("link"), state.path());
    try (var others = new PortLeases(StateDirectory.open(Optional.of(link)))) {
      int port = leases.lease().port();
      assertRefused(() -> others.lease(port), port, "leased to another process");
      assertThat(others.lease().port()).isNotEqualTo(port);
      leases.close();
      assertThat(others.lease(port).port()).isEqualTo(port);
    }
  }

  @Test
  void aFixedPortThatAnotherProgramListensOnFailsTheStart() throws Exception {
    for (var address :
        List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("0.0.0.0"))) {
      try (var taken = new ServerSocket()) {
        taken.bind(new InetSocketAddress(address, 0));
        int port = taken.getLocalPort();
        var process =
            manager.start(
                ProcessSpec.named("late" + address.getHostAddress())
                    .command("sleep", "1000")
                    .port("http", port)
                    .build());
        assertThatThrownBy(() -> process.awaitReady(LIMIT))
            .isInstanceOf(ProcessNotReadyException.class)
            .hasMessageContaining("port " + port + " is in use by another program")
            .cause()
            .isInstanceOfSatisfying(
                LaunchException.class,
                cause -> assertThat(cause.reason()).isEqualTo(Reason.PREPARATION_FAILED));
      }
    }
  }

  @Test
  void aProcessThatLosesTheRaceForItsPortStartsOnAnotherUncounted() throws Exception {
    var port = temp.resolve("port");
    var go = temp.resolve("go");
    var up = temp.resolve("up");
    var script =
        """
        import os, socket, sys, time
        port, go, up = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        with open(go + '.port', 'w') as file: file.write(str(port) + '\\n')
        os.rename(go + '.port', os.path.join(os.path.dirname(go), 'port'))
        while not os.path.exists(go): time.sleep(0.01)
        server = socket.socket()
        server.bind(('127.0.0.1', port))
        server.listen()
        open(up, 'w').close()
        time.sleep(1000)
        """;
    var process =
        manager.start(
            ProcessSpec.named("server")
                .command("python3", "-c", script, "${port.http}", go.toString(), up.toString())
                .port("http")
                .ready(HealthCheck.of("listens", () -> Files.exists(up)))
                .build());
    await().atMost(LIMIT).until(() -> Files.exists(port));
    int lost = Integer.parseInt(Files.readString(port).strip());
    try (var _ = new ServerSocket(lost)) {
      Files.createFile(go);
      awaitEvent(ProcessEvent.ProcessReady.class, "server");
      assertThat(process.port("http")).isNotEqualTo(lost);
    }
    assertThat(process.generation()).isEqualTo(2);
    assertThat(process.restarts()).isZero();
    assertThat(Files.readString(port).strip()).isEqualTo(String.valueOf(process.port("http")));
  }
}
