package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.InvalidSpecException;
import dev.procman.LaunchException;
import dev.procman.ManagedProcess;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Files written before a start, directories that all generations share, ports of other processes.
class FilesAndDataTest extends EngineTest {

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static Path printedPath(ManagedProcess process, int line) {
    await().atMost(LIMIT).until(() -> process.output().lineCount() > line);
    return Path.of(said(process.output().lines()).get(line));
  }

  // Files.

  @Test
  void aFileIsWrittenBeforeTheStartWithItsTemplatesFilledIn() throws Exception {
    var spec =
        ProcessSpec.named("app")
            .command("cat", "${dir.etc}/conf.d/${name}.conf")
            .file("${dir.etc}/conf.d/${name}.conf", "port=${port.http}\nprice=5$$\nkey=ä")
            .port("http")
            .build();
    var process = manager.start(spec);
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    assertThat(said(process.output().lines()))
        .containsExactly("port=" + process.port("http"), "price=5$", "key=ä");
  }

  @Test
  void aRelativeFileIsInTheWorkingDirectoryAndForThisUserOnly() throws Exception {
    Files.writeString(temp.resolve("app.conf"), "an older one");
    Files.setPosixFilePermissions(
        temp.resolve("app.conf"), PosixFilePermissions.fromString("rw-r--r--"));
    var process =
        manager.start(
            sh("app", "cat app.conf sub/more.conf")
                .directory(temp)
                .file("app.conf", "fresh\n")
                .file("sub/more.conf", "more\n")
                .build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    assertThat(said(process.output().lines())).containsExactly("fresh", "more");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("app.conf"))))
        .isEqualTo("rw-------");
    try (Stream<Path> all = Files.list(temp)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("app.conf", "sub", "state");
    }
  }

  @Test
  void aFileIsWrittenAnewBeforeEachStart() throws Exception {
    var process =
        manager.start(
            sh("app", "cat app.conf; echo spoiled > app.conf; exec sleep 1000")
                .directory(temp)
                .file("app.conf", "as it should be\n")
                .build());
    awaitLine(process, "as it should be");
    process.restart();
    awaitEvents(ProcessEvent.ProcessStarted.class, "app", 2);
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 2);
    assertThat(said(process.output().lines())).containsOnly("as it should be");
  }

  @Test
  void aFileThatCannotBeWrittenFailsTheStartAndIsNamed() throws Exception {
    Files.createFile(temp.resolve("file"));
    var process = manager.start(sh("app", "true").file(temp + "/file/app.conf", "any").build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .hasMessageContaining(temp + "/file/app.conf")
        .cause()
        .isInstanceOfSatisfying(
            LaunchException.class,
            failure ->
                assertThat(failure.reason()).isEqualTo(LaunchException.Reason.PREPARATION_FAILED));
    process.remove();
    var unknown = manager.start(sh("app", "true").file("a", "${port.none}").build());
    assertThatThrownBy(() -> unknown.awaitReady(LIMIT))
        .hasMessageContainingAll("files.a", "there is no variable for '${port.none}'");
    assertThatThrownBy(() -> sh("app", "true").file(" ", "any").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("files");
  }

  @Test
  void anotherFileNeedsARestart() throws Exception {
    var spec = sh("app", "cat app.conf; exec sleep 1000").directory(temp);
    var process = manager.start(spec.file("app.conf", "one\n").build());
    awaitLine(process, "one");
    assertThat(process.update(spec.file("app.conf", "two\n").build())).isTrue();
    awaitLine(process, "two");
  }

  // Directories of the process.

  @Test
  void aDataDirectoryIsSharedByAllGenerationsAndDeletedWithTheProcess() throws Exception {
    var process =
        manager.start(
            sh("db", "pwd; ls; touch row.$$; echo written; exec sleep 1000")
                .directory("${data.rows}")
                .build());
    var data = printedPath(process, 0);
    awaitLine(process, "written");
    process.restart();
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 5);
    assertThat(printedPath(process, 2)).isEqualTo(data);
    assertThat(said(process.output().lines()).get(3)).startsWith("row.");
    process.stop();
    assertThat(data).isDirectory();
    process.remove();
    assertThat(data).doesNotExist();
  }

  @Test
  void theDataOfAProcessWhoseLastGenerationFailedAreKeptAndNamed() throws Exception {
    var process = manager.start(sh("db", "touch clue; exit 3").directory("${data.rows}").build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    var kept = process.awaitExit(LIMIT).keptDirectories();
    assertThat(kept).hasSize(1);
    try {
      process.remove();
      assertThat(kept.getFirst().resolve("clue")).exists();
    } finally {
      delete(kept.getFirst());
    }
  }

  @Test
  void theDataOfAProcessThatRecoveredAreDeletedWithIt() throws Exception {
    var process =
        manager.start(
            sh("db", "pwd; [ -e been ] && exec sleep 1000; touch been; exit 3")
                .directory("${data.rows}")
                .restart(RestartPolicy.always().backoff(Backoff.none()))
                .build());
    awaitEvents(ProcessEvent.ProcessStarted.class, "db", 2);
    var data = printedPath(process, 1);
    process.remove();
    assertThat(data).doesNotExist();
  }

  @Test
  void directoriesAreKeptOnRequestAlsoAfterASuccess() throws Exception {
    var process =
        manager.start(sh("app", "echo ${dir.a}; echo ${data.b}; exec sleep 1000").build());
    var a = printedPath(process, 0);
    var b = printedPath(process, 1);
    try {
      assertThat(process.keepDirectories()).containsExactlyInAnyOrder(a, b);
      assertThat(process.stop().orElseThrow().keptDirectories()).containsExactlyInAnyOrder(a, b);
      process.remove();
      assertThat(a).isDirectory();
      assertThat(b).isDirectory();
    } finally {
      delete(a);
      delete(b);
    }
  }

  // Ports of other processes.

  @Test
  void thePortOfAnotherProcessIsKnownOnceItWasStarted() throws Exception {
    manager.register(ProcessSpecs.sleeper("db").port("sql").readyWithoutListening("sql").build());
    var app =
        manager.start(
            ProcessSpec.named("app")
                .command("cat", "app.conf")
                .directory(temp)
                .file("app.conf", "${port.db:sql}")
                .dependsOn("db")
                .build());
    app.awaitExit(LIMIT);
    assertThat(said(app.output().lines()))
        .containsExactly(String.valueOf(manager.get("db").port("sql")));
  }

  @Test
  void aPortThatAnotherProcessDoesNotHaveIsAnError() throws Exception {
    manager.register(ProcessSpecs.sleeper("idle").port("sql").build());
    for (String template :
        new String[] {"${port.idle:sql}", "${port.none:sql}", "${port.app:sql}"}) {
      var app = manager.start(ProcessSpec.named("app").command("echo", template).build());
      assertThatThrownBy(() -> app.awaitReady(Duration.ofSeconds(10)))
          .hasMessageContainingAll(
              "there is no variable for '" + template + "'", "port.<a started process>:<its port>");
      app.remove();
    }
  }
}
