package dev.procman.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The module descriptors.
class ModulePathTest {
  @TempDir Path temp;

  @Test
  void aNamedModuleFindsTheEngineWithAndWithoutTheFlightRecorder() throws Exception {
    var program = new ModuleProgram(temp);
    program.compile();
    assertThat(program.run())
        .contains("hi, exit code 0: it ended with a success code")
        .contains("dev.procman.core")
        .contains("jfr true");
    assertThat(program.run("--limit-modules", "app,dev.procman.core"))
        .contains("hi, exit code 0: it ended with a success code")
        .contains("jfr false");
  }
}
