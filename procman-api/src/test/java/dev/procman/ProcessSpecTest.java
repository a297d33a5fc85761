package dev.procman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Path;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessSpecTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final HealthCheck CHECK = _ -> HealthResult.healthy();

  private static ProcessSpec.Builder web() {
    return ProcessSpec.named("web").command("server");
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource
  void whatMakesNoSenseIsRejectedWithFieldValueAndRemedy(
      String field, String value, String remedy, UnaryOperator<ProcessSpec.Builder> mistake) {
    assertThatThrownBy(() -> mistake.apply(web()).build())
        .isInstanceOfSatisfying(
            InvalidSpecException.class, invalid -> assertThat(invalid.field()).isEqualTo(field))
        .hasMessageContainingAll(field, value, remedy);
  }

  private static Arguments mistake(
      String field, String value, String remedy, UnaryOperator<ProcessSpec.Builder> mistake) {
    return Arguments.of(field, value, remedy, mistake);
  }

  static Stream<Arguments> whatMakesNoSenseIsRejectedWithFieldValueAndRemedy() {
    return Stream.of(
        mistake("command", "(empty)", "name the program", spec -> spec.command()),
        mistake("command", "' '", "name the program", spec -> spec.command(" ")),
        mistake("command[1]", "(value not shown)", "NUL", spec -> spec.command("echo", "a\0b")),
        mistake("shell", "(blank)", "interpreter", spec -> spec.shell("")),
        mistake("shell", "(blank)", "interpreter", spec -> spec.shell(" ", "exit 1")),
        mistake("shell", "(value not shown)", "NUL", spec -> spec.shell("echo \0")),
        mistake("shell", "(value not shown)", "NUL", spec -> spec.shell("/bin\0/sh", "exit")),
        mistake("directory", "(value not shown)", "NUL", spec -> spec.directory("/tmp\0")),
        mistake("directory", "''", "leave it out", spec -> spec.directory("")),
        mistake("ports", "no port", "1 to 64", spec -> spec.port("no port")),
        mistake("ports", "''", "1 to 64", spec -> spec.port("")),
        mistake("ports.http", "-1", "1 to 65535", spec -> spec.port("http", -1)),
        mistake("ports.http", "65536", "1 to 65535", spec -> spec.port("http", 65_536)),
        mistake("successCodes", "-1", "0 to 255", spec -> spec.successCodes(0, -1)),
        mistake("successCodes", "256", "0 to 255", spec -> spec.successCodes(256)),
        mistake("startTimeout", "0 s", "above zero", spec -> spec.startTimeout(Duration.ZERO)),
        mistake("startTimeout", "-1 s", "above zero", spec -> spec.startTimeout(SECOND.negated())),
        mistake("minimumUptime", "-1 s", "zero", spec -> spec.minimumUptime(SECOND.negated())),
        mistake(
            "minimumUptime",
            "1 s",
            "less than the start timeout, 1 s",
            spec -> spec.startTimeout(SECOND).minimumUptime(SECOND)),
        mistake("environment", "A=B", "neither", spec -> spec.env("A=B", "c")),
        mistake("environment", "''", "not empty", spec -> spec.env("", "c")),
        mistake("environment", "A?", "NUL", spec -> spec.env("A\0", "c")),
        mistake("environment.A", "not shown", "NUL", spec -> spec.secretEnv("A", "geheim\0")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "ä", "a\n", "a\0", "a:b"})
  void aBadNameIsRejected(String name) {
    assertThatThrownBy(() -> ProcessSpec.named(name).command("x").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll("invalid name", name.replace('\0', '?'), "1 to 100 letters")
        .hasMessageNotContaining("\0");
  }

  @Test
  void aNameIsAtMostAHundredCharacters() {
    String longest = "n".repeat(100);
    assertThat(web().name(longest).build().name()).isEqualTo(longest);
    assertThatThrownBy(() -> web().name(longest + "n").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("1 to 100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A-1_b.c", "web#1", "0"})
  void theseNamesAreFine(String name) {
    assertThat(web().name(name).build().name()).isEqualTo(name);
  }

  @Test
  void noCommandIsRejected() {
    assertThatThrownBy(() -> ProcessSpec.named("web").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("call command(...) or shell(...)");
  }

  @Test
  void aProcessThatDependsOnItselfIsACycle() {
    assertThatThrownBy(() -> web().dependsOn("web").build())
        .isInstanceOf(DependencyException.class)
        .hasMessageContaining("web -> web");
  }

  @Test
  void aValueOfTheEnvironmentIsNotInTheErrorAboutIt() {
    assertThatThrownBy(() -> web().env("TOKEN", "geheim\0"))
        .hasMessageContaining("TOKEN")
        .hasMessageNotContaining("geheim");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks hands in
  void aVariableThatWasLookedUpInVainIsNamed() {
    String missing = null;
    assertThatThrownBy(() -> web().env("DATABASE_URL", missing))
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            wrong -> assertThat(wrong.field()).isEqualTo("environment.DATABASE_URL"))
        .hasMessageContaining("unsetEnv");
    assertThatThrownBy(() -> web().secretEnv("TOKEN", missing))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("environment.TOKEN");
    var variables = new HashMap<String, String>();
    variables.put("KEY", null);
    assertThatThrownBy(() -> web().env(variables)).hasMessageContaining("environment.KEY");
  }

  @Test
  void variablesAreSetBesideThoseSetSoFar() {
    assertThat(
            web()
                .env("A", "1")
                .env("B", "2")
                .env(Map.of("B", "3", "C", "4"))
                .build()
                .environment()
                .values())
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "3", "C", "4"));
  }

  @Test
  void noPartOfACommandIsInTheErrorAboutIt() {
    assertThatThrownBy(() -> web().command("run", "--password", "geheim\0"))
        .isInstanceOfSatisfying(
            InvalidSpecException.class, wrong -> assertThat(wrong.field()).isEqualTo("command[2]"))
        .hasMessageContaining("NUL")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> web().command(" ", "geheim")).hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> web().shell("echo geheim\0")).hasMessageNotContaining("geheim");
    assertThatThrownBy(() ->
            new StopSequence(
                List.of(new StopSequence.Step.Run(List.of("x", "geheim\0"), Duration.ofSeconds(1))),
                Duration.ofSeconds(1)))
        .hasMessageNotContaining("geheim");
  }

  @Test
  void twoDollarSignsOfAScriptAreTheShellsPidUnlessABraceFollows() {
    assertThat(web().shell("echo $$ $$HOME $${x} $$$$ ${name} $1 \"$$\"").build().command().argv())
        .last()
        .isEqualTo("echo $$$$ $$$$HOME $${x} $$$$ ${name} $1 \"$$$$\"");
    var template = new Command.Shell("/bin/sh", "echo $$HOME");
    assertThat(web().command(template).build().toBuilder().build().command()).isEqualTo(template);
  }

  @Test
  void anInputThatIsNoPipeFitsNeitherATerminalNorAStopThatWrites() {
    var input = StandardInput.text("geheim");
    assertThatThrownBy(() ->
            web()
                .stdin(input)
                .launch(LaunchSettings.ofDefaults().terminal(new TerminalSize(24, 80)))
                .build())
        .hasMessageContaining("terminal")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() ->
            web()
                .stdin(input)
                .stop(StopSequence.ofDefaults().write("quit", Duration.ofSeconds(1)))
                .build())
        .hasMessageContaining("stop sequence writes");
    assertThat(web().stdin(input).build().toString()).doesNotContain("geheim");
    assertThat(web().stdin(input).build().needsRestartFrom(web().build())).isTrue();
    assertThatThrownBy(() -> StandardInput.file(" ")).hasMessageContaining("stdin.file");
  }

  @Test
  void repeatedNamesAndCodesAreTheSameAsOne() {
    var spec = web().successCodes(0, 3, 3).inheritEnv("PATH", "PATH").build();
    assertThat(spec.successCodes()).containsExactlyInAnyOrder(0, 3);
    assertThat(spec.environment().allowed()).containsExactly("PATH");
  }

  @Test
  void theLatestDependencyOnAProcessCounts() {
    var spec = web().dependsOn("db").dependsOn("db", Dependency.Condition.STARTED).build();
    assertThat(spec.dependencies())
        .containsExactly(new Dependency("db", Dependency.Condition.STARTED));
  }

  @Test
  void theShellIsTheOneThatWasNamed() {
    assertThat(web().shell("exit 1").build().command().argv())
        .containsExactly("/bin/sh", "-c", "exit 1");
    assertThat(web().shell("bash", "exit 1").build().command().argv())
        .containsExactly("bash", "-c", "exit 1");
  }

  @Test
  void aPathIsNoTemplate() {
    assertThat(web().directory(Path.of("/srv/$x/${name}")).build().directory())
        .contains("/srv/$$x/$${name}");
  }

  private static ProcessSpec full() {
    return web()
        .directory("${dir.work}")
        .env("A", "1")
        .secretEnv("B", "2")
        .unsetEnv("C")
        .inheritEnv("PATH")
        .port("http")
        .port("admin", 8081)
        .dependsOn("db")
        .dependsOn("init", Dependency.Condition.COMPLETED_SUCCESSFULLY)
        .startup(Probe.of(CHECK))
        .ready(CHECK)
        .live(CHECK)
        .restart(RestartPolicy.always().backoff(Backoff.none()))
        .successCodes(0, 143)
        .startTimeout(Duration.ofSeconds(7))
        .minimumUptime(Duration.ofSeconds(2))
        .stop(StopSequence.kill())
        .hook(Hook.Point.AFTER_EXIT, _ -> {})
        .output(OutputSettings.ofDefaults().toLog())
        .label("team", "blue")
        .onDemand()
        .build();
  }

  @Test
  void aBuilderMadeOfASpecificationMakesTheSameOne() {
    assertThat(full().toBuilder().build())
        .isEqualTo(full().toBuilder().build().toBuilder().build());
    var full = full();
    assertThat(full.toBuilder().build()).isEqualTo(full);
    var plain = web().build();
    assertThat(plain.toBuilder().build()).isEqualTo(plain);
  }

  @Test
  void everyPartOfASpecificationCanBeChangedThroughItsBuilder() {
    var full = full();
    List<Consumer<ProcessSpec.Builder>> changes =
        List.of(
            spec -> spec.name("other"),
            spec -> spec.command("other"),
            spec -> spec.directory("other"),
            spec -> spec.env("A", "other"),
            spec -> spec.secretEnv("A", "1"),
            spec -> spec.unsetEnv("other"),
            ProcessSpec.Builder::inheritNoEnv,
            spec -> spec.port("other"),
            spec -> spec.dependsOn("other"),
            spec -> spec.startup(Probe.of(CHECK).successes(2)),
            spec -> spec.ready(Probe.of(CHECK).successes(2)),
            spec -> spec.live(Probe.of(CHECK).successes(2)),
            spec -> spec.restart(RestartPolicy.never()),
            spec -> spec.successCodes(),
            spec -> spec.startTimeout(Duration.ofSeconds(8)),
            spec -> spec.minimumUptime(Duration.ZERO),
            spec -> spec.stop(StopSequence.ofDefaults()),
            spec -> spec.hook(Hook.Point.BEFORE_START, _ -> {}),
            spec -> spec.output(OutputSettings.ofDefaults()),
            spec -> spec.label("team", "red"));
    for (int i = 0; i < changes.size(); i++) {
      var builder = full.toBuilder();
      changes.get(i).accept(builder);
      assertThat(builder.build()).as("change %d", i).isNotEqualTo(full);
    }
  }

  @Test
  void aSpecificationDoesNotChangeWithItsBuilderOrWhatItWasMadeOf() {
    var argv = new ArrayList<>(List.of("echo", "a"));
    var builder = ProcessSpec.named("web").command(argv).port("http").label("a", "b");
    var spec = builder.build();
    argv.set(1, "changed");
    builder
        .port("more")
        .label("c", "d")
        .dependsOn("db")
        .env("X", "y")
        .hook(Hook.Point.AFTER_READY, _ -> {});
    assertThat(spec.command().argv()).containsExactly("echo", "a");
    assertThat(spec.ports()).containsOnlyKeys("http");
    assertThat(spec.labels()).containsOnlyKeys("a");
    assertThat(spec.dependencies()).isEmpty();
    assertThat(spec.environment().values()).isEmpty();
    assertThat(spec.hooks()).isEmpty();
  }

  @Test
  void theCollectionsOfASpecificationCannotBeChanged() {
    var spec = full();
    assertThatThrownBy(() -> spec.ports().put("x", 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.labels().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.hooks().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.dependencies().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.successCodes().add(1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.command().argv().add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> spec.environment().values().put("x", "y"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void forEverIsADurationThatASpecificationTakes() {
    var forEver = ChronoUnit.FOREVER.getDuration();
    var spec =
        web()
            .startTimeout(forEver)
            .minimumUptime(forEver.minusNanos(1))
            .ready(Probe.of(CHECK).interval(forEver).timeout(forEver).initialDelay(forEver))
            .stop(StopSequence.graceful(forEver).signal(Signal.INT, forEver))
            .output(OutputSettings.ofDefaults().drainQuiet(forEver))
            .restart(
                RestartPolicy.always()
                    .backoff(Backoff.exponential(SECOND, forEver))
                    .limit(5, forEver)
                    .resetAfter(forEver)
                    .coolDown(forEver))
            .build();
    assertThat(spec.startTimeout()).isEqualTo(forEver);
  }

  @Test
  void noValueOfTheEnvironmentIsInAnyText() {
    var spec = web().env("PLAIN", "offen").secretEnv("SECRET", "geheim").build();
    var parent = Map.of("INHERITED", "geerbt");
    var request =
        new dev.procman.spi.LaunchRequest(
            new ProcessId("web", 1),
            List.of("server"),
            java.util.Optional.empty(),
            new HashMap<>(spec.environment().resolve(parent)),
            SECOND,
            LaunchSettings.ofDefaults(),
            Map.of());
    assertThat(List.of(spec.toString(), spec.environment().toString(), request.toString()))
        .allSatisfy(text ->
            assertThat(text)
                .doesNotContain("offen", "geheim", "geerbt")
                .contains("PLAIN", "SECRET"));
  }

  @Test
  void onlyWhatAProcessWasStartedFromNeedsARestart() {
    var running = web().env("MODE", "a").port("http").build();
    assertThat(
            List.of(
                running.toBuilder().command("other").build(),
                running.toBuilder().directory("/tmp").build(),
                running.toBuilder().env("MODE", "b").build(),
                running.toBuilder().file("/tmp/x", "content").build(),
                running.toBuilder().port("http", 8080).build(),
                running.toBuilder()
                    .output(OutputSettings.ofDefaults().charset(StandardCharsets.ISO_8859_1))
                    .build(),
                running.toBuilder().hook(Hook.Point.BEFORE_START, _ -> {}).build()))
        .allSatisfy(next -> assertThat(next.needsRestartFrom(running)).isTrue());
    assertThat(
            running.toBuilder()
                .restart(RestartPolicy.always())
                .stop(StopSequence.kill())
                .ready(CHECK)
                .dependsOn("db")
                .label("team", "shop")
                .hook(Hook.Point.AFTER_READY, _ -> {})
                .onDemand()
                .build()
                .needsRestartFrom(running))
        .isFalse();
  }
}
