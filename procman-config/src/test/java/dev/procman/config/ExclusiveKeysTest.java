package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys that exclude each other: the nearer one takes the other's place, and two side by side are
/// an error wherever else one of them is written.
class ExclusiveKeysTest {
  private static final String PAIRS =
      """
      'command: [a]'                      | 'shell: b'                           | command | shell
      'shutdown: {signal: INT}'           | 'shutdown: {steps: []}'              | signal  | steps
      'shutdown: {timeout: 1s}'           | 'shutdown: {steps: []}'              | timeout | steps
      'liveness_probe: {exec: {command: a}}' | 'liveness_probe: {tcp: 80}'       | exec    | tcp
      'readiness_probe: {log: a}'         | 'readiness_probe: {file: b}'         | log     | file
      'startup_probe: {exec: {command: a}}' | 'startup_probe: {exec: {shell: b}}' | command | shell
      'watch: {file: b}'                  | 'watch: {paths: [c]}'                | file    | paths
      'depends_on: {db: {log: x}}'        | 'depends_on: {db: {condition: process_started}}' | log | condition
      """;

  private static Project load(String yaml) {
    return ProcmanConfig.builder()
        .text("test.yaml", yaml, Path.of("/srv/shop"))
        .environment(Map.of("C", "c"))
        .security(SecurityPolicy.none())
        .load()
        .project();
  }

  private static String document(String further, String nearer) {
    return """
    defaults:
      %s
    processes:
      db: {command: [db], depends_on: null}
      web:
        %s
        %s
    """
        .formatted(further, nearer, isCommand(nearer) ? "" : "command: [web]");
  }

  private static boolean isCommand(String lines) {
    return lines.startsWith("command") || lines.startsWith("shell");
  }

  /// What is written in one mapping, such as `signal: INT`, of `shutdown: {signal: INT}`.
  private static String both(String one, String other) {
    if (isCommand(one)) {
      return one + "\n    " + other;
    }
    var inner = other.substring(other.indexOf(": ") + 2);
    int depth = Math.min(braces(one), braces(other));
    int begin = 0;
    for (int i = 0; i < depth; i++) {
      begin = inner.indexOf('{', begin) + 1;
    }
    return one.substring(0, one.length() - depth) + ", " + inner.substring(begin);
  }

  private static int braces(String lines) {
    return lines.length() - lines.replaceAll("}*$", "").length();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = PAIRS)
  void theNearerOneTakesThePlaceOfTheOther(
      String one, String other, String oneKey, String otherKey) {
    for (var pair : List.of(List.of(one, other), List.of(other, one))) {
      var further = pair.getFirst();
      var nearer = pair.getLast();
      assertThat(load(document(further, nearer)).processes().get("web"))
          .isEqualTo(load(document("on_demand: false", nearer)).processes().get("web"));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = PAIRS)
  void twoSideBySideAreToldWithBothPlacesThoughOneOfThemIsADefault(
      String one, String other, String oneKey, String otherKey) {
    for (var further : List.of(one, other, "on_demand: false")) {
      var yaml = document(further, both(one, other));
      var wrong = catchThrowableOfType(ConfigException.class, () -> load(yaml));

      assertThat(wrong).as(yaml).isNotNull();
      assertThat(wrong.problems())
          .as(yaml)
          .singleElement()
          .satisfies(problem ->
              assertThat(problem.message())
                  .matches(
                      "'%s' at \\d+:\\d+ and '%s' at \\d+:\\d+ exclude each other"
                          .formatted(oneKey, otherKey)));
    }
  }

  @Test
  void aKeyWithoutAValueTakesNoOthersPlace() {
    var web =
        load("""
        defaults: {command: [a], shutdown: {signal: INT}}
        processes: {web: {shell: null, shutdown: {steps: null}}}
        """)
            .processes()
            .get("web");

    assertThat(web.command().argv()).containsExactly("a");
    assertThat(web.shutdown().orElseThrow().steps())
        .isEqualTo(
            load("processes: {web: {command: [a], shutdown: {signal: INT}}}")
                .processes()
                .get("web")
                .shutdown()
                .orElseThrow()
                .steps());
  }

  @Test
  void bothInATemplateAreToldWhereTheyAreWritten() {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                load(
                    """
                    templates: {base: {command: [a], shell: b}}
                    processes: {web: {extends: base}, db: {extends: base}}
                    """));

    assertThat(wrong.problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message())
              .isEqualTo("'command' at 1:20 and 'shell' at 1:34 exclude each other");
          assertThat(problem.origin()).hasToString("test.yaml:1:34");
        });
  }
}
