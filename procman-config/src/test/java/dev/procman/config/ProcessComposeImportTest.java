package dev.procman.config;

import static dev.procman.config.Imports.assertTold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Command;
import dev.procman.Dependency;
import dev.procman.Dependency.Condition;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What files of process-compose mean that is easily got wrong.
class ProcessComposeImportTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), "SET", "1");

  @TempDir Path directory;

  private Imports files;

  @BeforeEach
  void file() {
    files =
        new Imports(
            directory.resolve("process-compose.yaml"),
            ENVIRONMENT,
            (importer, file) -> importer.processCompose(file));
  }

  private ProcessManager manager() {
    return ProcessManager.builder().stateDirectory(directory.resolve("state")).build();
  }

  // Variables.

  @Test
  void aDollarWithoutBracesIsTheShells() throws Exception {
    var project =
        files.load(
            files.imported(
                """
                processes:
                  job:
                    command: |
                      CODE=7
                      echo "code $CODE"
                      exit $CODE
                """));
    try (var manager = manager()) {
      var job = manager.start(project.specs().getFirst());
      assertThat(job.awaitExit(LIMIT).status().orElseThrow().shellCode()).isEqualTo(7);
      assertThat(job.output().lines().getFirst().text()).isEqualTo("code 7");
    }
  }

  @Test
  void whatTheShellCanDoWithAVariableIsLeftToIt() throws IOException {
    var imported =
        files.imported("processes: {p: {command: 'echo ${FILE%.txt}', working_dir: '${X##a}'}}");
    assertThat(imported.yaml()).contains("echo $${FILE%.txt}");
    assertTold(imported, "processes.p.command", "the shell does what process-compose did");
    assertTold(imported, "processes.p.working_dir", "the plain value of the variable");
  }

  @Test
  void aVariableThatMustBeSetIsOneHere() throws IOException {
    var imported = files.imported("processes: {p: {command: 'echo ${NAME:?give a name}'}}");
    assertTold(imported, "processes.p.command", "process-compose takes the message for its value");
    // And the result is told to be of no use until it is set, at the line of the file.
    assertThat(imported.findings())
        .anySatisfy(finding -> {
          assertThat(finding.instead())
              .contains("cannot be loaded: the variable 'NAME' is not set: give a name");
          assertThat(finding.line()).isEqualTo(1);
          assertThat(finding.file()).endsWith("process-compose.yaml");
        });
    var set = files.imported("processes: {p: {command: 'echo ${SET:?give a name}'}}");
    assertThat(files.load(set).specs().getFirst().command())
        .isEqualTo(new Command.Shell("bash", "echo 1"));
  }

  @Test
  void dotEnvMeansWhatItMeansThere() throws IOException {
    Files.writeString(
        directory.resolve(".env"), "A=1\nB=${A}2\nKEY=\"two\nlines\"\nC='${A}'\nD=$SET\n");
    var imported = files.imported("processes: {p: {command: 'echo ${B}'}}");
    var spec = files.load(imported).specs().getFirst();
    assertThat(spec.command()).isEqualTo(new Command.Shell("bash", "echo 12"));
    assertThat(spec.environment().values())
        .containsEntry("B", "12")
        .containsEntry("KEY", "two\nlines")
        .containsEntry("C", "$${A}");
    assertTold(imported, ".env", "D: a $ without braces is itself");
    assertThat(imported.findings()).hasSize(1);
  }

  // Dependencies.

  @Test
  void theEndOfAnotherAndWhatItPrintsAreWaitedFor() throws IOException {
    var project =
        files.load(
            files.imported(
                """
                processes:
                  job: {command: "exit 3"}
                  db: {command: db, ready_log_line: "up (now)"}
                  app:
                    command: app
                    depends_on:
                      job: {condition: process_completed}
                      db: {condition: process_log_ready}
                """));
    assertThat(project.specs().getLast().dependencies())
        .containsExactly(
            new Dependency("job", Condition.ENDED),
            new Dependency("db", Condition.printed("\\Qup (now)\\E")));
  }

  @Test
  void whatIsNotStartedByItselfIsNotStartedForADependentEither() throws Exception {
    var imported =
        files.imported(
            """
            processes:
              off: {command: "exec sleep 600", disabled: true}
              also: {command: "exec sleep 600", is_disabled: "true"}
              front: {command: "exec sleep 600", is_foreground: true}
              nightly: {command: "exec sleep 600", schedule: {cron: "0 2 * * *"}}
              app:
                command: echo here
                depends_on:
                  off: {condition: process_started}
                  also: {condition: process_healthy}
                  front: {condition: process_started}
                  nightly: {condition: process_completed}
            """);
    for (String other : new String[] {"off", "also", "front", "nightly"}) {
      assertTold(imported, "processes.app.depends_on." + other, "does not wait for it");
    }
    try (var manager = manager()) {
      files.load(imported).specs().forEach(manager::register);
      manager.startAll();
      manager.get("app").awaitState(LIMIT, ProcessState.COMPLETED);
      assertThat(manager.snapshots())
          .filteredOn(now -> !now.name().equals("app"))
          .hasSize(4)
          .allMatch(now -> now.state() == ProcessState.NEW);
    }
  }

  @Test
  void aDependencyThatCannotBeMetAsItWasIsTold() throws IOException {
    var imported =
        files.imported(
            """
            processes:
              plain: {command: plain}
              alive: {command: alive, liveness_probe: {exec: {command: "true"}}}
              app:
                command: app
                depends_on:
                  plain: {condition: process_healthy}
                  alive: {condition: process_healthy}
                  gone: {condition: process_started}
              more:
                command: more
                depends_on:
                  plain: {condition: process_log_ready}
                  alive: {}
            """);
    assertTold(imported, "processes.app.depends_on.plain.condition", "skips this process");
    assertTold(imported, "processes.app.depends_on.alive.condition", "waits for ever");
    assertTold(imported, "processes.app.depends_on.gone", "no such process");
    assertTold(imported, "processes.more.depends_on.plain.condition", "no ready_log_line");
    assertTold(imported, "processes.more.depends_on.alive", "it has no condition");
    assertThat(files.load(imported).processes()).hasSize(4);
  }

  // Lives and ends.

  @Test
  void whoHasUsedUpItsRestartsIsDoneWithItsLastCode() throws Exception {
    var project =
        files.load(
            files.imported(
                """
                processes:
                  job:
                    command: echo run; exit 0
                    availability: {restart: always, max_restarts: 1}
                  after:
                    command: echo after
                    depends_on: {job: {condition: process_completed_successfully}}
                """));
    try (var manager = manager()) {
      project.specs().forEach(manager::register);
      manager.startAll();
      manager.get("after").awaitState(LIMIT, ProcessState.COMPLETED);
      assertThat(manager.get("job").state()).isEqualTo(ProcessState.COMPLETED);
      assertThat(manager.get("job").generation()).isEqualTo(2);
    }
  }

  @Test
  void aLivenessProbeThatDidNothingThereDoesNothingHere() throws IOException {
    var imported =
        files.imported("processes: {p: {command: p, liveness_probe: {exec: {command: 'false'}}}}");
    assertThat(files.load(imported).specs().getFirst().live()).isEmpty();
    assertTold(imported, "processes.p.liveness_probe", "for daemons only");
  }

  @Test
  void readinessEndsAProcessAsItDidThere() throws IOException {
    var spec =
        files.spec("processes: {p: {command: p, readiness_probe: {exec: {command: 'false'}}}}");
    assertThat(spec.live()).isPresent().isEqualTo(spec.ready());
  }

  @Test
  void aTerminalIsATerminal() throws IOException {
    var spec = files.spec("processes: {p: {command: top, is_tty: true}}");
    assertThat(spec.launch().terminal()).isPresent();
  }

  @Test
  void waitingForEverAndACommandThatFailsAreTold() throws IOException {
    var imported =
        files.imported(
            """
            processes:
              a: {command: a, shutdown: {signal: 2}}
              b: {command: b, shutdown: {command: ./stop, timeout_seconds: 5}}
            """);
    assertTold(imported, "processes.a.shutdown.timeout_seconds", "waits for ever");
    assertTold(imported, "processes.b.shutdown.command", "killed after 5s and not at once");
  }

  // Files of all kinds.

  @Test
  void keysOfOnesOwnArePassedOnOrTold() throws IOException {
    var imported =
        files.imported(
            """
            x-defaults: &defaults {working_dir: data, x-why: because}
            processes: {p: {<<: *defaults, command: p}}
            """);
    assertThat(imported.document()).containsKey("x-defaults");
    assertTold(imported, "processes.p.x-why", "means nothing to process-compose either");
    assertThat(imported.findings()).hasSize(1);
    assertThat(files.load(imported).specs().getFirst().directory())
        .contains(directory.resolve("data").toString());
  }

  @Test
  void namesThatProcmanDoesNotTakeAreReplacedEverywhere() throws IOException {
    var imported =
        files.imported(
            """
            processes:
              "my db: main": {command: db}
              "Zähler": {command: count, replicas: 2}
              app:
                command: app
                depends_on:
                  "my db: main": {condition: process_started}
                  "Zähler": {condition: process_started}
            """);
    var project = files.load(imported);
    assertThat(project.specs())
        .extracting(ProcessSpec::name)
        .containsExactly("my-db-main", "Zahler-0", "Zahler-1", "app");
    assertThat(project.specs().getLast().dependencies())
        .extracting(Dependency::process)
        .containsExactly("my-db-main", "Zahler-0", "Zahler-1");
    assertThat(project.groups()).containsOnlyKeys("Zahler");
    assertTold(imported, "processes.my db: main", "named 'my-db-main'");
    assertTold(imported, "processes.Zähler", "named 'Zahler'");
  }

  @Test
  void aFileOfVariablesThatIsNotThereIsNotRequired() throws IOException {
    var imported = files.imported("processes: {p: {command: p, env_file: .env.local}}");
    assertTold(imported, "processes.p.env_file", "there is no such file");
    assertThat(files.load(imported).processes()).containsKey("p");
  }

  @Test
  void whatCannotBeLoadedIsToldAtItsLine() throws IOException {
    var imported =
        files.imported(
            """
            processes:
              a:
                command: a
                depends_on: {b: {condition: process_started}}
              b:
                command: b
                environment:
                  - LD_PRELOAD=/tmp/x.so
                depends_on: {a: {condition: process_started}}
            """);
    assertThat(imported.findings()).extracting(ImportFinding::line).containsExactly(7, 9);
    assertThat(imported.findings().getFirst().instead()).contains("cannot be loaded", "LD_PRELOAD");
    assertThat(imported.findings().getLast().instead()).contains("cannot be loaded", "circle");
  }

  @Test
  void whatAnOverrideLeavesEmptyStaysAsItWas() throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"),
        "processes: {p: {command: p, disabled: true}, q: {command: q}}");
    Files.writeString(
        directory.resolve("b.yaml"), "processes: {p: {disabled: false, command: ''}}");
    var specs =
        files
            .load(
                Importer.ofDefaults()
                    .environment(ENVIRONMENT)
                    .processCompose(directory.resolve("a.yaml"), directory.resolve("b.yaml")))
            .specs();
    assertThat(specs.getFirst().onDemand()).isTrue();
    assertThat(specs.getFirst().command()).isEqualTo(new Command.Shell("bash", "p"));
  }

  @Test
  void aScriptThatBeginsWithAnEmptyLineIsReadAgainAsItWas() throws Exception {
    var project = files.load(files.imported("processes: {p: {command: \"\\n\\n  echo here\\n\"}}"));
    try (var manager = manager()) {
      var process = manager.start(project.specs().getFirst());
      await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
      assertThat(process.output().lines().getFirst().text()).isEqualTo("here");
    }
  }
}
