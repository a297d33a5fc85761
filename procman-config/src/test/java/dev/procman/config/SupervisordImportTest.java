package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ListenSocket;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Rlimit;
import dev.procman.spi.RestartPolicy;
import dev.procman.spi.StandardRestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What files of supervisord mean that is easily got wrong.
class SupervisordImportTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH",
          System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
          "RUN",
          "run --fast 'two words'",
          "WORD",
          "w1");

  @TempDir Path directory;

  private Imports files;

  @BeforeEach
  void file() {
    files = new Imports(directory.resolve("supervisord.conf"), ENVIRONMENT, Importer::supervisord);
  }

  private static StandardRestartPolicy restart(ProcessSpec spec) {
    return (StandardRestartPolicy) spec.restart().orElseThrow();
  }

  // The file.

  @Test
  void anEvenlyIndentedFileIsReadAsAnyOther() throws IOException {
    var specs =
        files
            .load(
                files.imported(
                    """
                      [supervisord]
                      nodaemon = true

                      [program:a]
                      command = a
                        --more
                      startsecs = 0

                      [program:b]
                      command = b
                    """))
            .specs();
    assertThat(specs).extracting(ProcessSpec::name).containsExactly("a", "b");
    assertThat(specs.getFirst().command().argv()).containsExactly("a", "--more");
  }

  @Test
  void directoriesMayHaveWildcardsAndSectionsAreMerged() throws IOException {
    for (String name : List.of("one/conf.d/b.conf", "two/conf.d/a.conf", "two/.hid/c.conf")) {
      var file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          "[program:%s]\ncommand = %%(here)s/run\n[program:main]\nstopsignal = INT\nstartsecs = 9\n"
              .formatted(file.getFileName().toString().charAt(0)));
    }
    var imported =
        files.imported(
            """
            [program:main]
            command = main
            startsecs = 2
            [include]
            files = */conf.d/?.conf */*/[!ab].conf
            """);
    var project = files.load(imported);
    assertThat(project.specs())
        .extracting(ProcessSpec::name)
        .containsExactlyInAnyOrder("main", "b", "a");
    assertThat(project.processes().get("b").toSpec("b").command().argv())
        .containsExactly(directory.resolve("one/conf.d/run").toString());
    var main = project.specs().stream().filter(it -> it.name().equals("main")).findFirst();
    assertThat(main.orElseThrow().minimumUptime()).isEqualTo(Duration.ofSeconds(9));
    assertThat(imported.findings())
        .filteredOn(finding -> finding.key().equals("program:main.startsecs"))
        .allSatisfy(finding -> assertThat(finding.instead()).contains("the last counts"))
        .hasSize(2);
    assertThat(imported.findings())
        .anySatisfy(
            finding -> assertThat(finding.instead()).contains("no file matches '*/*/[!ab].conf'"));
  }

  @Test
  void aSectionThatIsLeftOutIsOneFinding() throws IOException {
    var imported =
        files.imported(
            """
            [inet_http_server]
            port = 127.0.0.1:9001
            username = admin
            password = secret
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = x
            [eventlistener:l]
            command = l
            events = TICK_60
            buffer_size = 5
            [program:p]
            command = p
            """);
    assertThat(imported.findings())
        .extracting(ImportFinding::key)
        .containsExactly("inet_http_server", "rpcinterface:supervisor", "eventlistener:l");
    assertThat(imported.findings().getFirst().instead()).contains("port, username, password");
    assertThat(imported.toString()).doesNotContain("secret");
  }

  @Test
  void namesThatProcmanDoesNotTakeAreReplacedEverywhere() throws IOException {
    var imported =
        files.imported(
            """
            [program:My Web App]
            command = web
            [program:größe]
            command = size
            [group:the group]
            programs = My Web App, größe, gone
            """);
    var project = files.load(imported);
    assertThat(project.processes()).containsOnlyKeys("My-Web-App", "gro-e");
    assertThat(project.groups()).containsEntry("the-group", List.of("My-Web-App", "gro-e"));
    assertThat(imported.findings())
        .extracting(ImportFinding::instead)
        .anySatisfy(words -> assertThat(words).contains("named 'My-Web-App'"))
        .anySatisfy(words -> assertThat(words).contains("named 'gro-e'"))
        .anySatisfy(words -> assertThat(words).contains("there is no program 'gone'"));
  }

  // Commands and variables.

  @Test
  void aCommandIsFilledInBeforeItIsSplit() throws IOException {
    var imported = files.imported("[program:p]\ncommand = %(ENV_RUN)s --word %(ENV_WORD)s\n");
    assertThat(files.load(imported).specs().getFirst().command().argv())
        .containsExactly("run", "--fast", "two words", "--word", "w1");
    assertThat(imported.yaml()).contains("${WORD:?}");
    assertThat(imported.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.instead()).contains("ENV_RUN is taken as it is"));
  }

  @Test
  void theFilesOwnVariablesCountToo() throws IOException {
    var spec =
        files.spec(
            """
            [supervisord]
            environment = BASE="/srv/my app",WORD=other
            [program:p]
            environment = PORT="8080"
            command = run --base "%(ENV_BASE)s" --port %(ENV_PORT)s %(ENV_WORD)s
            directory = %(ENV_BASE)s
            """);
    assertThat(spec.command().argv())
        .containsExactly("run", "--base", "/srv/my app", "--port", "8080", "other");
    assertThat(spec.directory()).contains("/srv/my app");
  }

  @Test
  void aVariableThatIsNotSetIsToldAtItsLine() throws IOException {
    var imported = files.imported("[program:p]\nstartsecs = 0\ncommand = run %(ENV_GONE)s\n");
    assertThat(imported.findings())
        .allSatisfy(finding -> assertThat(finding.line()).isEqualTo(3))
        .extracting(ImportFinding::instead)
        .anySatisfy(words -> assertThat(words).contains("stays a variable and one word"))
        .anySatisfy(words ->
            assertThat(words).contains("cannot be loaded: the variable 'GONE' is not set"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=\"x,y\",B=z            | x,y",
        "A='it\\\"s',B=z          | it\\\"s",
        "A=\"say \\\"hi\\\"\",B=z | say \"hi\"",
        "A=x\"y z\",B=z           | xy z",
        "A=\"%%d\",B=z            | %d",
      })
  void variablesAreReadAsTheyAreWritten(String environment, String value) throws IOException {
    var spec = files.spec("[program:p]\ncommand = p\nenvironment = " + environment + "\n");
    assertThat(spec.environment().values()).containsEntry("A", value).containsEntry("B", "z");
  }

  // Restarts.

  @Test
  void aProgramThatRunsForAWhileIsRestartedForEver() throws IOException {
    var policy =
        restart(
            files.spec(
                "[program:p]\ncommand = p\nautorestart = true\nstartsecs = 2\nstartretries = 5\n"));
    assertThat(policy.when()).isEqualTo(StandardRestartPolicy.When.ALWAYS);
    assertThat(policy.window()).isEqualTo(Duration.ZERO);
    assertThat(policy.attempts()).isEqualTo(Optional.of(5));
    assertThat(policy.resetAfter()).isEqualTo(Duration.ofSeconds(2));
    for (int restarts = 1; restarts <= 1000; restarts++) {
      var good =
          new RestartPolicy.Context(
              Optional.empty(), false, Duration.ofSeconds(2), 1, List.of(), 0);
      assertThat(policy.decide(good)).isInstanceOf(RestartPolicy.Decision.Restart.class);
    }
  }

  @Test
  void aProgramThatCannotStartIsGivenUp() throws Exception {
    var spec =
        files.spec(
            "[program:p]\ncommand = sh -c \"exit 1\"\nautorestart = true\nstartretries = 1\n");
    try (var manager =
        ProcessManager.builder().stateDirectory(directory.resolve("state")).build()) {
      var process = manager.start(spec);
      process.awaitState(LIMIT, ProcessState.CRASH_LOOP);
      assertThat(process.generation()).isEqualTo(2);
    }
  }

  @Test
  void withoutStartsecsNoStartHasFailed() throws IOException {
    var imported =
        files.imported(
            "[program:p]\ncommand = p\nautorestart = true\nstartsecs = 0\nstartretries = 7\n");
    assertThat(restart(files.load(imported).specs().getFirst()).attempts()).isEmpty();
    assertThat(imported.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.instead()).contains("no start has failed"));
  }

  // Who runs it.

  @Test
  void usersMasksAndDescriptorsAreThoseOfTheFile() throws IOException {
    var specs =
        files
            .load(
                files.imported(
                    """
                    [supervisord]
                    user = app
                    umask = 27
                    minfds = 4096
                    [program:a]
                    command = a
                    [program:b]
                    command = b
                    user = 1000
                    umask = 0
                    """))
            .specs();
    var first = specs.getFirst().launch();
    assertThat(first.user()).contains("app");
    assertThat(first.umask()).hasValue(027);
    assertThat(first.rlimits().get(Rlimit.NOFILE)).isEqualTo(new Rlimit.Range(4096, 4096));
    var second = specs.getLast().launch();
    assertThat(second.user()).contains("1000");
    assertThat(second.umask()).hasValue(0);
  }

  @Test
  void aSocketOfFastCgiIsOneOfTheLauncher() throws IOException {
    var specs =
        files
            .load(
                files.imported(
                    """
                    [fcgi-program:tcp]
                    command = php-cgi -x
                    socket = tcp://localhost:9000
                    socket_backlog = 50
                    [fcgi-program:unix]
                    command = php-cgi
                    socket = unix:///run/%(program_name)s.sock
                    numprocs = 3
                    process_name = %(program_name)s_%(process_num)d
                    """))
            .specs();
    assertThat(specs).extracting(ProcessSpec::name).containsExactly("tcp", "unix_0");
    assertThat(specs.getFirst().ports()).containsEntry("fcgi", 9000);
    assertThat(specs.getFirst().launch().sockets())
        .containsExactly(new ListenSocket.Tcp("fcgi", "fcgi", "localhost", 50));
    assertThat(specs.getFirst().command().argv()).endsWith("sh", "php-cgi", "-x");
    assertThat(specs.getLast().launch().sockets())
        .singleElement()
        .isInstanceOfSatisfying(
            ListenSocket.Unix.class,
            socket -> assertThat(socket.path()).isEqualTo("/run/unix.sock"));
  }
}
