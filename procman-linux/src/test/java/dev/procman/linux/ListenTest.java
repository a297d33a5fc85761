package dev.procman.linux;

import static dev.procman.linux.PythonChild.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.InvalidSpecException;
import dev.procman.LaunchSettings;
import dev.procman.ListenSocket;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Rlimit;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sockets that are opened for a process and outlive its generations.
class ListenTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /// Answers each connection with its pid and a line end.
  private static final String SERVER =
      """
      import os, socket
      assert os.environ['LISTEN_PID'] == str(os.getpid())
      listener = socket.socket(fileno=3)
      while True:
        with listener.accept()[0] as connection:
          connection.sendall(b'%d\\n' % os.getpid())
      """;

  @TempDir Path temp;

  private final LinuxLauncher launcher = new LinuxLauncher();
  private final ProcessManager manager = manager(launcher);

  private static ProcessManager manager(LinuxLauncher launcher) {
    return ProcessManager.builder().launcher(launcher).build();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static LaunchSettings listening(ListenSocket... sockets) {
    var settings = LaunchSettings.ofDefaults();
    for (var socket : sockets) {
      settings = settings.socket(socket);
    }
    return settings;
  }

  private static ProcessSpec.Builder server() {
    return ProcessSpec.named("server")
        .command(PythonChild.PYTHON, "-u", "-c", SERVER)
        .port("http")
        .launch(listening(ListenSocket.tcp("http")))
        .restart(RestartPolicy.always().backoff(Backoff.none()));
  }

  private static List<String> lines(ManagedProcess process, int count) {
    await().atMost(LIMIT).until(() -> process.output().lineCount() >= count);
    return process.output().lines().stream().map(OutputLine::text).toList();
  }

  private static String ask(int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port), 20_000);
      socket.setSoTimeout(20_000);
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    }
  }

  private static boolean isRefused(int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port), 20_000);
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  @Test
  void noConnectionIsRefusedWhileItIsRestartedAgainAndAgain() throws Exception {
    var process = manager.start(server().build());
    int port = process.port("http");
    var over = new AtomicBoolean();
    var refused = new ConcurrentLinkedQueue<IOException>();
    var connected = new AtomicInteger();
    var clients = new ArrayList<Thread>();
    for (int i = 0; i < 2; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get()) {
                  try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress(LOOPBACK, port), 20_000);
                    connected.incrementAndGet();
                    // Answered by this or the next generation, or reset by the end of this one.
                    var _ = socket.getInputStream().read();
                  } catch (ConnectException none) {
                    refused.add(none);
                  } catch (IOException reset) {
                    // It was taken by a generation that ended.
                  }
                }
              }));
    }
    for (int i = 0; i < 15; i++) {
      int before = connected.get();
      long generation = process.generation();
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> connected.get() > before + 3);
      if (i % 2 == 0) {
        process.restart();
      } else {
        // There may be no process just now: the backlog takes connections in between.
        await().atMost(LIMIT).until(() -> process.signal(dev.procman.Signal.KILL));
      }
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> process.generation() > generation);
    }
    over.set(true);
    for (var client : clients) {
      client.join();
    }
    assertThat(refused).isEmpty();
    assertThat(connected.get()).isGreaterThan(45);
  }

  @Test
  void whoConnectsBetweenTwoGenerationsIsServedByTheNext() throws Exception {
    var process = manager.start(server().build());
    int port = process.port("http");
    String first = ask(port);
    process.stop();
    try (var early = new Socket(LOOPBACK, port)) {
      process.start();
      early.setSoTimeout(20_000);
      var answer =
          new String(
              early.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
      assertThat(answer).isNotEqualTo(first).isEqualTo(process.pid().orElseThrow() + "\n");
    }
  }

  @Test
  void itFindsItsSocketsFromThreeOnAndNothingElse() {
    var path = temp.resolve("app.sock");
    var spec =
        PythonChild.named("app")
            .port("http")
            .port("admin")
            .launch(
                listening(
                    ListenSocket.tcp("http"),
                    ListenSocket.unix("local", path.toString()),
                    new ListenSocket.Tcp("six", "admin", "::1", 5)))
            .build();
    var process = manager.start(spec);
    run(process, "print(os.environ['LISTEN_FDS'], os.environ['LISTEN_FDNAMES'])");
    run(process, "print(os.environ['LISTEN_PID'] == str(os.getpid()))");
    run(
        process,
        "[print(socket.socket(fileno=os.dup(fd)).getsockname(), os.get_blocking(fd), os.get_inheritable(fd)) for fd in (3, 4, 5)]");
    run(process, "print(sorted(os.listdir('/proc/self/fd')))");
    int http = process.port("http");
    int admin = process.port("admin");
    assertThat(lines(process, 6))
        .containsExactly(
            "3 http:local:six",
            "True",
            "('127.0.0.1', " + http + ") True True",
            path + " True True",
            "('::1', " + admin + ", 0, 0) True True",
            "['0', '1', '2', '3', '4', '5', '6']");
  }

  @Test
  void aSocketInTheFileSystemReplacesOneThatWasLeftBehindAndIsTakenAway() throws Exception {
    var path = temp.resolve("app.sock");
    try (var old = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      old.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    var process =
        manager.start(
            server().launch(listening(ListenSocket.unix("local", path.toString()))).build());
    try (var client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      var answer = java.nio.ByteBuffer.allocate(100);
      assertThat(client.read(answer)).isPositive();
    }
    process.remove();
    assertThat(path).doesNotExist();
  }

  @Test
  void aFileThatIsNoSocketIsNotReplaced() throws Exception {
    var path = Files.writeString(temp.resolve("app.sock"), "precious");
    assertThat(failure(ListenSocket.unix("local", path.toString())))
        .contains("something else than a socket");
    assertThat(path).hasContent("precious");
  }

  @Test
  void whereItCannotListenIsSaid() throws Exception {
    assertThat(failure(ListenSocket.tcp("http"), new ListenSocket.Tcp("b", "http", "127.0.0.1", 5)))
        .matches(".*its socket 'b': port http \\(\\d+ at 127.0.0.1\\) is in use.*");
    int before = Launches.descriptors();
    assertThat(failure(new ListenSocket.Tcp("far", "http", "192.0.2.1", 5)))
        .contains("at 192.0.2.1) is not an address of this machine");
    assertThat(failure(new ListenSocket.Tcp("far", "http", "no.such.host.invalid", 5)))
        .contains("the host 'no.such.host.invalid' is not known");
    assertThat(failure(ListenSocket.unix("s", temp.resolve("none").resolve("s").toString())))
        .contains("is in a directory that does not exist");
    assertThat(failure(ListenSocket.unix("s", temp.resolve("s".repeat(120)).toString())))
        .contains("longer than 107 bytes");
    assertThat(Launches.descriptors()).isLessThanOrEqualTo(before);
  }

  private String failure(ListenSocket... sockets) throws InterruptedException {
    var process =
        manager.start(server().launch(listening(sockets)).restart(RestartPolicy.never()).build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    String words = process.snapshot().lastExit().orElseThrow().describe();
    process.remove();
    return words;
  }

  @Test
  void whatItDoesNotNameAnyMoreIsClosedAndTheRestIsKept() throws Exception {
    var both =
        server()
            .port("admin")
            .launch(listening(ListenSocket.tcp("http"), ListenSocket.tcp("admin")))
            .build();
    var process = manager.start(both);
    int http = process.port("http");
    int admin = process.port("admin");
    assertThat(isRefused(admin)).isFalse();

    assertThat(process.update(both.toBuilder().launch(listening(ListenSocket.tcp("http"))).build()))
        .isTrue();
    await().atMost(LIMIT).until(() -> isRefused(admin));
    assertThat(ask(http)).isNotEmpty();

    process.update(both.toBuilder().command("sleep", "1000").launch(listening()).build());
    await().atMost(LIMIT).until(() -> isRefused(http));
  }

  @Test
  void aProcessAtRestClosesWhatItDoesNotNameAnyMore() throws Exception {
    var spec = server().build();
    var process = manager.start(spec);
    int port = process.port("http");
    process.stop();
    assertThat(isRefused(port)).isFalse();
    process.update(spec.toBuilder().launch(listening()).build());
    assertThat(isRefused(port)).isTrue();
  }

  @Test
  void theyAreClosedWhenTheProcessIsRemovedOrTheManagerCloses() throws Exception {
    var removed = manager.start(server().build());
    int first = removed.port("http");
    removed.stop();
    assertThat(isRefused(first)).isFalse();
    removed.remove();
    assertThat(isRefused(first)).isTrue();

    var kept = manager.start(server().build());
    int second = kept.port("http");
    assertThat(isRefused(second)).isFalse();
    manager.close();
    assertThat(isRefused(second)).isTrue();
  }

  @Test
  void processesOfTheSameNameInTwoManagersHaveTheirOwn() throws Exception {
    var first = manager.start(server().build());
    // What closes last ends the launcher; nothing of the other may run then.
    try (var other = manager(launcher)) {
      var second = other.start(server().build());
      int port = second.port("http");
      assertThat(ask(first.port("http"))).isNotEqualTo(ask(port));
      first.remove();
      assertThat(ask(port)).isEqualTo(second.pid().orElseThrow() + "\n");
    }
  }

  @Test
  void aScriptWithoutAnInterpreterFindsThemToo() throws Exception {
    var script = Files.writeString(temp.resolve("bare"), "echo $LISTEN_PID = $$; ulimit -n\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    var process =
        manager.start(
            ProcessSpec.named("bare")
                .command(script.toString())
                .port("http")
                .launch(listening(ListenSocket.tcp("http")).rlimit(Rlimit.NOFILE, 123))
                .build());
    long pid = process.awaitExit(LIMIT).pid();
    assertThat(lines(process, 2)).containsExactly(pid + " = " + pid, "123");
  }

  @Test
  void moreSocketsThanThereIsRoomForAreRejected() {
    var settings = LaunchSettings.ofDefaults();
    for (int i = 0; i < LaunchSettings.MOST_SOCKETS; i++) {
      settings = settings.socket(ListenSocket.unix("s" + i, temp.resolve("s" + i).toString()));
    }
    var most = settings;
    var process = manager.start(PythonChild.named("many").launch(most).build());
    run(
        process,
        "print(socket.socket(fileno=os.dup(63)).getsockname(), len(os.listdir('/proc/self/fd')))");
    assertThat(lines(process, 1)).containsExactly(temp.resolve("s60") + " 65");
    assertThatThrownBy(() -> most.socket(ListenSocket.unix("more", "/tmp/more")))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("61");
  }
}
