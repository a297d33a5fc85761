package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.LaunchException;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates in specifications, temporary directories and leased ports.
class TemplatesTest extends EngineTest {

  private List<String> run(ProcessSpec.Builder spec) throws Exception {
    var process = manager.start(spec.build());
    var report = process.awaitExit(LIMIT);
    assertThat(report.success()).as(report.describe()).isTrue();
    return said(process.output().lines());
  }

  @Test
  void allVariablesAreFilledInArguments() throws Exception {
    var said =
        run(
            ProcessSpec.named("it")
                .command(
                    "printf", "%s\\n", "${name}", "a-${port.http}-b", "${dir.data}", "${env.PATH}")
                .port("http", 0));
    assertThat(said).hasSize(4);
    assertThat(said.get(0)).isEqualTo("it");
    assertThat(said.get(1)).isEqualTo("a-" + manager.get("it").port("http") + "-b");
    assertThat(said.get(2)).startsWith(System.getProperty("java.io.tmpdir"));
    assertThat(said.get(3)).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void allVariablesAreFilledInTheEnvironment() throws Exception {
    var said =
        run(
            sh("it", "echo $WHO; echo $PORT; [ -d $DIR ] && echo is there; echo $HIS; echo $PRICE")
                .port("http", 0)
                .env("WHO", "I am ${name}")
                .env("PORT", "${port.http}")
                .env("DIR", "${dir.data}")
                .env("HIS", "${env.PATH}")
                .env("PRICE", "5$$ or $ 5"));
    assertThat(said)
        .containsExactly(
            "I am it",
            String.valueOf(manager.get("it").port("http")),
            "is there",
            System.getenv("PATH"),
            "5$ or $ 5");
  }

  @Test
  void allVariablesAreFilledInTheWorkingDirectory() throws Exception {
    assertThat(run(sh("it", "pwd; ls -a | wc -l").directory("${dir.work}")))
        .first()
        .asString()
        .startsWith(System.getProperty("java.io.tmpdir"));
    Files.createDirectory(temp.resolve("me"));
    assertThat(run(sh("me", "pwd").directory(temp + "/${name}")))
        .containsExactly(temp.resolve("me").toRealPath().toString());
    var dollar = Files.createDirectory(temp.resolve("a${name}$b"));
    assertThat(run(sh("path", "pwd").directory(dollar)))
        .containsExactly(dollar.toRealPath().toString());
  }

  @Test
  void oneDirectoryIsOneDirectoryWhereverItIsNamed() throws Exception {
    var said =
        run(
            ProcessSpec.named("it")
                .command("sh", "-c", "pwd; echo $D; echo ${dir.a}; echo ${dir.b}")
                .directory("${dir.a}")
                .env("D", "${dir.a}"));
    assertThat(said.subList(0, 3)).containsOnly(said.getFirst());
    assertThat(said.get(3)).isNotEqualTo(said.getFirst());
  }

  @Test
  void inAScriptTwoDollarSignsAreThePidOfItsShell() throws Exception {
    var process =
        manager.start(sh("it", "echo $$ ${name} $${HOME:+home}").env("HOME", "/").build());
    var report = process.awaitExit(LIMIT);
    assertThat(said(report.lastLines())).containsExactly(report.pid() + " it home");
  }

  @Test
  void aValueIsNotFilledInAgain() throws Exception {
    assertThat(run(ProcessSpec.named("it").command("echo", "$${name} $$$$ 100% $x $")))
        .containsExactly("${name} $$ 100% $x $");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${port.htpp}",
        "${nmae}",
        "${env.NO_SUCH_VARIABLE_X}",
        "${}",
        "${port.}",
        "${dir}",
        "${name"
      })
  void anUnknownVariableIsAnErrorThatListsTheKnown(String template) throws Exception {
    for (var spec :
        List.of(
            ProcessSpec.named("argument").command("echo", template),
            ProcessSpec.named("environment").command("true").env("A", template),
            ProcessSpec.named("directory").command("true").directory(template))) {
      var process = manager.start(spec.port("http").build());
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .isInstanceOf(ProcessNotReadyException.class)
          .hasMessageContainingAll("name, port.http, ", "dir.", "env.")
          .cause()
          .isInstanceOfSatisfying(
              LaunchException.class,
              failure ->
                  assertThat(failure.reason())
                      .isEqualTo(LaunchException.Reason.PREPARATION_FAILED));
      process.remove();
    }
    assertThat(of(ProcessEvent.ProcessStarted.class)).isEmpty();
  }

  // Temporary directories.

  @Test
  void temporaryDirectoriesAreDeletedAfterASuccess() throws Exception {
    var outside = Files.writeString(temp.resolve("outside"), "stays");
    var said =
        run(
            sh("it", "pwd; mkdir -p a/b; echo x > a/b/c; ln -s " + temp + " link; chmod 500 a")
                .directory("${dir.work}"));
    var directory = Path.of(said.getFirst());
    assertThat(manager.get("it").awaitExit(LIMIT).keptDirectories()).isEmpty();
    assertThat(directory).doesNotExist();
    assertThat(outside).exists();
  }

  @Test
  void temporaryDirectoriesAreDeletedAfterAStop() throws Exception {
    var process = manager.start(sh("it", "pwd; exec sleep 1000").directory("${dir.work}").build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    var directory = Path.of(process.output().lines().getFirst().text());
    assertThat(directory).isDirectory();
    process.stop();
    assertThat(directory).doesNotExist();
  }

  @Test
  void temporaryDirectoriesAreKeptAfterAFailureAndNamed() throws Exception {
    var process =
        manager.start(
            sh("it", "echo evidence > clue; exit 3")
                .directory("${dir.work}")
                .ready(HealthCheck.of("never", () -> false))
                .build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    var kept = process.awaitExit(LIMIT).keptDirectories();
    assertThat(kept).hasSize(1);
    var directory = kept.getFirst();
    try {
      assertThat(directory.resolve("clue")).hasContent("evidence");
      assertThatThrownBy(() -> process.awaitReady(LIMIT))
          .hasMessageContaining("kept: " + directory);
    } finally {
      Files.deleteIfExists(directory.resolve("clue"));
      Files.deleteIfExists(directory);
    }
  }

  @Test
  void eachGenerationHasDirectoriesOfItsOwn() throws Exception {
    var process = manager.start(sh("it", "pwd; exec sleep 1000").directory("${dir.work}").build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    process.restart();
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 2);
    var said = said(process.output().lines());
    assertThat(said).doesNotHaveDuplicates();
    assertThat(Path.of(said.get(0))).doesNotExist();
    assertThat(Path.of(said.get(1))).isDirectory();
  }

  @Test
  void aStopSequenceKnowsTheVariablesToo() throws Exception {
    var process =
        manager.start(
            sh("it", "echo up; while [ ! -e stop.it ]; do sleep 0.02; done; exit 0")
                .directory("${dir.work}")
                .stop(
                    StopSequence.kill()
                        .run(Duration.ofMinutes(1), "touch", "${dir.work}/stop.${name}"))
                .build());
    awaitLine(process, "up");
    assertThat(soon(() -> process.stop()).orElseThrow().success()).isTrue();
  }

  // Ports.

  @Test
  void aLeasedPortIsKeptOverRestartsAndDiffersFromOthers() throws Exception {
    var one =
        manager.start(
            ProcessSpecs.sleeper("one")
                .port("a")
                .port("b")
                .readyWithoutListening("a", "b")
                .build());
    var two =
        manager.start(ProcessSpecs.sleeper("two").port("a").readyWithoutListening("a").build());
    one.awaitReady(LIMIT);
    two.awaitReady(LIMIT);
    assertThat(List.of(one.port("a"), one.port("b"), two.port("a")))
        .doesNotHaveDuplicates()
        .allMatch(port -> port > 0 && port < 65_536);
    int port = one.port("a");
    one.restart();
    awaitEvents(ProcessEvent.ProcessReady.class, "one", 2);
    assertThat(one.port("a")).isEqualTo(port);
    assertThat(one.snapshot().ports()).containsOnlyKeys("a", "b");
    assertThatThrownBy(() -> one.port("c")).hasMessageContaining("'one' names");
    var idle = manager.register(ProcessSpecs.sleeper("idle").port("a").build());
    assertThatThrownBy(() -> idle.port("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not started yet");
  }

  @Test
  void aLeasedPortThatAnotherProgramTookIsReplacedWithoutCounting() throws Exception {
    var script =
        "if [ -e taken.${port.http} ]; then echo \"port ${port.http}: Address already in use\" >&2;"
            + " exit 1; fi; touch up.${port.http}; exec sleep 1000";
    var process = manager.register(sh("web", script).directory(temp).port("http").build());
    process.update(
        process.spec().toBuilder()
            .restart(RestartPolicy.always().limit(0, Duration.ofMinutes(1)).backoff(Backoff.none()))
            .ready(
                HealthCheck.of(
                    "is up",
                    () ->
                        Files.exists(temp.resolve("up." + process.snapshot().ports().get("http")))))
            .build());
    process.start();
    process.awaitReady(LIMIT);
    int first = process.port("http");
    process.stop();
    Files.delete(temp.resolve("up." + first));
    Files.createFile(temp.resolve("taken." + first));
    process.start();
    awaitEvents(ProcessEvent.ProcessReady.class, "web", 2);
    assertThat(process.port("http")).isNotEqualTo(first);
    assertThat(process.restarts()).isZero();
  }

  @Test
  void aLeasedPortIsFreeForTheChild() throws Exception {
    var process =
        manager.start(
            ProcessSpecs.sleeper("web").port("http").readyWithoutListening("http").build());
    process.awaitReady(LIMIT);
    try (var socket = new ServerSocket(process.port("http"), 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
    }
  }
}
