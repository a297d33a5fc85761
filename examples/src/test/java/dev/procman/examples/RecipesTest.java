package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import dev.procman.ExitStatus;
import dev.procman.OutputLine;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.HealthCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each recipe of the README does what it says.
class RecipesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  private ProcessManager manager;
  private final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void openManager() {
    manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build();
    manager.events().subscribe(events::add);
  }

  @AfterEach
  void closeManagerAndFindNothingLeft() {
    manager.close();
    assertThat(events)
        .filteredOn(ProcessEvent.ProcessStarted.class::isInstance)
        .extracting(event -> ((ProcessEvent.ProcessStarted) event).pid())
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(temp.resolve(name), text);
  }

  @Test
  void theFirstStepsServeAPageAndLeaveNothing() throws Exception {
    file("index.html", "first steps");

    assertThat(FirstSteps.serve(temp)).isEqualTo("first steps");
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(child ->
            child.info().arguments().map(List::of).orElse(List.of()).contains(temp.toString()));
  }

  @Tag("long")
  @Test
  void theSupervisedWorkerIsRestartedAndAtTheLimitGivenUp() throws Exception {
    var pages = new CopyOnWriteArrayList<String>();
    var words = new CopyOnWriteArrayList<String>();
    manager.events().subscribe(event -> words.add(EventSwitch.words(event)));

    var worker =
        SupervisedWorker.run(manager, file("worker.py", "raise SystemExit(3)\n"), pages::add);
    worker.awaitState(LIMIT, ProcessState.CRASH_LOOP);

    assertThat(worker.restarts()).isEqualTo(4);
    await().atMost(LIMIT).until(() -> words.stream().anyMatch(text -> text.startsWith("needs")));
    assertThat(words)
        .anyMatch(text -> text.startsWith("started, pid "))
        .anyMatch(text -> text.startsWith("exit code 3"))
        .anyMatch(text -> text.matches("restarts in [\\d.]+ (ms|s)"));
    await().atMost(LIMIT).until(() -> pages.size() == 1);
    assertThat(pages.getFirst()).startsWith("worker: ").contains("restarted 4 times within");
  }

  @Test
  void theStopSequenceBeginsWithTheProgramsOwnWord() throws Exception {
    var program =
        file(
            "console.sh",
            """
            echo listening
            read -r word
            echo "was told to $word"
            [ "$word" = quit ] && exit 0
            exit 1
            """);
    var console = manager.start(Stopping.console(program));
    await().atMost(LIMIT).until(() -> console.output().lineCount() == 1);

    var report = console.stop().orElseThrow();

    assertThat(report.status()).contains(new ExitStatus.Exited(0));
    assertThat(report.lastLines()).extracting(OutputLine::text).contains("was told to quit");
  }

  @Test
  void dependenciesAreStartedInOrder() throws Exception {
    file("database.sh", "exec sleep 1000");
    file("migrate.sh", "exit 0");
    file("web.sh", "exec sleep 1000");

    Dependencies.run(manager, temp);

    await().atMost(LIMIT).until(() -> story().contains("web ready"));
    assertThat(story())
        .containsSubsequence(
            "database started",
            "database ready",
            "migration started",
            "migration completed",
            "web started",
            "web ready");
  }

  private List<String> story() {
    return events.stream()
        .map(event -> {
          String name = event.getClass().getSimpleName().substring("Process".length());
          return event.process() + " " + name.toLowerCase(java.util.Locale.ROOT);
        })
        .toList();
  }

  @Test
  void outputGoesToTheFilesThatAskForItAndInputComesFromAFile() throws Exception {
    var dump = file("dump.txt", "one\ntwo\n");

    LogFiles.importing(manager, dump, LogFiles.settings(temp)).awaitExit(LIMIT);

    var all = temp.resolve("all.log");
    await().atMost(LIMIT).until(() -> Files.exists(all) && Files.readAllLines(all).size() == 2);
    assertThat(Files.readAllLines(all))
        .anyMatch(line -> line.matches("\\S+Z import stdout 2"))
        .anyMatch(line -> line.endsWith(" import stderr done"));
    var errors = temp.resolve("import.err");
    await().atMost(LIMIT).until(() -> Files.exists(errors) && Files.size(errors) > 0);
    assertThat(Files.readAllLines(errors)).containsExactly("done");
  }

  @Test
  void outputGoesToTheFileTheMemoryAndTheFollower() throws Exception {
    var script = file("job.sh", "echo one; echo two >&2");

    var followed = OutputPlaces.run(manager, temp, script);
    manager.get("job").awaitExit(LIMIT);

    await().atMost(LIMIT).until(() -> followed.size() == 2);
    assertThat(followed).containsExactlyInAnyOrder("STDOUT one", "STDERR two");
    assertThat(manager.get("job").output().tail(2))
        .extracting(OutputLine::text)
        .containsExactlyInAnyOrder("one", "two");
    var log = temp.resolve("job.log");
    await()
        .atMost(LIMIT)
        .until(() ->
            Files.exists(log) && Files.readString(log).matches("(?s).*one.*two.*|.*two.*one.*"));
  }

  @Test
  void aNewSpecificationRestartsOnlyWhenItMust() throws Exception {
    var web =
        manager.start(
            ProcessSpec.named("web")
                .command("python3", "-m", "http.server", "${port.http}", "-d", temp.toString())
                .port("http")
                .ready(HealthCheck.of("GET /", () -> Http.isOk(manager.get("web").port("http"))))
                .build());
    web.awaitReady(LIMIT);

    assertThat(Reconfiguration.change(web)).containsExactly(false, true);

    web.awaitReady(LIMIT);
    assertThat(web.generation()).isEqualTo(2);
    assertThat(web.restarts()).isZero();
  }

  @Test
  void theHostsOwnCheckPolicyAndSinkAreAsked() throws Exception {
    var complaints = new CopyOnWriteArrayList<String>();
    var script = file("job.sh", "touch \"$1\"; echo no paper >&2; sleep 0.5; exit 4");

    var job = manager.start(Extending.job(script, temp.resolve("socket"), complaints));
    job.awaitReady(LIMIT);
    var end = job.awaitState(LIMIT, ProcessState.FAILED);

    assertThat(end.generation()).isEqualTo(2);
    assertThat(end.reason()).contains("it had its chance");
    await().atMost(LIMIT).until(() -> complaints.size() == 2);
    assertThat(complaints).containsOnly("job: no paper");
  }
}
