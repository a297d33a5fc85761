package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said of what is wrong: once for each cause, at its own place, with the remedy.
class MessagesTest {
  @TempDir Path directory;

  private static List<Problem> problems(String yaml) {
    return catchThrowableOfType(ConfigException.class, () -> Loads.project(yaml)).problems();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          success_codes: '200'                               | a number of 0 to 255
          restart: {limit: "5"}                              | a number of 0 to 1000
          ports: {http: '8080'}                              | a number of 0 to 65535
          on_demand: 'true'                                  | true or false
          readiness_probe: {uptime: 1s, jitter: '0.5'}       | a number of 0 to 1
          readiness_probe: {uptime: 1s, jitter: '1'}         | a number of 0 to 1
          readiness_probe: {uptime: 1s, failure_threshold: '5'} | a number of 1 to 1000000
          """)
  void aNumberInQuotesIsToldToStandWithoutThem(String keys, String expected) {
    assertThat(problems("processes: {web: {command: [web], " + keys + "}}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.expected()).isEqualTo(expected + ", without quotes");
          assertThat(problem.suggestion()).isEmpty();
        });
  }

  @Test
  void aVariableMayStandInAListOfNames() {
    var web =
        Loads.project(
                """
                variables: {DB: db, PORT: http}
                processes:
                  db: {command: [db]}
                  web: {command: [web], depends_on: ["${DB}"], ports: ["${PORT}"]}
                """)
            .processes()
            .get("web");

    assertThat(web.dependsOn()).extracting(each -> each.process()).containsExactly("db");
    assertThat(web.ports()).containsOnlyKeys("http");
  }

  @Test
  void aTextThatIsNoNumberWithoutQuotesEitherIsNotToldToLoseThem() {
    assertThat(problems("processes: {web: {command: [web], success_codes: 'many'}}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).doesNotContain("quotes"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command: [web], start_timeout: '${UNSET}'",
        "command: [web], ports: {http: '${UNSET}'}",
        "command: [web], ports: ['${UNSET}']",
        "command: [web], on_demand: '${UNSET}'",
        "command: [web], environment: '${UNSET}'",
        "command: [web], environment: ['${UNSET}']",
        "command: [web], env_file: '${UNSET}'",
        "command: [web], depends_on: ['${UNSET}']",
        "command: [web], working_dir: '${UNSET}'",
        "command: [web], readiness_probe: {http_get: {path: '${UNSET}', port: 80}}",
        "command: [web], readiness_probe: {log: '${UNSET}'}",
        "command: [web], shutdown: {signal: '${UNSET}'}",
        "command: [web], resources: {limits: {memory: '${UNSET}'}}",
        "command: [web], watch: '${UNSET}'",
        "command: [web], launch: {rlimits: {nofile: '${UNSET}'}}",
        "command: [web], launch: {umask: '${UNSET}'}",
        "command: [web], output: {charset: '${UNSET}'}",
        "command: [web], replicas: '${UNSET}'",
        "command: '${UNSET}'",
        "command: ['${UNSET}']",
        "shell: '${UNSET}'",
        "command: [web], extends: '${UNSET}'",
        "extends: '${UNSET}'",
      })
  void aVariableThatIsNotSetIsToldOnce(String keys) {
    assertThat(problems("processes: {web: {" + keys + "}}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("there is no variable"));
  }

  @Test
  void aVariableThatNeedsOneThatIsNotSetIsToldWhereItIsDefined() {
    assertThat(
            problems(
                """
                variables: {PORT: "${UNSET}", NEXT: "${PORT}"}
                processes: {web: {command: [web], ports: {http: "${PORT}", more: "${NEXT:-80}"}}}
                """))
        .singleElement()
        .satisfies(problem -> assertThat(problem.origin().line()).isEqualTo(1));
  }

  @Test
  void eachTemplateIsToldAtItsOwnPlace() {
    assertThat(
            problems(
                """
                processes:
                  web:
                    command: [web, '${port.http}', 'x${port.one}-${port.two}']
                    ports: [http]
                    environment:
                      FIRST: ${port.http}
                      SECOND: http://localhost:${port.three}
                    files: {"/a${port.four}": "ü ${port.http} ${port.five}"}
                """))
        .extracting(problem -> problem.path() + " " + problem.origin())
        .containsExactly(
            "processes.web.command[2] test.yaml:3:38",
            "processes.web.command[2] test.yaml:3:50",
            "processes.web.environment.SECOND test.yaml:7:32",
            "processes.web.files test.yaml:8:16",
            "processes.web.files.\"/a${port.four}\" test.yaml:8:47");
  }

  @Test
  void theSecondOfTwoVariablesIsToldAtItsOwnPlace() {
    assertThat(
            problems(
                """
                variables: {SET: x}
                processes: {web: {command: "web ${SET} ${UNSET}"}}
                """))
        .extracting(problem -> problem.origin().toString())
        .containsExactly("test.yaml:2:40");
  }

  @Test
  void aMissingFileIsToldAtEachExtendsThatNamesItAndNothingElse() {
    assertThat(
            problems(
                """
                processes:
                  web:
                    extends: {file: missing.yaml, process: base}
                  db:
                    extends:
                      file: missing.yaml
                      process: base
                """))
        .extracting(problem -> problem.origin() + " " + problem.path() + " " + problem.message())
        .containsExactly(
            "test.yaml:3:21 processes.web.extends there is no file '/srv/shop/missing.yaml'",
            "test.yaml:6:13 processes.db.extends there is no file '/srv/shop/missing.yaml'");
  }

  @Test
  void aMissingTemplateIsToldAtEachExtendsThatNamesItAndNothingElse() throws IOException {
    Files.writeString(directory.resolve("base.yaml"), "templates: {java: {command: [java]}}\n");
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ProcmanConfig.builder()
                    .text(
                        "test.yaml",
                        """
                        processes:
                          web:
                            extends: {file: base.yaml, process: jaav}
                          db:
                            extends: bsae
                          mail:
                            extends: {file: base.yaml, process: jvaa}
                        """,
                        directory)
                    .environment(Map.of())
                    .load());

    assertThat(wrong.problems())
        .extracting(problem -> problem.origin() + " " + problem.message())
        .containsExactly(
            "test.yaml:3:41 there is no template and no process 'jaav'",
            "test.yaml:5:14 there is no template and no process 'bsae'",
            "test.yaml:7:41 there is no template and no process 'jvaa'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[8080]", "['8080']", "[8080.0]", "[http, 8080]"})
  void aNumberInAListOfPortsIsNoName(String ports) {
    assertThat(problems("processes: {web: {command: [web], ports: " + ports + "}}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.message()).endsWith("is no name, and a list has the names of ports");
          assertThat(problem.expected()).contains("'ports: {http: 8080}'");
        });
  }

  @Test
  void aPortIsNotNamedByDigitsAlone() {
    assertThat(problems("processes: {web: {command: [web], ports: {8080: 80}}}"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).contains("http: 8080"));
  }
}
