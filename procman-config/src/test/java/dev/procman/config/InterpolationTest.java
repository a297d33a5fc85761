package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of `$` and `%`.
class InterpolationTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOST", "db.local", "EMPTY", "", "PRICE", "5$ or $HOST ${HOST} $$", "PORT", "8080");

  private static String argument(String text) {
    return Loads.builder(Loads.yaml())
        .set("web.command", "[web, '" + text + "']")
        .environment(ENVIRONMENT)
        .load()
        .project()
        .processes()
        .get("web")
        .command()
        .argv()
        .get(1);
  }

  /// The text as written, and the run-time template that it becomes.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "100% of %s %(x)s %%,100% of %s %(x)s %%",
        "costs 5$,costs 5$$",
        "$HOME,$$HOME",
        "$$,$$",
        "$$HOST,$$HOST",
        "$${HOST},$${HOST}",
        "${HOST},db.local",
        "a${HOST}b${HOST}c,adb.localbdb.localc",
        "${HOST:-x},db.local",
        "${NONE:-x},x",
        "${NONE:-},",
        "${EMPTY:-x},x",
        "${EMPTY-x},",
        "${NONE-x},x",
        "${NONE:-${HOST}},db.local",
        "${NONE:-${NOT:-${HOST}}},db.local",
        "${HOST:?needed},db.local",
        "${EMPTY?needed},",
        "${PRICE},5$$ or $$HOST $${HOST} $$$$",
        "${name},${name}",
        "${env.HOME},${env.HOME}",
        "${dir.work}/x,${dir.work}/x",
        "${data.db},${data.db}",
        "${NONE:-${name}},${name}",
        "^ready.*$,^ready.*$$"
      })
  void textsBecomeRunTimeTemplates(String written, String expected) {
    assertThat(argument(written)).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void whatIsNoTemplateHasItsDollarsAsWritten() {
    var web =
        Loads.builder(Loads.yaml("labels: {a: '5$', b: '$$x', c: '${PRICE}', d: '100%'}"))
            .environment(ENVIRONMENT)
            .load()
            .project()
            .processes()
            .get("web");

    assertThat(web.labels())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("a", "5$", "b", "$x", "c", ENVIRONMENT.get("PRICE"), "d", "100%"));
  }

  @Test
  void numbersAndWordsMayComeFromVariables() {
    var web =
        Loads.builder(
                Loads.yaml(
                    "ports: {http: '${PORT}', admin: '${ADMIN:-9090}'}",
                    "on_demand: ${ON:-true}",
                    "start_timeout: ${TIMEOUT:-5}s"))
            .environment(ENVIRONMENT)
            .load()
            .project()
            .processes()
            .get("web");

    assertThat(web.ports()).isEqualTo(Map.of("http", 8080, "admin", 9090));
    assertThat(web.onDemand()).isTrue();
    assertThat(web.startTimeout()).hasSeconds(5);
  }

  @Test
  void aVariableStaysWithinItsWord() {
    var yaml = "processes: {web: {command: 'web --name ${NAME:-a b} \"${NAME:-c d}\"'}}";

    assertThat(Loads.project(yaml).processes().get("web").command().argv())
        .isEqualTo(List.of("web", "--name", "a b", "c d"));
  }

  @Test
  void variablesOfAFileMayHoldRunTimeTemplates() {
    var yaml =
        "variables: {URL: 'http://localhost:${port.http}'}\n"
            + Loads.yaml("ports: [http]", "environment: {SELF: '${URL}/self'}");

    assertThat(Loads.project(yaml).processes().get("web").environment().values())
        .containsEntry("SELF", "http://localhost:${port.http}/self");
  }

  @Test
  void keysAreNotFilledIn() {
    assertThat(Loads.web("files: {'${dir.x}/a$b': '${name}'}").files())
        .containsExactly(Map.entry("${dir.x}/a$b", "${name}"));
  }
}
