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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// That the value of a secret reaches the process and nobody else.
class SecretsTest {
  private static final String VALUE = "hunter22$x";
  private static final String YAML =
      """
      processes:
        web:
          command: [web]
          secrets:
            FROM_FILE: {file: password}
            FROM_VARIABLE: {variable: WORD}
          env_file: {path: web.env, secret: true}
          environment: {ALSO_TOKEN: "${WORD}"}
      """;

  @TempDir Path directory;

  private ProcmanConfig.Builder builder(String yaml) throws IOException {
    Files.writeString(directory.resolve("password"), VALUE + "\r\n\n");
    Files.writeString(directory.resolve("web.env"), "FROM_LIST='" + VALUE + "'\n");
    var file = directory.resolve("procman.yaml");
    Files.writeString(file, yaml);
    return ProcmanConfig.builder().file(file).environment(Map.of("WORD", VALUE));
  }

  @Test
  void itReachesTheProcessAndIsMaskedThere() throws IOException {
    var environment = builder(YAML).load().project().specs().getFirst().environment();

    assertThat(environment.secrets())
        .containsExactlyInAnyOrder("FROM_FILE", "FROM_VARIABLE", "FROM_LIST");
    assertThat(environment.values())
        .containsEntry("FROM_FILE", "hunter22$$x")
        .containsEntry("FROM_VARIABLE", "hunter22$$x")
        .containsEntry("FROM_LIST", "hunter22$$x");
  }

  @Test
  void itIsInNoWords() throws IOException {
    var loaded = builder(YAML).load();
    var web = loaded.project().processes().get("web");

    assertThat(
            loaded.toString()
                + loaded.project()
                + web
                + web.environment()
                + web.environment().secrets()
                + web.environment().files()
                + loaded.explain("web")
                + loaded.explain("web.secrets.FROM_VARIABLE")
                + loaded.explain("web.environment.ALSO_TOKEN")
                + loaded.project().specs())
        .doesNotContain("hunter22");
  }

  @Test
  void anExportHasThePlaceItCameFrom() throws IOException {
    var project =
        builder(YAML.replace("environment: {ALSO_TOKEN: \"${WORD}\"}", "")).load().project();
    var yaml = ProcmanConfig.export(project);

    assertThat(yaml)
        .doesNotContain("hunter22")
        .contains(directory.resolve("password").toString(), "variable: WORD");
    assertThat(
            ProcmanConfig.builder()
                .text("export", yaml, directory)
                .environment(Map.of("WORD", VALUE))
                .load()
                .project())
        .isEqualTo(project);
  }

  @Test
  void itIsInNoError() throws IOException {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                builder(YAML + "    ports: {http: '${WORD}'}\n    start_timeout: '${WORD}'\n")
                    .load());

    assertThat(wrong.problems()).hasSize(2);
    assertThat(wrong).hasMessageNotContaining("hunter22").hasMessageContaining("***");
  }

  @Test
  void inAnArgumentItIsRefused() throws IOException {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () -> builder(YAML.replace("[web]", "[web, '--x=${WORD}']")).load());

    assertThat(wrong)
        .hasMessageContaining("secrets_in_arguments")
        .hasMessageNotContaining("hunter22");
  }

  @Test
  void aChangedFileMakesAnotherProject() throws IOException {
    var loaded = builder(YAML).load();
    assertThat(loaded.reload().project()).isEqualTo(loaded.project());

    Files.writeString(directory.resolve("password"), "other");
    assertThat(loaded.reload().project()).isNotEqualTo(loaded.project());
  }

  @Test
  void aLineThatSetsAPasswordIsNotShownInAnError() {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () -> Loads.project(Loads.yaml("environment: {DB_PASSWORD: hunter22, B: [hunter22]}")));

    assertThat(wrong).hasMessageNotContaining("hunter22");
  }

  /// Wherever the value stands, and whatever is wrong with it or beside it: each is the lines below
  /// a process `web`.
  static List<String> wrongLines() {
    return List.of(
        "secrets: {KEY: hunter22}",
        "secrets:\n  KEY: hunter22",
        "secrets: [hunter22]",
        "secrets: hunter22",
        "environment:\n  URL: \"db://u:hunter22@h\n  B: c",
        "environment:\n  URL: 'db://u:hunter22@h\n  B: c",
        "environment:\n  URL: 'db://u:hunter22@h' x",
        "environment:\n  URL: 'db://u:hunter22@h'\n B: c",
        "environment: {URL: 'db://u:hunter22@h', B: [x]}",
        "environment: {B: [x], URL: 'db://u:hunter22@h'}",
        "environment: {A: hunter22} }",
        "environment: {A: hunter22",
        "environment:\n  A: hunter22: x",
        "environment:\n  A: hunter22\n    b: x",
        "environment:\n  A: *hunter22",
        "environment:\n  A: &hunter22! x",
        "environment:\n  A: !hunter22 x",
        "environment:\n  A: !hunter22!x y",
        "environment:\n  A: %hunter22",
        "environment:\n  A: @hunter22",
        "environment:\n  A: `hunter22`",
        "environment:\n  A: \"\\hunter22\"",
        "environment:\n  A: \"hunter22\\0\"",
        "environment:\n  A: |hunter22",
        "environment:\n\tA: hunter22",
        "environment:\n  A: [hunter22]",
        "environment:\n  A: >\n    hunter22\n   x: y",
        "environment: hunter22",
        "environment: [hunter22]",
        "environment: [[hunter22]]",
        "environment: {KEY=hunter22}",
        "environment:\n  KEY=hunter22",
        "environment:\n  KEY=hunter22: x\n  KEY=hunter22: y",
        "environment: {A: 'x${hunter22'}",
        "environment: {A: 'x${hunter22}'}",
        "environment: {A: 'x${hunter22 }'}",
        "environment: {A: 'x${A:hunter22}'}",
        "environment: {A: 'x${A hunter22'}",
        "environment: ['A=x${hunter22']",
        "environment: {A: '${port.hunter 22}', B: '${port.http}'}",
        "enviroment: {A: hunter22}",
        "env: {A: hunter22}",
        "env: [A=hunter22]",
        "files: {a.conf: [hunter22]}",
        "files: {a.conf: 'x${hunter22'}",
        "files: {a.conf: 'x${hunter22}'}",
        "files:\n  a.conf: |\n    hunter22\n  b.conf: [x]\n",
        "command: [web, [hunter22]]",
        "command: \"web 'hunter22\"",
        "command: web | hunter22",
        "command: [web, 'x${hunter22']",
        "command: [web, 'x${hunter22}']",
        "shell: {script: [hunter22]}",
        "shell: 'x${hunter22'",
        "shutdown: {steps: [{write: [hunter22]}]}",
        "shutdown: {steps: [{write: 'x${hunter22'}]}",
        "shutdown: {command: [web, [hunter22]]}",
        "readiness_probe: {tcp: {port: 1, send: [hunter22]}}",
        "readiness_probe: {http_get: {port: 1, headers: {X-Key: [hunter22]}}}",
        "readiness_probe: {http_get: {port: 1, headers: {X-Key: '${env.hunter22}'}}}",
        "readiness_probe: {exec: {command: [web, 'x${hunter22']}}",
        "start_timeout: 10 seconds # was hunter22",
        "start_timeout: {a: hunter22}",
        "watch: {paths: x, command: [web, [hunter22]]}",
        "labels: {a: '${env.A}'}\nenvironment: {A: hunter22, B: [x]}");
  }

  private static void assertHidden(ConfigException wrong) {
    assertThat(wrong).as("it is refused").isNotNull();
    assertThat(wrong).hasMessageNotContaining("hunter");
    assertThat(wrong.problems())
        .allSatisfy(problem -> {
          assertThat(problem.text()).doesNotContain("hunter");
          assertThat(problem.line().orElse("")).doesNotContain("hunter");
          assertThat(problem.message()).doesNotContain("hunter");
        });
  }

  @ParameterizedTest
  @MethodSource("wrongLines")
  void aValueIsInNoErrorWhateverIsWrongWithIt(String lines) {
    var indented = lines.replace("\n", "\n    ");
    var yaml = "processes:\n  web:\n    " + indented + "\n";
    assertHidden(catchThrowableOfType(ConfigException.class, () -> Loads.project(yaml)));
    var extended =
        "templates:\n  base:\n    "
            + indented
            + "\nprocesses:\n  web: {extends: base, command: web, start_timeout: 1x}\n";
    assertHidden(catchThrowableOfType(ConfigException.class, () -> Loads.project(extended)));
    var more = "processes:\n  web:\n    " + indented + "\n    start_timeout: 1x\n";
    assertHidden(catchThrowableOfType(ConfigException.class, () -> Loads.project(more)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-env: &e {A: [hunter22]}\nprocesses: {web: {command: web, environment: *e}}",
        "x-env: &e {A: hunter22, B: [x]}\nprocesses: {web: {command: web, environment: *e}}",
        "x-a: [hunter22, *b]\nprocesses: {web: {command: web}}",
        "variables: {A: [hunter22]}\nprocesses: {web: {command: web}}",
        "variables: {A: 'x${hunter22'}\nprocesses: {web: {command: web}}",
        "variables: {A: 'x${B:hunter22}'}\nprocesses: {web: {command: web}}",
        "variables: hunter22\nprocesses: {web: {command: web}}",
        "processes: {web: {command: web}, hunter22",
        "hunter22",
        "[hunter22]",
        "defaults: {environment: {A: hunter22, B: [x]}}\nprocesses: {web: {command: web}}",
      })
  void norAtTheTopOfAFile(String yaml) {
    assertHidden(catchThrowableOfType(ConfigException.class, () -> Loads.project(yaml)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[hunter22",
        "{A: hunter22",
        "\"hunter22",
        "'hunter22' x",
        "[hunter22, *a]",
        "{A: !hunter22 x}",
        "{A: x${hunter22}",
        "hunter22",
      })
  void norInASingleValueFromTheEnvironmentOrAnArgument(String value) {
    for (String key : List.of("environment", "secrets")) {
      var variable = Loads.builder(Loads.yaml()).environment(Map.of("PROCMAN__web__" + key, value));
      assertHidden(catchThrowableOfType(ConfigException.class, variable::load));
      var argument = Loads.builder(Loads.yaml()).arguments("--set", "web." + key + "=" + value);
      assertHidden(catchThrowableOfType(ConfigException.class, argument::load));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--set|hunter22", "--password=hunter22", "hunter22", "--set=hunter22"})
  void anArgumentThatIsNoneIsToldByItsNumber(String arguments) {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                Loads.builder(Loads.yaml())
                    .arguments("--set", "web.on_demand=true")
                    .arguments(arguments.split("\\|"))
                    .load());
    assertHidden(wrong);
    assertThat(wrong).hasMessageContaining("argument " + (arguments.contains("|") ? 2 : 1));
  }

  @Test
  void ofALineWithAHiddenValueItsBeginningIsShown() {
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () -> Loads.project(Loads.yaml("environment:", "  URL: [hunter22]")));
    assertThat(wrong)
        .hasMessageContaining("processes.web.environment.URL")
        .hasMessageContaining("\n          URL: [ …\n               ^");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY=\"-----BEGIN\nhunter22\n-----END\n",
        "KEY=\"-----BEGIN\nhunter22\n-----END\" hunter22\n",
        "KEY='hunter22\n",
        "export hunter22\n",
        "KEY=pa${hunter22}\n",
      })
  void aLineOfAFileOfVariablesIsNotShownInAnError(String lines) throws IOException {
    Files.writeString(directory.resolve(".env"), lines);
    Files.writeString(directory.resolve("web.env"), lines);
    var yaml = Loads.yaml("env_file: web.env");
    var wrong =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ProcmanConfig.builder()
                    .text("test.yaml", yaml, directory)
                    .environment(Map.of())
                    .load());

    assertThat(wrong.problems())
        .extracting(Problem::file)
        .contains(directory.resolve(".env").toString(), directory.resolve("web.env").toString());
    assertThat(wrong.problems()).extracting(problem -> problem.origin().line()).contains(1);
    assertThat(wrong).hasMessageNotContaining("hunter22");
  }

  @Test
  void whatStandsForAPasswordThatIsNotSetIsOneToo() {
    var loaded =
        Loads.builder(Loads.yaml("environment: {URL: 'db://${DB_PASSWORD:-hunter22}@host'}"))
            .load();

    assertThat(loaded.project().processes().get("web").environment().values())
        .containsEntry("URL", "db://hunter22@host");
    assertThat(loaded.explain("web.environment.URL").toString()).doesNotContain("hunter22");
  }

  @Test
  void aVariableWhoseNameIsFilledInIsAsSecret() {
    var loaded =
        Loads.builder(
                Loads.yaml(
                    "secrets: {KEY: {variable: '${WHICH}'}}", "environment: {COPY: '${WORD}'}"))
            .environment(Map.of("WHICH", "WORD", "WORD", "hunter22"))
            .load();

    assertThat(loaded.explain("web.environment.COPY").toString()).doesNotContain("hunter22");
  }

  @Test
  void contentsOfFilesAreInNoWords() {
    var web = Loads.web("files: {web.conf: hunter22}");

    assertThat(web.files()).containsEntry("web.conf", "hunter22");
    assertThat(web.toString()).contains("web.conf").doesNotContain("hunter22");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PASSWORD",
        "DB_PASSWORD",
        "PGPASSWORD",
        "dbPassword",
        "MYSQL_PWD",
        "X-Api-Key",
        "apiKey",
        "AWS_SECRET_ACCESS_KEY",
        "private-key",
        "GITHUB_TOKEN",
        "Authorization",
      })
  void namesOfPasswordsAreKnown(String name) {
    assertThat(Sensitive.isName(name)).isTrue();
    assertThat(Sensitive.isLine("  " + name + ": hunter22")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PWD", "OLDPWD", "PATH", "AUTHOR", "KEYBOARD", "COMPASS", "SECRETARY"})
  void otherNamesAreNone(String name) {
    assertThat(Sensitive.isName(name)).isFalse();
  }
}
