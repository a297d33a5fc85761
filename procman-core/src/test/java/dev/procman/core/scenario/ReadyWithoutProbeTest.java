package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Scenarios 70 and 71: what tells that a process is ready when no probe does.
class ReadyWithoutProbeTest extends EngineTest {
  private static final int TRIES = 200;

  /// A child that gets no processor for a while has lived for that while, so on a busy machine the
  /// default says little of a program that fails at once.
  private static final Duration BUSY = Duration.ofSeconds(15);

  @Test
  void whatFailsAtOnceIsNeverReadyAndTheWaitSaysHowItEnded() throws Exception {
    for (int run = 0; run < TRIES; run++) {
      var process = manager.start(sh("fails" + run, "exit 3").readyAfter(BUSY).build());
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("exit code 3");
      process.remove();
    }
    assertThat(of(ProcessEvent.ProcessReady.class)).isEmpty();
  }

  @Test
  void whatDiesAMomentAfterItsStartIsNeverReady() throws Exception {
    for (int run = 0; run < 40; run++) {
      var process = manager.start(sh("brief" + run, "sleep 0.02; exit 3").readyAfter(BUSY).build());
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("exit code 3");
      process.remove();
    }
  }

  @Test
  void whatCompletesWithSuccessIsReadyHoweverShortItsLife() throws Exception {
    for (int run = 0; run < TRIES; run++) {
      var process = manager.start(ProcessSpec.named("done" + run).command("true").build());
      process.awaitReady(LIMIT);
      assertThat(process.whenReady().toCompletableFuture()).succeedsWithin(LIMIT);
      process.remove();
    }
  }

  @Test
  void theDependentOfWhatFailsAtOnceIsNeverStarted() throws Exception {
    for (int run = 0; run < 40; run++) {
      var failing =
          manager.register(
              ProcessSpec.named("failing" + run).command("false").readyAfter(BUSY).build());
      var dependent =
          manager.start(ProcessSpecs.sleeper("dependent" + run).dependsOn("failing" + run).build());
      dependent.awaitState(LIMIT, ProcessState.SKIPPED);
      assertThat(dependent.generation()).isZero();
      dependent.remove();
      failing.remove();
    }
    assertThat(of(ProcessEvent.ProcessStarted.class))
        .extracting(ProcessEvent.ProcessStarted::process)
        .noneMatch(name -> name.startsWith("dependent"));
  }

  @Test
  void whatDependsOnAShortSuccessIsStarted() throws Exception {
    manager.register(ProcessSpec.named("migration").command("true").build());
    var dependent = manager.start(ProcessSpecs.sleeper("web").dependsOn("migration").build());
    dependent.awaitReady(LIMIT);
  }

  @Test
  void whatHasDiedSinceDoesNotPass() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("victim").build());
    process.awaitReady(LIMIT);
    for (int run = 0; run < 20; run++) {
      long pid = process.pid().orElseThrow();
      kill(pid);
      // Its end is known to the kernel, and often not to its manager yet.
      await().atMost(LIMIT).pollDelay(Duration.ZERO).until(() -> !isAlive(pid));
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContaining("signal KILL (9)");
      process.start();
      process.awaitReady(LIMIT);
    }
  }

  @Test
  void aPlainProcessIsReadyOnceItHasLivedForTheTimeThatItSays() throws Exception {
    var plain = manager.start(ProcessSpecs.sleeper("plain").build());
    plain.awaitReady(LIMIT);
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "plain").after())
        .isGreaterThanOrEqualTo(Duration.ofMillis(100));
    var longer =
        manager.start(ProcessSpecs.sleeper("longer").readyAfter(Duration.ofSeconds(3)).build());
    longer.awaitReady(LIMIT);
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "longer").after())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    var atOnce = manager.start(ProcessSpecs.sleeper("at-once").readyAfter(Duration.ZERO).build());
    atOnce.awaitReady(LIMIT);
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "at-once").after())
        .isLessThan(awaitEvent(ProcessEvent.ProcessReady.class, "longer").after());
  }

  @Test
  void anEndIsNotHeldUpByTheTimeUntilReady() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("brief").command("true").readyAfter(Duration.ofSeconds(50)).build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
  }

  // With ports.

  private static ProcessSpec.Builder listener(String name, String before) {
    return sh(name, before + "exec python3 -c '" + LISTEN + "' ${port.http}").port("http");
  }

  private static final String LISTEN =
      "import socket, sys, time\n"
          + "s = socket.create_server((\"127.0.0.1\", int(sys.argv[1])))\n"
          + "time.sleep(1000)";

  @Test
  void aProcessWithAPortIsReadyWhenItListensThere() throws Exception {
    var process = manager.start(listener("web", "sleep 0.5; ").build());
    process.awaitReady(LIMIT);
    assertThat(awaitEvent(ProcessEvent.ProcessReady.class, "web").after())
        .isGreaterThan(Duration.ofMillis(400));
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port("http")), 1000);
    }
  }

  @Test
  void eachOfItsPortsMustBeListenedOn() throws Exception {
    var process =
        manager.start(
            listener("web", "").port("admin").startTimeout(Duration.ofMillis(1500)).build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(
            "port 'admin' (" + process.port("admin") + ")", "readyWithoutListening(\"admin\")");
    assertThat(of(ProcessEvent.ProcessReady.class)).isEmpty();
  }

  @Test
  void aPortThatNobodyShallListenOnIsSaidByName() throws Exception {
    var process =
        manager.start(listener("web", "").port("debug").readyWithoutListening("debug").build());
    process.awaitReady(LIMIT);
    var silent =
        manager.start(
            ProcessSpecs.sleeper("silent").port("debug").readyWithoutListening("debug").build());
    silent.awaitReady(LIMIT);
  }

  @Test
  void aListenerOfAnotherTreeIsNotItsOwn() throws Exception {
    var go = temp.resolve("go");
    var process =
        manager.start(
            sh(
                    "web",
                    "until test -e "
                        + go
                        + "; do sleep 0.02; done; exec python3 -c '"
                        + LISTEN
                        + "' ${port.http}")
                .port("http")
                .startTimeout(Duration.ofMinutes(2))
                .build());
    await().atMost(LIMIT).until(() -> process.pid().isPresent());
    int port = process.port("http");
    try (var foreign = listenOn(port)) {
      assertThat(foreign.getLocalPort()).isEqualTo(port);
      await()
          .atMost(LIMIT)
          .until(() ->
              process.probes().stream()
                  .anyMatch(
                      probe -> probe.message().contains("pid " + ProcessHandle.current().pid())));
      assertThat(process.state()).isEqualTo(ProcessState.STARTING);
    }
    Files.createFile(go);
    process.awaitReady(LIMIT);
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
  }

  @Test
  void aGrandchildMayListenForIt() throws Exception {
    var process =
        manager.start(
            sh("wrapper", "python3 -c '" + LISTEN + "' ${port.http} & wait").port("http").build());
    process.awaitReady(LIMIT);
  }

  @Test
  void aPortOfDatagramsCounts() throws Exception {
    var script =
        "import socket, sys, time\n"
            + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            + "s.bind((\"127.0.0.1\", int(sys.argv[1])))\n"
            + "time.sleep(1000)";
    var process =
        manager.start(
            ProcessSpec.named("dns")
                .command("python3", "-c", script, "${port.dns}")
                .port("dns")
                .build());
    process.awaitReady(LIMIT);
  }

  @Test
  void whatEndsWithSuccessWithoutListeningIsNotReady() throws Exception {
    var process = manager.start(ProcessSpec.named("web").command("true").port("http").build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContaining("exit code 0");
    var dependent = manager.start(ProcessSpecs.sleeper("client").dependsOn("web").build());
    dependent.awaitState(LIMIT, ProcessState.SKIPPED);
  }
}
