package dev.procman.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.core.ModuleProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The module descriptor, and native access for a named module.
class ModulePathTest {
  @TempDir Path temp;

  @Test
  void aNamedModuleIsServedWhereItsAccessIsAllowedAndOnlyThere() throws Exception {
    var program = new ModuleProgram(temp, LinuxLauncher.class);
    program.compile();
    assertThat(program.run("--enable-native-access=dev.procman.linux"))
        .contains("hi, exit code 0: it ended with a success code")
        .contains("exact usage true")
        .doesNotContain("WARNING");
    assertThat(program.run())
        .contains("hi, exit code 0: it ended with a success code")
        .contains("exact usage false")
        .doesNotContain("WARNING");
  }
}
