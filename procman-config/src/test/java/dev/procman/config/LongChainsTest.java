package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.ProcessManager;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Projects in which one thing leads to the next, many thousand times.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LongChainsTest {
  @TempDir Path directory;

  @Test
  void aChainOfExtendsIsRefusedLikeOtherDepth() {
    var yaml = new StringBuilder("templates:\n  t0: {command: web}\n");
    for (int i = 1; i < 30_000; i++) {
      yaml.append("  t%d: {extends: t%d}\n".formatted(i, i - 1));
    }
    yaml.append("processes: {web: {extends: t29999}}\n");

    assertThatThrownBy(() -> Loads.project(yaml.toString()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("extends more than 32 others");
  }

  @Test
  void someExtendsAreNotRefused() {
    var yaml = new StringBuilder("templates:\n  t0: {command: web}\n");
    for (int i = 1; i < 32; i++) {
      yaml.append("  t%d: {extends: t%d}\n".formatted(i, i - 1));
    }
    yaml.append("processes: {web: {extends: t31}}\n");

    assertThat(Loads.project(yaml.toString()).processes()).containsKey("web");
  }

  @Test
  void aChainOfDependenciesIsPlanned() {
    var yaml = new StringBuilder("processes:\n  p0: {command: web}\n");
    for (int i = 1; i < 28_000; i++) {
      yaml.append("  p%d: {command: web, depends_on: [p%d]}\n".formatted(i, i - 1));
    }
    try (var manager =
        ProcessManager.builder().stateDirectory(directory.resolve("state")).build()) {
      var plan = Projects.on(manager).plan(Loads.project(yaml.toString()));

      assertThat(plan.changes()).hasSize(28_000);
      assertThat(plan.changes().getLast().process()).isEqualTo("p27999");
    }
  }
}
