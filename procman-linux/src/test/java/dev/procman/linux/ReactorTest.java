package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ExitStatus;
import dev.procman.Signal;
import dev.procman.StdStream;
import dev.procman.spi.LaunchListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The thread that waits for all children.
class ReactorTest {
  private static final long TGKILL = System.getProperty("os.arch").equals("amd64") ? 234 : 131;
  private static final int USR1 = 10;

  @TempDir Path temp;

  private final Launches launches = new Launches();

  @AfterEach
  void close() {
    launches.close();
  }

  /// Fails at one of the calls with what it is given.
  private record Faulty(String where, Throwable fault, CountDownLatch called)
      implements LaunchListener {
    private void at(String call) {
      if (call.equals(where)) {
        called.countDown();
        switch (fault) {
          case Error error -> throw error;
          case RuntimeException exception -> throw exception;
          default -> throw new IllegalStateException(fault);
        }
      }
    }

    @Override
    public void onOutput(StdStream stream, ByteBuffer bytes) {
      at("output");
    }

    @Override
    public void onExit(ExitStatus status) {
      at("exit");
    }

    @Override
    public void onDrained(boolean truncated) {
      at("drained");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"output", "exit", "drained"})
  void aListenerThatFailsHarmsNoOtherChild(String where) throws Exception {
    var bystander = new Launches.Told();
    var cat = launches.launch(bystander, "/bin/cat");
    for (var fault : List.of(new IllegalStateException("as if"), new OutOfMemoryError("as if"))) {
      var faulty = new Faulty(where, fault, new CountDownLatch(1));
      launches.launch(faulty, "/bin/sh", "-c", "echo out; echo err >&2; exit 3");
      Launches.await(faulty.called());
    }
    cat.stdin().write('x');
    cat.stdin().close();
    assertThat(bystander.code()).isZero();
    assertThat(bystander.out()).isEqualTo("x");
    assertThat(launches.output("/bin/echo", "later")).isEqualTo("later\n");
  }

  @Test
  void interruptionsOfItsCallsBySignalsAreNoNews() throws Exception {
    var handled = new AtomicInteger();
    var old = onUsr1(counting(handled));
    var over = new AtomicBoolean();
    var told = new Launches.Told();
    var cat = launches.launch(told, "/bin/cat");
    int thread = reactorThread();
    var interrupter = Thread.ofPlatform().start(() -> interrupt(thread, over));
    try {
      for (int i = 0; i < 50; i++) {
        assertThat(launches.output("/bin/echo", "round " + i)).isEqualTo("round " + i + "\n");
      }
      var much = new byte[1 << 20];
      cat.stdin().write(much);
      cat.stdin().close();
      assertThat(told.code()).isZero();
      assertThat(told.out()).hasSize(much.length);
      Launches.soon().until(() -> handled.get() > 0);
    } finally {
      over.set(true);
      interrupter.join();
      onUsr1(old);
    }
  }

  /// The JDK's signal handlers, which are in a module that this one does not require.
  private static Object counting(AtomicInteger handled) throws Exception {
    var type = Class.forName("sun.misc.SignalHandler");
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (_, _, _) -> {
          handled.incrementAndGet();
          return null;
        });
  }

  private static Object onUsr1(Object handler) throws Exception {
    var signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance("USR1"), handler);
  }

  private static int reactorThread() throws IOException {
    for (var task : Objects.requireNonNull(Path.of("/proc/self/task").toFile().list())) {
      if (Files.readString(Path.of("/proc/self/task/" + task + "/comm"))
          .startsWith("procman-react")) {
        return Integer.parseInt(task);
      }
    }
    throw new IllegalStateException("there is no reactor");
  }

  private static void interrupt(int thread, AtomicBoolean over) {
    try (var arena = Arena.ofConfined()) {
      var libc = new Libc(arena);
      while (!over.get()) {
        libc.systemCall(TGKILL, ProcessHandle.current().pid(), thread, USR1, 0, 0);
        java.util.concurrent.locks.LockSupport.parkNanos(200_000);
      }
    }
  }

  /// Writes until it fails.
  private static CompletableFuture<IOException> blockedWriter(
      java.io.OutputStream stdin, AtomicInteger written) {
    var failure = new CompletableFuture<IOException>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              stdin.write(new byte[4096]);
              written.incrementAndGet();
            }
          } catch (IOException failed) {
            failure.complete(failed);
          }
        });
    return failure;
  }

  private static void awaitFull(AtomicInteger written) {
    // A pipe holds 65536 bytes.
    Launches.soon().until(() -> written.get() >= 16);
  }

  @Test
  void aBlockedWriterIsFreedByTheEndOfTheProcess() throws Exception {
    var told = new Launches.Told();
    var process = launches.launch(told, "/bin/sleep", "1000");
    var written = new AtomicInteger();
    var failure = blockedWriter(process.stdin(), written);
    awaitFull(written);
    assertThat(failure).isNotDone();
    process.signal(Signal.KILL);
    assertThat(failure.get(20, TimeUnit.SECONDS)).isNotNull();
    told.code();
  }

  @Test
  void aBlockedWriterIsFreedByClosingAndTheProcessSeesTheEnd() throws Exception {
    var told = new Launches.Told();
    var go = temp.resolve("go");
    var process =
        launches.launch(
            told, "/bin/sh", "-c", "until [ -e " + go + " ]; do sleep 0.05; done; wc -c");
    var written = new AtomicInteger();
    var failure = blockedWriter(process.stdin(), written);
    awaitFull(written);
    process.stdin().close();
    assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessageContaining("closed");
    Files.createFile(go);
    assertThat(told.code()).isZero();
    assertThat(Integer.parseInt(told.out().strip())).isGreaterThanOrEqualTo(written.get() * 4096);
  }

  @Test
  void aProcessThatClosesItsInputIsToldOfAsABrokenPipe() throws Exception {
    var told = new Launches.Told();
    var process = launches.launch(told, "/bin/sh", "-c", "exec <&-; echo closed; exec sleep 1000");
    Launches.soon().until(() -> told.out().equals("closed\n"));
    assertThatThrownBy(() -> process.stdin().write(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken pipe");
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void anInputThatIsClosedWhileItIsUsedIsClosedInTheEnd() throws Exception {
    try (var arena = Arena.ofShared()) {
      var libc = new Libc(arena);
      int before = Launches.descriptors();
      var closer = java.util.concurrent.Executors.newSingleThreadExecutor();
      for (int i = 0; i < 20_000; i++) {
        var two = arena.allocate(8, 4);
        assertThat(libc.pipe(two, Flags.CLOEXEC | Flags.NONBLOCK)).isZero();
        var pipe =
            new InputPipe(two.get(java.lang.foreign.ValueLayout.JAVA_INT, 4), false, () -> {});
        var closed = closer.submit(pipe::close);
        pipe.roomIsThere();
        closed.get();
        libc.close(two.get(java.lang.foreign.ValueLayout.JAVA_INT, 0));
      }
      closer.close();
      assertThat(Launches.descriptors()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void whoLivesWhenTheLauncherIsClosedLivesOnAndCanBeEnded() throws Exception {
    int before = Launches.descriptors();
    var own = new LinuxLauncher();
    var told = new Launches.Told();
    var process =
        own.launch(Launches.request(Optional.empty(), Map.of(), "/bin/sleep", "1000"), told);
    var ended = own.launch(Launches.request(Optional.empty(), Map.of(), "/bin/true"), told);
    assertThat(told.code()).isZero();
    var written = new AtomicInteger();
    var writer = blockedWriter(process.stdin(), written);
    awaitFull(written);
    own.close();
    own.close();
    assertThat(writer.get(20, TimeUnit.SECONDS)).hasMessageContaining("closed");
    assertThat(process.isAlive()).isTrue();
    assertThat(process.tree()).containsExactly(process.pid());
    assertThat(process.signal(Signal.TERM)).isTrue();
    Launches.soon().until(() -> !process.isAlive());
    assertThat(process.signal(Signal.TERM)).isFalse();
    assertThat(process.tree()).isEmpty();
    assertThat(ended.tree()).isEmpty();
    assertThatThrownBy(
            () -> own.launch(Launches.request(Optional.empty(), Map.of(), "/bin/true"), told))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    Launches.soon()
        .untilAsserted(() -> {
          assertThat(Launches.zombies()).isEmpty();
          assertThat(Launches.descriptors()).isLessThanOrEqualTo(before);
        });
  }

  @Test
  void aListenerMayCloseTheLauncher() throws Exception {
    var own = new LinuxLauncher();
    var closed = new CountDownLatch(1);
    var process =
        own.launch(
            Launches.request(Optional.empty(), Map.of(), "/bin/true"),
            new LaunchListener() {
              @Override
              public void onOutput(StdStream stream, ByteBuffer bytes) {}

              @Override
              public void onExit(ExitStatus status) {
                own.close();
                closed.countDown();
              }

              @Override
              public void onDrained(boolean truncated) {}
            });
    Launches.await(closed);
    Launches.soon().until(() -> process.tree().isEmpty());
  }

  @Test
  void launchesThatRaceWithItsCloseEitherSucceedOrSayThatItIsClosed() throws Exception {
    int before = Launches.descriptors();
    for (int i = 0; i < 100; i++) {
      var own = new LinuxLauncher();
      Launches.runOnce(own, "/bin/true");
      var started = new ArrayList<dev.procman.spi.LaunchedProcess>();
      var begun = new CountDownLatch(1);
      var thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (true) {
                    started.add(
                        own.launch(
                            Launches.request(Optional.empty(), Map.of(), "/bin/true"),
                            new Launches.Told()));
                    begun.countDown();
                  }
                } catch (IllegalStateException closed) {
                  assertThat(closed).hasMessageContaining("closed");
                }
              });
      Launches.await(begun);
      own.close();
      thread.join();
      for (var process : started) {
        Launches.soon().until(() -> process.tree().isEmpty());
      }
    }
    Launches.soon()
        .untilAsserted(() -> {
          assertThat(Launches.zombies()).isEmpty();
          assertThat(Launches.descriptors()).isLessThanOrEqualTo(before);
        });
  }

  @Test
  void endsAreToldInAJvmThatWasStartedWithTheirSignalIgnored() throws Exception {
    var jvm =
        SecondJvm.run(
            temp,
            List.of("/bin/sh", "-c", "trap '' CHLD; exec \"$0\" \"$@\""),
            List.of("-Xmx64m", SecondJvm.NATIVE_ACCESS),
            IgnoringChildren.class);
    assertThat(jvm.out()).as("%s", jvm.err()).containsExactly("code 7");
  }

  /// Tells how one child ended.
  static final class IgnoringChildren {
    public static void main(String[] args) throws Exception {
      try (var launcher = new LinuxLauncher()) {
        System.out.println("code " + Launches.runOnce(launcher, "/bin/sh", "-c", "exit 7"));
      }
    }
  }

  @Test
  void anEndWhoseStatusSomebodyElseTookIsStillTold() throws Exception {
    var told = new Launches.Told();
    var process = launches.launch(told, "/bin/cat");
    // A wait for this very child in another thread, which takes its status before the reactor
    // looks.
    var taker =
        Thread.ofPlatform()
            .start(() -> {
              try (var arena = Arena.ofConfined()) {
                new Libc(arena)
                    .systemCall(Platform.WAITID, Flags.P_PID, process.pid(), 0, Flags.WEXITED, 0);
              }
            });
    process.stdin().close();
    taker.join();
    assertThat(told.code()).isIn(0, 255);
    assertThat(process.exitUsage().isPresent()).isEqualTo(told.code() == 0);
    assertThat(process.isAlive()).isFalse();
    assertThat(process.tree()).isEmpty();
  }
}
