package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which source wins over which: every pair of them, and all together.
class PrecedenceTest {
  private static final String BASE = "processes: {web: {command: [web]}}\n";

  @TempDir Path directory;

  /// A way to set the restart limit of `web`, in rising order.
  enum Way {
    BUILT_IN,
    DEFAULTS,
    TEMPLATE,
    INCLUDED,
    FIRST_FILE,
    SECOND_FILE,
    DOT_ENV,
    ENVIRONMENT,
    ARGUMENT,
    HOST,
    RUN_TIME;

    /// Different for each; the built-in one is 5.
    int limit() {
      return this == BUILT_IN ? 5 : 10 + ordinal();
    }
  }

  static Stream<Arguments> pairs() {
    var pairs = new ArrayList<Arguments>();
    for (Way low : Way.values()) {
      for (Way high : Way.values()) {
        if (low.ordinal() < high.ordinal()) {
          pairs.add(Arguments.of(low, high));
        }
      }
    }
    return pairs.stream();
  }

  private static String of(Way way, String indent) {
    return indent + "restart: {limit: " + way.limit() + ", window: 1h}\n";
  }

  private LoadedProject load(List<Way> ways) throws IOException {
    var first = new StringBuilder();
    if (ways.contains(Way.INCLUDED)) {
      Files.writeString(
          directory.resolve("included.yaml"),
          "processes:\n  web:\n    command: [web]\n" + of(Way.INCLUDED, "    "));
      first.append("include: included.yaml\n");
    }
    if (ways.contains(Way.DEFAULTS)) {
      first.append("defaults:\n").append(of(Way.DEFAULTS, "  "));
    }
    if (ways.contains(Way.TEMPLATE)) {
      first.append("templates:\n  base:\n").append(of(Way.TEMPLATE, "    "));
    }
    first.append("processes:\n  web:\n    command: [web]\n");
    if (ways.contains(Way.TEMPLATE)) {
      first.append("    extends: base\n");
    }
    if (ways.contains(Way.FIRST_FILE)) {
      first.append(of(Way.FIRST_FILE, "    "));
    }
    Files.writeString(directory.resolve("first.yaml"), first);
    var builder = ProcmanConfig.builder().file(directory.resolve("first.yaml"));
    if (ways.contains(Way.SECOND_FILE)) {
      Files.writeString(
          directory.resolve("second.yaml"), "processes:\n  web:\n" + of(Way.SECOND_FILE, "    "));
      builder.file(directory.resolve("second.yaml"));
    }
    if (ways.contains(Way.DOT_ENV)) {
      Files.writeString(
          directory.resolve(".env"), "PROCMAN__web__restart__limit=" + Way.DOT_ENV.limit() + "\n");
    }
    var environment = new HashMap<String, String>();
    if (ways.contains(Way.ENVIRONMENT)) {
      environment.put("PROCMAN__web__restart__limit", "" + Way.ENVIRONMENT.limit());
    }
    builder.environment(environment);
    if (ways.contains(Way.ARGUMENT)) {
      builder.arguments("--set", "web.restart.limit=" + Way.ARGUMENT.limit());
    }
    if (ways.contains(Way.HOST)) {
      builder.set("web.restart.limit", "" + Way.HOST.limit());
    }
    var loaded = builder.load();
    return ways.contains(Way.RUN_TIME)
        ? loaded.set("web.restart.limit", "" + Way.RUN_TIME.limit())
        : loaded;
  }

  private static int limit(LoadedProject loaded) {
    return loaded.project().processes().get("web").restart().map(it -> it.limit()).orElse(5);
  }

  @ParameterizedTest
  @MethodSource
  void pairs(Way low, Way high) throws IOException {
    assertThat(limit(load(List.of(low, high)))).isEqualTo(high.limit());
  }

  @Test
  void allTogetherAreExplainedInTheirOrder() throws IOException {
    var all = List.of(Way.values());
    var loaded = load(all);
    var explanation = loaded.explain("web.restart.limit");

    assertThat(limit(loaded)).isEqualTo(Way.RUN_TIME.limit());
    assertThat(explanation.value()).contains("" + Way.RUN_TIME.limit());
    assertThat(explanation.overridden())
        .extracting(Explanation.Overridden::value)
        .containsExactlyElementsOf(
            all.reversed().stream()
                .filter(way -> way != Way.RUN_TIME && way != Way.BUILT_IN)
                .map(way -> "" + way.limit())
                .toList());
    assertThat(explanation.overridden())
        .extracting(each -> each.origin().toString())
        .containsExactly(
            "set by the host: web.restart.limit",
            "argument --set web.restart.limit",
            "environment variable PROCMAN__web__restart__limit",
            directory.resolve(".env") + ":1:1",
            directory.resolve("second.yaml") + ":3:22",
            directory.resolve("first.yaml") + ":11:22",
            directory.resolve("included.yaml") + ":4:22",
            directory.resolve("first.yaml") + ":6:22",
            directory.resolve("first.yaml") + ":3:20");
  }

  @Test
  void whatNobodyWroteIsExplainedByItsDefault() {
    var explanation = Loads.builder(BASE).load().explain("web.restart.limit");

    assertThat(explanation.value()).isEmpty();
    assertThat(explanation.origin()).hasToString("built-in default");
    assertThat(explanation.about()).contains("default 5");
  }

  @Test
  void variablesComeFromTheHostThenTheEnvironmentThenDotEnvThenTheFiles() throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"),
        """
        variables: {A: file, B: file, C: file, D: file, E: "${D}-${A}"}
        processes: {web: {command: [web, "${A}", "${B}", "${C}", "${D}", "${E}"]}}
        """);
    Files.writeString(directory.resolve(".env"), "A=dotenv\nB=dotenv\nC=dotenv\n");
    var environment = new HashMap<String, String>();
    environment.put("A", "environment");
    environment.put("B", "environment");

    var loaded =
        ProcmanConfig.builder()
            .file(directory.resolve("a.yaml"))
            .environment(environment)
            .variable("A", "host")
            .load();

    assertThat(loaded.project().specs().getFirst().command().argv())
        .containsExactly("web", "host", "environment", "dotenv", "file", "file-host");
  }

  @Test
  void keysAreMergedAndListsAndTextsAreReplaced() {
    var builder =
        ProcmanConfig.builder()
            .text(
                "one",
                """
                processes:
                  web:
                    command: web --one
                    environment: {A: 1, B: 1}
                    depends_on: [db]
                    ports: [http]
                    restart: always
                  db: {command: [db]}
                """,
                Path.of("/"))
            .text(
                "two",
                """
                processes:
                  web:
                    shell: exec web --two
                    environment: [B=2, C=2]
                    depends_on: {db: process_started}
                    ports: {http: 8080}
                    restart: {limit: 3}
                """,
                Path.of("/"))
            .environment(java.util.Map.of());
    var web = builder.load().project().processes().get("web");

    assertThat(web.command().argv()).containsExactly("/bin/sh", "-c", "exec web --two");
    assertThat(web.environment().values())
        .containsExactlyInAnyOrderEntriesOf(java.util.Map.of("A", "1", "B", "2", "C", "2"));
    assertThat(web.ports()).containsEntry("http", 8080);
    assertThat(web.dependsOn())
        .containsExactly(
            new dev.procman.Dependency("db", dev.procman.Dependency.Condition.STARTED));
    assertThat(web.restart().orElseThrow().limit()).isEqualTo(3);
    assertThat(web.restart().orElseThrow().when())
        .isEqualTo(dev.procman.spi.StandardRestartPolicy.When.ALWAYS);
  }

  @Test
  void nothingTakesAwayWhatWasThere() {
    var web =
        ProcmanConfig.builder()
            .text("one", Loads.yaml("restart: always", "environment: {A: 1, B: 1}"), Path.of("/"))
            .text("two", "processes: {web: {restart: null, environment: {A: }}}", Path.of("/"))
            .environment(java.util.Map.of())
            .load()
            .project()
            .processes()
            .get("web");

    assertThat(web.restart()).isEmpty();
    assertThat(web.environment().values()).containsOnlyKeys("B");
  }

  @Test
  void aMistypedProcessIsNotMadeAnew() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    ConfigException.class, () -> Loads.builder(BASE).set("wbe.command", "x").load())
                .problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.suggestion()).contains("web"));
  }

  @Test
  void valuesMayBeListsAndKeysAndKeepTheirText() {
    var web =
        Loads.builder(BASE)
            .arguments(
                "--set",
                "web.command=[web, --port, 80]",
                "--set=web.environment.GREETING=hello: world # {x}",
                "--set=web.environment.EMPTY=",
                "--set=web.labels={a.b: c}",
                "--set=web.labels.\"x.y\"=z")
            .load()
            .project()
            .processes()
            .get("web");

    assertThat(web.command().argv()).containsExactly("web", "--port", "80");
    assertThat(web.environment().values())
        .containsEntry("GREETING", "hello: world # {x}")
        .containsEntry("EMPTY", "");
    assertThat(web.labels()).containsEntry("a.b", "c").containsEntry("x.y", "z");
  }

  @Test
  void otherArgumentsAreErrors() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    ConfigException.class,
                    () -> Loads.builder(BASE).arguments("--sett", "a=b").load())
                .problems())
        .isNotEmpty();
  }
}
