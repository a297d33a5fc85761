package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.procman.ProcessManager;
import dev.procman.UnsupportedByLauncherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxSettingsTest {
  @TempDir Path temp;

  @Test
  void theWorkerRunsWithinItsBounds() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      assertThat(LinuxSettings.run(manager))
          .contains("1024", "0027", "10")
          .matches("(?s).* PT[0-9.]+S");
    }
  }

  @Test
  void aGroupIsMadeOrItIsSaidEarlyWhyNot() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      // Whether this machine lets it make groups is for the machine to say.
      var thrown = catchThrowable(() -> manager.start(LinuxSettings.bounded()));
      if (thrown == null) {
        manager.get("bounded").awaitReady(Duration.ofSeconds(10));
        assertThat(Files.readString(Path.of("/proc/%d/cgroup".formatted(pid(manager)))))
            .contains("procman-");
      } else {
        assertThat(thrown)
            .isInstanceOf(UnsupportedByLauncherException.class)
            .hasMessageContaining("'bounded'");
        assertThat(manager.processes()).isEmpty();
      }
    }
  }

  private static long pid(ProcessManager manager) {
    return manager.get("bounded").pid().orElseThrow();
  }

  @Test
  void aManagerThatAdoptsIsMade() {
    try (var manager = LinuxSettings.adopting()) {
      assertThat(manager.processes()).isEmpty();
    }
  }
}
