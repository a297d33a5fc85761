package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Diagnosis;
import dev.procman.InvalidSpecException;
import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.OutputLine;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.event.ProcessEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Scenarios 15 to 17.
class StartTest extends EngineTest {

  enum Impossible {
    A_COMMAND_THAT_IS_NOT_ON_THE_PATH(Reason.COMMAND_NOT_FOUND, "no-such-command-x", "PATH") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command("no-such-command-x");
      }
    },
    A_FILE_THAT_DOES_NOT_EXIST(Reason.COMMAND_NOT_FOUND, "nothing-here", "no such file") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command(temp.resolve("nothing-here").toString());
      }
    },
    A_FILE_THAT_MAY_NOT_BE_EXECUTED(Reason.NOT_EXECUTABLE, "plain.txt", "chmod +x") {
      @Override
      ProcessSpec.Builder spec(Path temp) throws Exception {
        var file = Files.writeString(temp.resolve("plain.txt"), "text");
        return ProcessSpec.named("it").command(file.toString());
      }
    },
    A_DIRECTORY_AS_PROGRAM(Reason.NOT_EXECUTABLE, "may not be executed") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command(temp.toString());
      }
    },
    A_SCRIPT_WHOSE_INTERPRETER_IS_MISSING(Reason.COMMAND_NOT_FOUND, "script", "interpreter") {
      @Override
      ProcessSpec.Builder spec(Path temp) throws Exception {
        var file = Files.writeString(temp.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return ProcessSpec.named("it").command(file.toString());
      }
    },
    A_WORKING_DIRECTORY_THAT_DOES_NOT_EXIST(
        Reason.BAD_DIRECTORY, "nowhere", "does not exist", "create it") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command("true").directory(temp.resolve("nowhere"));
      }
    },
    A_WORKING_DIRECTORY_THAT_IS_A_FILE(Reason.BAD_DIRECTORY, "file.txt", "is not a directory") {
      @Override
      ProcessSpec.Builder spec(Path temp) throws Exception {
        var file = Files.writeString(temp.resolve("file.txt"), "text");
        return ProcessSpec.named("it").command("true").directory(file);
      }
    },
    AN_ARGUMENT_OF_131072_BYTES(Reason.ARGUMENTS_TOO_LONG, "131071", "standard input") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command("true", "x".repeat(131_072));
      }
    },
    A_VARIABLE_OF_131072_BYTES(Reason.ARGUMENTS_TOO_LONG, "environment") {
      @Override
      ProcessSpec.Builder spec(Path temp) {
        return ProcessSpec.named("it").command("true").env("BIG", "x".repeat(131_072));
      }
    };

    final Reason reason;
    final String[] words;

    Impossible(Reason reason, String... words) {
      this.reason = reason;
      this.words = words;
    }

    abstract ProcessSpec.Builder spec(Path temp) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void aStartThatCannotSucceedSaysWhy(Impossible row) throws Exception {
    var process = manager.start(row.spec(temp).build());
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll(row.words)
        .cause()
        .isInstanceOfSatisfying(
            LaunchException.class, failure -> assertThat(failure.reason()).isEqualTo(row.reason));
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.pid()).isEmpty();
    var report = process.awaitExit(LIMIT);
    assertThat(report.status()).isEmpty();
    assertThat(report.pid()).isEqualTo(-1);
    assertThat(report.diagnosis().kind())
        .isIn(
            Diagnosis.Kind.COMMAND_NOT_FOUND,
            Diagnosis.Kind.NOT_EXECUTABLE,
            Diagnosis.Kind.LAUNCH_FAILED);
    assertThat(report.diagnosis().summary()).contains(row.words);
    awaitEvent(ProcessEvent.ProcessFailed.class, "it");
    assertThat(story("it")).containsExactly("Registered", "Starting", "Exited", "Failed");
    process.remove();
    assertThat(manager.find("it")).isEmpty();
  }

  @Test
  void aWorkingDirectoryThatVanishedBetweenTwoStartsIsNamed() throws Exception {
    var directory = Files.createDirectory(temp.resolve("brief"));
    var process =
        manager.start(ProcessSpec.named("it").command("true").directory(directory).build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    process.awaitState(LIMIT, ProcessState.COMPLETED);
    Files.delete(directory);
    process.start();
    assertThatThrownBy(() -> process.awaitReady(LIMIT)).hasMessageContaining(directory.toString());
    assertThat(process.awaitExit(LIMIT).diagnosis().summary()).contains("does not exist");
  }

  @Test
  void failedStartsLeaveNoDescriptorAndNoThread() throws Exception {
    // Once each before measuring: classes are loaded, the guard is started.
    failOnceEach();
    await().atMost(LIMIT).until(() -> procmanThreads() == 0);
    long descriptors = openDescriptors();
    for (int round = 0; round < 10; round++) {
      failOnceEach();
    }
    assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors + 5);
    await().atMost(LIMIT).until(() -> procmanThreads() == 0);
    assertThat(manager.processes()).isEmpty();
  }

  private void failOnceEach() throws Exception {
    for (var row : Impossible.values()) {
      var process = manager.start(row.spec(temp).build());
      process.awaitState(LIMIT, ProcessState.FAILED);
      process.remove();
    }
  }

  /// Platform threads that belong to single processes.
  private static long procmanThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("procman-(stdin|pump).*"))
        .count();
  }

  @Test
  void whatASpecificationCannotHoldIsNamedWhenItIsBuilt() {
    record Row(String field, Consumer<ProcessSpec.Builder> change) {}
    var rows =
        List.of(
            new Row("command", spec -> spec.command(List.of())),
            new Row("command", spec -> spec.command(" ")),
            new Row("command[1]", spec -> spec.command("echo", "a\0b")),
            new Row("shell", spec -> spec.shell("echo a\0b")),
            new Row("shell", spec -> spec.shell("")),
            new Row("environment.KEY", spec -> spec.env("KEY", "a\0b")),
            new Row("environment", spec -> spec.env("", "value")),
            new Row("environment", spec -> spec.env("A=B", "value")),
            new Row("environment", spec -> spec.env("A\0B", "value")),
            new Row("directory", spec -> spec.directory("a\0b")),
            new Row("name", spec -> spec.name("")),
            new Row("name", spec -> spec.name("a b")),
            new Row("name", spec -> spec.name("a/b")),
            new Row("name", spec -> spec.name("x".repeat(101))),
            new Row("successCodes", spec -> spec.successCodes(256)),
            new Row("startTimeout", spec -> spec.startTimeout(Duration.ZERO)),
            new Row("minimumUptime", spec -> spec.minimumUptime(Duration.ofMinutes(2))),
            new Row("ports.http", spec -> spec.port("http", 65_536)));
    for (var row : rows) {
      assertThatThrownBy(
              () -> {
                var spec = ProcessSpec.named("it").command("true");
                row.change().accept(spec);
                var _ = spec.build();
              })
          .as(row.field())
          .isInstanceOfSatisfying(
              InvalidSpecException.class,
              failure -> assertThat(failure.field()).isEqualTo(row.field()))
          .hasMessageNotContaining("\0");
    }
    assertThatThrownBy(() -> ProcessSpec.named("it").build())
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("command");
    assertThat(manager.processes()).isEmpty();
  }

  @Tag("long")
  @Test
  void anExitBeforeTheStartReturnsIsStillToldAfterTheStart() throws Exception {
    for (int run = 0; run < 300; run++) {
      String name = "brief" + run;
      manager.start(ProcessSpec.named(name).command("true").readyAfter(Duration.ZERO).build());
    }
    for (int run = 0; run < 300; run++) {
      String name = "brief" + run;
      awaitEvent(ProcessEvent.ProcessCompleted.class, name);
      assertThat(story(name))
          .containsExactly("Registered", "Starting", "Started", "Ready", "Exited", "Completed");
      var report = manager.get(name).awaitExit(LIMIT);
      assertThat(report.success()).isTrue();
      assertThat(report.pid()).isEqualTo(awaitEvent(ProcessEvent.ProcessStarted.class, name).pid());
    }
  }

  @Test
  void startsFromSixtyFourThreadsMakeOneGeneration() throws Exception {
    for (int run = 0; run < 20; run++) {
      String name = "one" + run;
      var process = manager.register(ProcessSpecs.sleeper(name).build());
      assertThat(
              fromThreads(
                  64,
                  () -> {
                    process.start();
                    return true;
                  }))
          .isEmpty();
      process.awaitReady(LIMIT);
      assertThat(process.generation()).isEqualTo(1);
      process.remove();
      awaitEvent(ProcessEvent.ProcessRemoved.class, name);
      assertThat(of(ProcessEvent.ProcessStarted.class, name)).hasSize(1);
    }
  }

  @Test
  void oneOfSixtyFourThreadsRegistersANameAndTheOthersAreTold() throws Exception {
    var spec = ProcessSpecs.sleeper("one").build();
    var won = new AtomicInteger();
    var failures =
        fromThreads(
            64,
            () -> {
              manager.start(spec);
              return won.incrementAndGet();
            });
    assertThat(won).hasValue(1);
    assertThat(failures)
        .hasSize(63)
        .allSatisfy(failure ->
            assertThat(failure)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("'one' is already registered"));
    manager.get("one").awaitReady(LIMIT);
    assertThat(of(ProcessEvent.ProcessStarted.class, "one")).hasSize(1);
  }

  @Test
  void aNameIsFreeAgainAfterARemoval() throws Exception {
    for (int run = 0; run < 100; run++) {
      var process = manager.start(ProcessSpecs.sleeper("again").build());
      process.awaitReady(LIMIT);
      process.remove();
      assertThatThrownBy(process::start)
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("was removed");
      process.remove();
      assertThat(process.stop()).isPresent();
    }
  }

  @Test
  void aClosedManagerRefusesAndSaysSo() {
    var process = manager.start(ProcessSpecs.sleeper("late").build());
    manager.close();
    manager.close();
    assertThatThrownBy(process::start)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> manager.start(ProcessSpecs.sleeper("later").build()))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> process.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class);
  }

  @Test
  void theVariablePwdIsTheWorkingDirectory() throws Exception {
    var process =
        manager.start(ProcessSpec.named("it").command("printenv", "PWD").directory(temp).build());
    assertThat(process.awaitExit(LIMIT).success()).isTrue();
    assertThat(process.output().lines()).extracting(OutputLine::text).contains(temp.toString());

    var other =
        manager.start(
            ProcessSpec.named("other")
                .command("printenv", "PWD")
                .directory(temp)
                .env("PWD", "mine")
                .build());
    assertThat(other.awaitExit(LIMIT).success()).isTrue();
    assertThat(other.output().lines()).extracting(OutputLine::text).contains("mine");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    manager.register(ProcessSpecs.sleeper("alpha").build());
    manager.register(ProcessSpecs.sleeper("beta").build());
    assertThatThrownBy(() -> manager.get("gamma"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("gamma")
        .hasMessageContaining("alpha, beta");
    assertThat(manager.find("gamma")).isEmpty();
    assertThat(manager.processes()).hasSize(2);
    assertThat(manager.snapshots()).extracting(now -> now.state()).containsOnly(ProcessState.NEW);
  }
}
