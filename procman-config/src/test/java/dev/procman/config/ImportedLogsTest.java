package dev.procman.config;

import static dev.procman.config.Imports.assertTold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ProcessManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Log files of other supervisors are those of procman: each stream's, with their rotation.
class ImportedLogsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));

  @TempDir Path directory;
  private Imports supervisord;
  private Imports compose;

  @BeforeEach
  void files() {
    supervisord =
        new Imports(directory.resolve("supervisord.conf"), ENVIRONMENT, Importer::supervisord);
    compose =
        new Imports(
            directory.resolve("process-compose.yaml"),
            ENVIRONMENT,
            (importer, file) -> importer.processCompose(file));
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(directory.resolve(file));
  }

  private void run(Project project) throws Exception {
    try (var manager =
        ProcessManager.builder().stateDirectory(directory.resolve("state")).build()) {
      manager.start(project.specs().getFirst()).awaitExit(Duration.ofSeconds(30));
    }
  }

  @Test
  void eachStreamOfSupervisordGoesToItsOwnFileWithItsOwnRotation() throws Exception {
    var imported =
        supervisord.imported(
            """
            [program:web]
            command = sh -c "echo out; echo err >&2"
            autorestart = false
            startretries = 0
            startsecs = 0
            stdout_logfile = out.log
            stdout_logfile_maxbytes = 2MB
            stdout_logfile_backups = 3
            stderr_logfile = err.log
            stderr_logfile_maxbytes = 0
            """);
    var project = supervisord.load(imported);
    var files = project.specs().getFirst().output().files();

    assertThat(imported.findings()).isEmpty();
    assertThat(files)
        .extracting(file -> file.streams().toString())
        .containsExactly("[STDOUT]", "[STDERR]");
    assertThat(files.getFirst().maxBytes()).isEqualTo(2 << 20);
    assertThat(files.getFirst().keep()).isEqualTo(3);
    assertThat(files.getLast().maxBytes()).isGreaterThan(1L << 39);
    run(project);
    assertThat(lines("out.log")).containsExactly("out");
    assertThat(lines("err.log")).containsExactly("err");
  }

  @Test
  void oneFileOfSupervisordGetsOneStreamUnlessItIsToldToGetBoth() throws Exception {
    assertThat(
            supervisord
                .spec(
                    """
                    [program:web]
                    command = web
                    stdout_logfile = /x/out.log
                    """)
                .output()
                .files())
        .singleElement()
        .satisfies(file -> assertThat(file.streams()).hasToString("[STDOUT]"));
    for (var both : List.of("redirect_stderr = true", "stderr_logfile = /x/out.log")) {
      assertThat(
              supervisord
                  .spec("[program:web]\ncommand = web\nstdout_logfile = /x/out.log\n" + both + "\n")
                  .output()
                  .files())
          .singleElement()
          .satisfies(file -> assertThat(file.streams()).hasSize(2));
    }
  }

  @Test
  void rotationOfProcessComposeIsByAgeSizeAndCompressed() throws Exception {
    var imported =
        compose.imported(
            """
            processes:
              web:
                command: echo out
                shutdown: {timeout_seconds: 1}
                log_location: web.log
                log_configuration:
                  rotation: {max_size_mb: 3, max_backups: 4, max_age_days: 5, compress: true}
                  add_timestamp: true
                  no_metadata: false
            """);
    var project = compose.load(imported);

    assertThat(imported.findings()).isEmpty();
    assertThat(project.specs().getFirst().output().files())
        .singleElement()
        .satisfies(file -> {
          assertThat(file.maxBytes()).isEqualTo(3 << 20);
          assertThat(file.keep()).isEqualTo(4);
          assertThat(file.keepFor()).isEqualTo(Duration.ofDays(5));
          assertThat(file.compress()).isTrue();
          assertThat(file.streams()).hasSize(2);
        });
    run(project);
    assertThat(lines("web.log")).singleElement().asString().matches("\\d{4}-\\S+ \\S*web\\S* out");
  }

  @Test
  void rotationOfProcessComposeWithoutNumbersKeepsAllOfHundredMegabytes() throws Exception {
    var files =
        compose
            .spec(
                """
                processes:
                  web: {command: web, log_location: web.log, log_configuration: {rotation: {compress: false}}}
                """)
            .output()
            .files();

    assertThat(files)
        .singleElement()
        .satisfies(file -> {
          assertThat(file.maxBytes()).isEqualTo(100 << 20);
          assertThat(file.keep()).isEqualTo(10_000);
          assertThat(file.compress()).isFalse();
        });
  }

  private List<String> launched(String keys) throws IOException {
    return supervisord
        .spec("[fcgi-program:web]\ncommand = cat\nsocket = unix://" + directory + "/s\n" + keys)
        .command()
        .argv();
  }

  /// What `${name}` and the like would be filled in to at a start: here there is only `$$`.
  private int run(List<String> templates) throws Exception {
    var argv = new ArrayList<>(List.of("/bin/sh", "-c", "exec 3</dev/null; exec \"$@\"", "sh"));
    templates.forEach(each -> argv.add(each.replace("$$", "$")));
    var process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void aSocketOfFastCgiHasItsOwnerAndModeBeforeTheProgramGetsIt() throws Exception {
    var socket = directory.resolve("s");
    var me = Files.getOwner(directory).getName();
    for (var mode : Map.of("", "rwx------", "socket_mode = 0660\n", "rw-rw----").entrySet()) {
      Files.deleteIfExists(socket);
      Files.createFile(socket);

      assertThat(run(launched(mode.getKey() + "socket_owner = " + me + "\n"))).isZero();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo(mode.getValue());
    }
    assertThat(run(launched("socket_owner = nobody-of-that-name\n"))).isNotZero();
  }

  @Test
  void whatCannotBeDoneWithASocketOfFastCgiIsTold() throws Exception {
    var key = "fcgi-program:web.socket_owner";
    assertTold(
        supervisord.imported(
            "[fcgi-program:web]\ncommand = x\nsocket = tcp://localhost:1\nsocket_owner = me\n"),
        key,
        "neither owner nor mode");
    assertTold(
        supervisord.imported(
            "[fcgi-program:web]\ncommand = x\nuser = www\nsocket = unix:///x\nsocket_owner = me\n"),
        key,
        "belongs to the host's user");
    assertTold(
        supervisord.imported(
            "[fcgi-program:web]\ncommand = x\nsocket = unix:///x\nsocket_mode = 99\n"),
        "fcgi-program:web.socket_mode",
        "no octal number");
  }
}
