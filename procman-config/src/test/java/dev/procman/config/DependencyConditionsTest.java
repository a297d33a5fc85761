package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.Dependency;
import dev.procman.Dependency.Condition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a process may wait for.
class DependencyConditionsTest {
  private static Project load(String dependsOn) {
    return ProcmanConfig.builder()
        .text(
            "it",
            "processes: {db: {command: db}, web: {command: web, depends_on: " + dependsOn + "}}",
            Path.of("/"))
        .load()
        .project();
  }

  private static Dependency dependency(String dependsOn) {
    return load(dependsOn).specs().getLast().dependencies().getFirst();
  }

  @Test
  void eachConditionHasAWord() {
    assertThat(dependency("[db]").condition()).isEqualTo(Condition.READY);
    assertThat(dependency("{db: {}}").condition()).isEqualTo(Condition.READY);
    assertThat(dependency("{db: process_started}").condition()).isEqualTo(Condition.STARTED);
    assertThat(dependency("{db: process_healthy}").condition()).isEqualTo(Condition.READY);
    assertThat(dependency("{db: process_completed_successfully}").condition())
        .isEqualTo(Condition.COMPLETED_SUCCESSFULLY);
    assertThat(dependency("{db: process_completed}").condition()).isEqualTo(Condition.ENDED);
    assertThat(dependency("{db: {log: 'ready in \\d+ ms'}}").condition())
        .isEqualTo(Condition.printed("ready in \\d+ ms"));
  }

  @Test
  void whatIsWaitedForIsExported() {
    var project = load("{db: {log: 'up$'}}");
    assertThat(ProcmanConfig.export(project)).contains("log: ");
    assertThat(
            ProcmanConfig.builder()
                .text("it", ProcmanConfig.export(project), Path.of("/"))
                .load()
                .project())
        .isEqualTo(project);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{db: {log: '('}} | is no regular expression",
        "{db: {log: up, condition: process_started}} | condition",
        "{db: {printed: up}} | did you mean 'log'?",
        "{db: process_ended} | is not known here",
      })
  void aConditionThatMakesNoSenseIsAnError(String dependsOn, String words) {
    assertThatThrownBy(() -> load(dependsOn))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }
}
