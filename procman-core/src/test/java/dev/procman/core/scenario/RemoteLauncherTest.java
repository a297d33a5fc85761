package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.spi.ProcessLauncher.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pid that is not one of this machine means nothing here, though a process has that number.
class RemoteLauncherTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  private Process stranger;

  @BeforeEach
  void begin() throws Exception {
    stranger = new ProcessBuilder("sleep", "1000").start();
  }

  @AfterEach
  void end() {
    stranger.destroyForcibly();
  }

  @Test
  void aStrangerOfThatNumberOutlivesTheDeathOfTheHost() throws Exception {
    var out = temp.resolve("out");
    var state = temp.resolve("state");
    var host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RemoteHost.class.getName(),
                state.toString(),
                Long.toString(stranger.pid()))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      await()
          .atMost(LIMIT.multipliedBy(3))
          .untilAsserted(() -> assertThat(Files.readString(out)).contains("up"));
    } finally {
      host.destroyForcibly().waitFor();
    }
    ProcessManager.builder().stateDirectory(state).build().close();
    assertThat(stranger.isAlive()).isTrue();
  }

  private Set<Capability> without(Capability missing) {
    return EnumSet.complementOf(EnumSet.of(missing));
  }

  private ProcessManager manager(Set<Capability> capabilities, List<String> signalled) {
    return ProcessManager.builder()
        .stateDirectory(temp.resolve("state"))
        .samplingInterval(Duration.ofMillis(10))
        .shutdownTimeout(Duration.ofMillis(100))
        .launcher(new RemoteHost.Remote(stranger.pid(), capabilities, signalled))
        .build();
  }

  @Test
  void aStrangerOfThatNumberIsNotMeasured() throws Exception {
    try (var manager = manager(without(Capability.LOCAL_PID), new CopyOnWriteArrayList<>())) {
      var process = manager.start(ProcessSpec.named("remote").command("anything").build());
      process.awaitReady(LIMIT);
      assertThat(manager.resources().usage("remote")).isEmpty();
    }
  }

  @Test
  void aTreeThatTheLauncherDoesNotDeclareIsNotSignalled() throws Exception {
    var signalled = new CopyOnWriteArrayList<String>();
    try (var manager = manager(without(Capability.TREE), signalled)) {
      manager.start(ProcessSpec.named("remote").command("anything").build()).awaitReady(LIMIT);
    }
    assertThat(signalled).contains("process KILL").noneMatch(what -> what.startsWith("tree"));
  }
}
