package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxSettingsTest {
  @TempDir Path temp;

  @Test
  void theWorkerRunsWithinItsBounds() throws Exception {
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      assertThat(LinuxSettings.run(manager))
          .contains("1024", "0027", "10")
          .matches("(?s).* [1-9]\\d{5,}");
    }
  }
}
