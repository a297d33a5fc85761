package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.InvalidSpecException;
import dev.procman.watch.FileWatch;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// That what is written is read as what it was.
class ExportTest {
  private static final long SEED = 20261124;

  private static Project again(Project project) {
    return ProcmanConfig.builder()
        .text("export", ProcmanConfig.export(project), Path.of("/"))
        .environment(RandomProjects.ENVIRONMENT)
        .security(SecurityPolicy.none())
        .load()
        .project();
  }

  @Test
  void aProjectThatIsWrittenAndReadIsEqualAndSoAreItsSpecifications() {
    var projects = new RandomProjects(SEED);
    int processes = 0;
    for (int i = 0; i < 1000; i++) {
      var project = projects.next();
      var again = again(project);

      assertThat(again).as("project %d of seed %d", i, SEED).isEqualTo(project);
      assertThat(again.specs()).isEqualTo(project.specs());
      assertThat(again.processes().keySet())
          .containsExactlyElementsOf(project.processes().keySet());
      assertThat(ProcmanConfig.export(again)).isEqualTo(ProcmanConfig.export(project));
      processes += project.processes().size();
    }
    assertThat(processes).isGreaterThan(1000);
  }

  @Test
  void defaultsAreLeftOut() {
    assertThat(ProcmanConfig.export(Project.of(Map.of("web", ProcessConfig.exec("web").build()))))
        .isEqualTo("processes:\n  web:\n    command:\n      - web\n");
  }

  @Test
  void codeOfTheHostIsNotWritten() {
    var watch = FileWatch.of(Path.of("/src")).when(_ -> true);
    var project =
        Project.of(Map.of("web", ProcessConfig.exec("web").watch(Optional.of(watch)).build()));

    assertThatThrownBy(() -> ProcmanConfig.export(project))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("no file can hold");
  }
}
