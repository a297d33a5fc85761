package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY=\"-----BEGIN\nhunter22\n-----END\n",
        "KEY=\"-----BEGIN\nhunter22\n-----END\" hunter22\n",
        "KEY='hunter22\n",
        "export hunter22\n",
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
