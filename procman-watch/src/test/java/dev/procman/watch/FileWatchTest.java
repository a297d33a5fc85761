package dev.procman.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.Desired;
import dev.procman.ManagedProcess;
import dev.procman.OutputLine;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RotatingFile;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import dev.procman.watch.WatchEvent.ChangeApplied;
import dev.procman.watch.WatchEvent.ChangeFailed;
import dev.procman.watch.WatchEvent.FilesChanged;
import dev.procman.watch.WatchEvent.RolledBack;
import dev.procman.watch.WatchEvent.WatchFailed;
import dev.procman.watch.WatchEvent.WatchResumed;
import dev.procman.watch.WatchEvent.WatchStarted;
import dev.procman.watch.WatchEvent.WatchSuspended;
import dev.procman.watch.WatchEvent.WatchTroubled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real processes whose files change.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofMillis(150);

  @TempDir Path temp;
  private Path tree;
  private Path program;
  private ProcessManager manager;
  private final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws IOException {
    tree = Files.createDirectory(temp.resolve("tree"));
    program = tree.resolve("program.sh");
    Files.writeString(program, GOOD);
    manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build();
    var _ = manager.events().subscribe(events::add);
  }

  @AfterEach
  void close() {
    manager.close();
    await().atMost(LIMIT).until(() -> Notices.shared().count() == 0);
  }

  /// Prints that it is there, and the same at a HUP.
  private static final String GOOD =
      "trap 'echo reloaded' HUP; echo up; while :; do sleep 0.05; done";

  private static final String BAD = "echo broken; exit 3";

  private FileWatch watch() {
    return FileWatch.of(tree).debounce(QUIET);
  }

  private ProcessSpec.Builder app(FileWatch watch) {
    return ProcessSpec.named("app")
        .command("sh", program.toString())
        .minimumUptime(Duration.ofMillis(100))
        .restart(RestartPolicy.never())
        .with(watch);
  }

  /// Running, and watched.
  private ManagedProcess start(ProcessSpec.Builder spec) throws InterruptedException {
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    awaitEvents(WatchStarted.class, 1);
    return process;
  }

  private <E extends ProcessEvent> List<E> all(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <E extends ProcessEvent> E awaitEvents(Class<E> type, int count) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(all(type)).as("of %s", words()).hasSize(count));
    return all(type).getLast();
  }

  @Test
  void aDirectoryThatIsNotThereIsToldAlsoToThoseWhoHearNoEvents() throws Exception {
    var logged = new CopyOnWriteArrayList<String>();
    var log = Logger.getLogger("procman.watch");
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getLevel() + " " + record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var missing = temp.resolve("claases");
    log.addHandler(handler);
    log.setUseParentHandlers(false);
    try {
      start(app(FileWatch.of(missing)));
    } finally {
      log.removeHandler(handler);
      log.setUseParentHandlers(true);
    }
    assertThat(logged).containsExactly("WARNING app: " + missing + " is not there; waiting for it");
  }

  private List<String> words() {
    return events.stream()
        .map(event -> event.getClass().getSimpleName() + ": " + event.meta().cause())
        .toList();
  }

  private int count;

  private void save() throws IOException {
    Files.writeString(tree.resolve("lib.sh"), "# save " + count++);
  }

  @Test
  void aChangeIsOneRestartThatIsToldWithItsFilesAndNotCounted() throws Exception {
    var process = start(app(watch()));
    for (int i = 0; i < 500; i++) {
      save();
    }
    awaitEvents(ChangeApplied.class, 1);
    var changed = awaitEvents(FilesChanged.class, 1);
    assertThat(changed.changes()).containsExactly(Recorder.created(tree.resolve("lib.sh")));
    assertThat(changed.count()).isEqualTo(1);
    assertThat(changed.meta().cause()).contains("lib.sh");
    assertThat(process.generation()).isEqualTo(2);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.restarts()).isZero();
    assertThat(process.why()).anyMatch(decision -> decision.toString().contains("lib.sh"));

    save();
    awaitEvents(ChangeApplied.class, 2);
    assertThat(process.generation()).isEqualTo(3);
  }

  @Test
  void editsDuringARestartMakeExactlyOneMore() throws Exception {
    var gate = temp.resolve("gate");
    Files.writeString(gate, "");
    var process =
        start(
            app(watch())
                .minimumUptime(Duration.ZERO)
                .ready(HealthCheck.of("gate is open", () -> Files.exists(gate))));
    Files.delete(gate);
    save();
    awaitEvents(ProcessEvent.ProcessStarted.class, 2);
    for (int i = 0; i < 20; i++) {
      save();
      Files.writeString(tree.resolve("other" + i), "x");
    }
    // The start that they overtook is cut short: it is one of files that are not the latest.
    awaitEvents(ProcessEvent.ProcessStarted.class, 3);
    assertThat(all(ChangeApplied.class)).isEmpty();
    Files.writeString(gate, "");
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.generation()).isEqualTo(3);
    assertThat(all(FilesChanged.class)).hasSize(2);
    assertThat(all(FilesChanged.class).getLast().count()).isEqualTo(21);
    assertThat(all(ChangeFailed.class)).isEmpty();
  }

  @Test
  void aStartThatHangsIsCutShortByTheNextChangeAndByNoTouch() throws Exception {
    var gate = new AtomicBoolean(true);
    var process =
        start(
            app(watch().stayDownOnFailure())
                .startTimeout(Duration.ofMinutes(10))
                .minimumUptime(Duration.ZERO)
                .ready(HealthCheck.of("gate is open", gate::get)));
    gate.set(false);
    Files.writeString(program, "sleep 1000");
    awaitEvents(ProcessEvent.ProcessStarted.class, 2);
    Shell.run(tree, "touch program.sh");
    Files.writeString(tree.resolve("swap.tmp"), "no change either");
    Files.writeString(program, GOOD.replace("up", "nearly"));
    awaitEvents(ProcessEvent.ProcessStarted.class, 3);
    Files.writeString(program, GOOD);
    awaitEvents(ProcessEvent.ProcessStarted.class, 4);
    gate.set(true);
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.generation()).isEqualTo(4);
    assertThat(all(FilesChanged.class)).hasSize(3);
    assertThat(all(ChangeFailed.class)).isEmpty();
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void editsDuringAStopMakeOneMoreRestart() throws Exception {
    Files.writeString(program, "trap 'sleep 1; exit' TERM; " + GOOD);
    var process = start(app(watch()));
    Files.writeString(program, GOOD);
    awaitEvents(FilesChanged.class, 1);
    process.awaitState(LIMIT, ProcessState.STOPPING);
    save();
    awaitEvents(FilesChanged.class, 2);
    await().atMost(LIMIT).until(() -> process.generation() == 3);
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(3);
  }

  @Test
  void aStartThatWasCutShortIsFollowedByAnotherThoughTheChangeWasTakenBack() throws Exception {
    var other = tree.resolve("other");
    Files.writeString(other, "one");
    Files.writeString(
        program, "trap 'while ! [ -e " + temp + "/go ]; do sleep 0.02; done; exit' TERM; " + GOOD);
    var seen = new CopyOnWriteArrayList<Path>();
    var process =
        start(
            app(
                watch()
                    .when(change -> {
                      seen.add(change.path());
                      return true;
                    })));
    save();
    process.awaitState(LIMIT, ProcessState.STOPPING);
    Files.writeString(other, "two");
    await().atMost(LIMIT).until(() -> seen.contains(other));
    Files.writeString(other, "one");
    Files.writeString(temp.resolve("go"), "");
    // Nobody waits for the start that was cut short, so there must be one that is waited for.
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aProcessThatWasLeftDownIsNotRevivedOnceSomebodyHasStoppedIt() throws Exception {
    var process = start(app(watch().stayDownOnFailure()));
    Files.writeString(program, BAD);
    awaitEvents(ChangeFailed.class, 1);
    await().atMost(LIMIT).until(() -> process.snapshot().desired() == Desired.DOWN);
    var _ = process.stop();
    Files.writeString(program, GOOD + "\n");
    awaitEvents(FilesChanged.class, 2);
    // The next is told only when that one is done with.
    save();
    awaitEvents(FilesChanged.class, 3);
    assertThat(process.generation()).isEqualTo(2);
    assertThat(process.state()).isNotEqualTo(ProcessState.RUNNING);
    process.start();
    process.awaitReady(LIMIT);
  }

  @Test
  void aProcessThatSomebodyStoppedIsNotRevived() throws Exception {
    var process = start(app(watch()));
    process.stop();
    save();
    awaitEvents(FilesChanged.class, 1);
    process.start();
    process.awaitReady(LIMIT);
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.generation()).isEqualTo(3);
  }

  @Test
  void aProcessThatWasNeverStartedIsNotStarted() throws Exception {
    var process = manager.register(app(watch()).build());
    awaitEvents(WatchStarted.class, 1);
    save();
    awaitEvents(FilesChanged.class, 1);
    process.start();
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aProcessThatEndedByItselfIsStartedByTheNextChange() throws Exception {
    var process = start(app(watch()));
    Files.writeString(program, BAD);
    var failed = awaitEvents(ChangeFailed.class, 1);
    assertThat(failed.reason()).contains("app").contains("broken").contains("exit code 3");
    process.awaitState(LIMIT, ProcessState.FAILED);
    Files.writeString(program, GOOD + "\n");
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
  }

  static List<RestartPolicy> policies() {
    return List.of(RestartPolicy.never(), RestartPolicy.always());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void itStaysDownAfterAFailureUntilTheNextChangeIfThatIsAsked(RestartPolicy policy)
      throws Exception {
    var process = start(app(watch().stayDownOnFailure()).restart(policy));
    Files.writeString(program, BAD);
    awaitEvents(ChangeFailed.class, 1);
    await().atMost(LIMIT).until(() -> process.snapshot().desired() == Desired.DOWN);
    Files.writeString(program, GOOD + "\n");
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    // Left down once does not mean that a later stop is not meant.
    process.stop();
    save();
    awaitEvents(FilesChanged.class, 3);
    assertThat(process.state()).isEqualTo(ProcessState.STOPPED);
  }

  @Test
  void aFailedChangeIsRolledBackIfThatIsAsked() throws Exception {
    Files.writeString(tree.resolve("kept"), "kept");
    Files.createDirectory(tree.resolve("sub"));
    Files.writeString(tree.resolve("sub/deleted"), "deleted");
    // A shell may be interrupted between its commands, and all of them are to be one change.
    var process = start(app(watch().debounce(Duration.ofSeconds(2)).rollBackOnFailure()));
    Shell.run(tree, "echo x > new; rm -r sub; echo '" + BAD + "' > p; mv p program.sh");
    var rolledBack = awaitEvents(RolledBack.class, 1);
    assertThat(rolledBack.ready()).isTrue();
    assertThat(rolledBack.files())
        .containsExactly(tree.resolve("new"), program, tree.resolve("sub/deleted"));
    assertThat(Files.readString(program)).isEqualTo(GOOD);
    assertThat(tree.resolve("new")).doesNotExist();
    assertThat(Files.readString(tree.resolve("sub/deleted"))).isEqualTo("deleted");
    assertThat(process.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(process.generation()).isEqualTo(3);

    // What was written back was no change, and what comes now is one, and good afterwards.
    Files.writeString(program, GOOD + "\n# better");
    awaitEvents(ChangeApplied.class, 1);
    assertThat(all(FilesChanged.class)).hasSize(2);
    assertThat(process.generation()).isEqualTo(4);
    Files.writeString(program, BAD);
    awaitEvents(RolledBack.class, 2);
    assertThat(Files.readString(program)).isEqualTo(GOOD + "\n# better");
  }

  @Test
  void filesThatBecameDirectoriesAndTheOtherWayRoundAreRolledBackToo() throws Exception {
    Shell.run(tree, "echo conf > conf; mkdir -p d/e; echo f > d/e/f");
    // A shell may be interrupted between its commands, and all of them are to be one change.
    var process = start(app(watch().debounce(Duration.ofSeconds(2)).rollBackOnFailure()));
    Shell.run(
        tree,
        "rm -r conf d; mkdir -p conf/empty; echo x > conf/x; echo x > d; echo '"
            + BAD
            + "' > p.tmp; mv p.tmp program.sh");
    assertThat(awaitEvents(RolledBack.class, 1).ready()).isTrue();
    assertThat(Files.readString(tree.resolve("conf"))).isEqualTo("conf\n");
    assertThat(Files.readString(tree.resolve("d/e/f"))).isEqualTo("f\n");
    // What was written back was no change.
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(all(FilesChanged.class)).hasSize(2);
    assertThat(process.generation()).isEqualTo(4);
  }

  @Test
  void moreThanMayBeCopiedIsToldAndNotRolledBack() throws Exception {
    var process = start(app(watch().otherwise(new OnFailure.RollBack(10))));
    var troubled = awaitEvents(WatchTroubled.class, 1);
    assertThat(troubled.trouble().kind()).isEqualTo(WatchTrouble.Kind.NO_COPY);
    Files.writeString(program, BAD);
    awaitEvents(ChangeFailed.class, 1);
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(Files.readString(program)).isEqualTo(BAD);
  }

  @Test
  void aProcessThatChangesItsOwnFilesIsSuspendedUntilSomebodyStartsIt() throws Exception {
    Files.writeString(program, "date +%s%N > state.txt; " + GOOD);
    var process = start(app(watch().mostRestarts(3, Duration.ofMinutes(5))).directory(tree));
    var suspended = awaitEvents(WatchSuspended.class, 1);
    assertThat(suspended.files()).containsExactly(tree.resolve("state.txt"));
    assertThat(suspended.restarts()).isEqualTo(3);
    assertThat(process.generation()).isEqualTo(4);
    int told = all(FilesChanged.class).size();
    save();
    awaitEvents(FilesChanged.class, told + 1);
    assertThat(process.generation()).isEqualTo(4);

    Files.writeString(program, GOOD);
    awaitEvents(FilesChanged.class, told + 2);
    process.restart();
    process.awaitReady(LIMIT);
    assertThat(process.generation()).isEqualTo(5);
    save();
    awaitEvents(WatchResumed.class, 1);
    awaitEvents(ChangeApplied.class, 4);
    assertThat(process.generation()).isEqualTo(6);
  }

  @Test
  void theProcesssOwnFilesDoNotCount() throws Exception {
    Files.writeString(
        program,
        "echo '$$' > scratch; i=0; " + GOOD.replace("sleep", "i=$((i+1)); echo $i; sleep"));
    var log = tree.resolve("logs/${name}.txt");
    var process =
        start(
            app(watch().exclude("scratch"))
                .directory(tree)
                .file("conf/app.conf", "port=${port.http}")
                .port("http")
                .readyWithoutListening("http")
                .output(
                    OutputSettings.ofDefaults()
                        .toFile(RotatingFile.at(log).maxBytes(1024).keep(50))));
    await().atMost(LIMIT).until(() -> Files.exists(tree.resolve("logs/app.txt")));
    assertThat(tree.resolve("conf/app.conf")).exists();
    // It has written its log since; the next change that is told is not that.
    await().atMost(LIMIT).until(() -> Files.size(tree.resolve("logs/app.txt")) > 20);
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(all(FilesChanged.class))
        .singleElement()
        .satisfies(changed ->
            assertThat(changed.changes())
                .containsExactly(Recorder.created(tree.resolve("lib.sh"))));
    assertThat(process.generation()).isEqualTo(2);
  }

  @Test
  void theManagersStateMayLieInTheTree() throws Exception {
    manager.close();
    events.clear();
    manager = ProcessManager.builder().stateDirectory(tree.resolve("state")).build();
    var _ = manager.events().subscribe(events::add);
    var process = start(app(watch()).port("http").readyWithoutListening("http"));
    save();
    awaitEvents(ChangeApplied.class, 1);
    save();
    awaitEvents(ChangeApplied.class, 2);
    assertThat(all(FilesChanged.class))
        .hasSize(2)
        .allSatisfy(changed ->
            assertThat(changed.changes())
                .extracting(FileChange::path)
                .containsExactly(tree.resolve("lib.sh")));
    assertThat(process.generation()).isEqualTo(3);
  }

  @Test
  void ownFilesAreLogsWrittenFilesAndTemporaryDirectories() {
    var spec =
        ProcessSpec.named("app")
            .command("true")
            .directory(tree)
            .file("etc/${name}.conf", "")
            .output(OutputSettings.ofDefaults().toFile(RotatingFile.at(tree.resolve("out.txt"))))
            .build();
    var own = new OwnFiles(spec, temp.resolve("state"));
    var system = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    assertThat(
            List.of(
                tree.resolve("out.txt"),
                tree.resolve("out.txt.12"),
                tree.resolve("etc/app.conf"),
                system.resolve("procman-app-1-etc-123")))
        .allMatch(own);
    assertThat(
            List.of(
                tree.resolve("out.txt.old"),
                tree.resolve("sub/out.txt"),
                tree.resolve("etc/web.conf"),
                system.resolve("x/procman-app")))
        .noneMatch(own);
  }

  @Test
  void ownFilesAreKnownAlsoWhereALinkLeadsToThem() throws Exception {
    Shell.run(temp, "mkdir tree/etc tree/logs; ln -s tree link");
    var spec =
        ProcessSpec.named("app")
            .command("true")
            .directory(tree)
            .file("etc/app.conf", "")
            .output(
                OutputSettings.ofDefaults().toFile(RotatingFile.at(tree.resolve("logs/out.txt"))))
            .build();
    var own = new OwnFiles(spec, temp.resolve("state"));
    var link = temp.resolve("link");
    assertThat(List.of("logs/out.txt", "logs/out.txt.1", "etc/app.conf"))
        .allMatch(name -> own.test(link.resolve(name)));
    assertThat(List.of("etc/out.txt", "logs/app.conf", "logs"))
        .noneMatch(name -> own.test(link.resolve(name)));
  }

  @Test
  void aSignalIsSentInPlaceOfARestart() throws Exception {
    var process = start(app(watch().signal(Signal.HUP)));
    save();
    awaitEvents(ChangeApplied.class, 1);
    await()
        .atMost(LIMIT)
        .until(() ->
            process.output().tail(10).stream().map(OutputLine::text).toList().contains("reloaded"));
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void aCommandIsRunInPlaceOfARestart() throws Exception {
    var process =
        start(
            app(watch().run("sh", "-c", "test \"$PORT\" = ${port.http} && echo $MODE >> ../ran"))
                .directory(tree)
                .port("http")
                .readyWithoutListening("http")
                .env("PORT", "${port.http}")
                .env("MODE", "fast"));
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(Files.readString(temp.resolve("ran"))).isEqualTo("fast\n");
    Files.createDirectory(temp.resolve("ran2"));
    Files.delete(temp.resolve("ran"));
    Files.createDirectory(temp.resolve("ran"));
    save();
    assertThat(awaitEvents(ChangeFailed.class, 1).reason()).contains("app-on-change");
    assertThat(process.generation()).isEqualTo(1);
    process.remove();
    await().atMost(LIMIT).until(() -> manager.find("app-on-change").isEmpty());
  }

  @Test
  void severalWatchesOfOneProcessMayEachRunACommand() throws Exception {
    var first = watch().include("*.css").run("touch", temp.resolve("first").toString());
    var second = watch().include("*.html").run("touch", temp.resolve("second").toString());
    var process = manager.start(app(first).with(second).build());
    process.awaitReady(LIMIT);
    awaitEvents(WatchStarted.class, 2);
    Files.writeString(tree.resolve("a.css"), "x");
    Files.writeString(tree.resolve("a.html"), "x");
    awaitEvents(ChangeApplied.class, 2);
    assertThat(temp.resolve("first")).exists();
    assertThat(temp.resolve("second")).exists();
    assertThat(all(WatchFailed.class)).isEmpty();
  }

  @Test
  void aCommandThatMakesFilesAnewAsTheyWereIsNotRunForEver() throws Exception {
    var made = tree.resolve("made");
    Files.writeString(made, "x\n");
    var seen = new CopyOnWriteArrayList<FileChange>();
    start(
        app(watch()
                .when(seen::add)
                .run(
                    "sh",
                    "-c",
                    "rm made; while ! [ -e ../go ]; do sleep 0.02; done; echo x > made"))
            .directory(tree));
    save();
    await().atMost(LIMIT).until(() -> !Files.exists(made));
    save();
    Files.writeString(temp.resolve("go"), "");
    awaitEvents(ChangeApplied.class, 2);
    save();
    awaitEvents(ChangeApplied.class, 3);
    assertThat(seen).extracting(FileChange::path).containsOnly(tree.resolve("lib.sh"));
  }

  @Test
  void theHostIsCalledInPlaceOfARestart() throws Exception {
    var calls = new CopyOnWriteArrayList<List<FileChange>>();
    var process =
        start(
            app(
                watch()
                    .call((_, changes) -> {
                      calls.add(changes);
                      if (calls.size() == 2) {
                        throw new IOException("not today");
                      }
                    })));
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(calls).hasSize(1);
    save();
    assertThat(awaitEvents(ChangeFailed.class, 1).reason()).contains("not today");
    assertThat(process.generation()).isEqualTo(1);
  }

  @Test
  void dependentsAreRestartedInOrderWhenAsked() throws Exception {
    var app = start(app(watch().restartDependents()));
    var web = manager.start(dependent("web", "app"));
    var page = manager.start(dependent("page", "web"));
    var other = manager.start(ProcessSpec.named("other").command("sleep", "1000").build());
    var stopped = manager.start(dependent("stopped", "app"));
    for (var process : List.of(web, page, other, stopped)) {
      process.awaitReady(LIMIT);
    }
    stopped.stop();
    int before = all(ProcessEvent.ProcessReady.class).size();
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(all(ProcessEvent.ProcessReady.class).stream().skip(before))
        .extracting(ProcessEvent::process)
        .containsExactly("app", "web", "page");
    assertThat(List.of(app, web, page)).allMatch(process -> process.generation() == 2);
    assertThat(List.of(other, stopped)).allMatch(process -> process.generation() == 1);
  }

  private static ProcessSpec dependent(String name, String on) {
    return ProcessSpec.named(name).command("sleep", "1000").dependsOn(on).build();
  }

  @Test
  void whatChangesWhileTheWatchBeginsCounts() throws Exception {
    for (int i = 0; i < 2000; i++) {
      Files.createDirectories(tree.resolve("d" + i % 100));
      Files.writeString(tree.resolve("d" + i % 100 + "/f" + i), "x");
    }
    var process = manager.start(app(watch()).build());
    // The watch is about to begin, or to look at the tree.
    await()
        .atMost(LIMIT)
        .until(() -> {
          var file = tree.resolve("d99/f1999");
          Files.writeString(file, "edited");
          return Files.getLastModifiedTime(file)
              .toInstant()
              .isAfter(all(ProcessEvent.ProcessRegistered.class).getFirst().meta().time());
        });
    awaitEvents(FilesChanged.class, 1);
    await().atMost(LIMIT).until(() -> process.generation() >= 2);
  }

  @Test
  void aWatchThatIsReplacedOrRemovedWhileItActsLetsGo() throws Exception {
    var entered = new CountDownLatch(1);
    var let = new CountDownLatch(1);
    var process =
        start(
            app(
                watch()
                    .call((_, _) -> {
                      entered.countDown();
                      let.await();
                    })));
    save();
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    process.update(app(watch()).stop(StopSequence.graceful(Duration.ofMillis(300))).build());
    awaitEvents(WatchStarted.class, 2);
    save();
    awaitEvents(ChangeApplied.class, 1);
    assertThat(process.generation()).isEqualTo(2);

    // Removed in the middle of a restart.
    Files.writeString(program, "trap '' TERM; " + GOOD);
    awaitEvents(ChangeApplied.class, 2);
    save();
    awaitEvents(FilesChanged.class, 4);
    process.remove();
    awaitEvents(ProcessEvent.ProcessRemoved.class, 1);
    await().atMost(LIMIT).until(() -> Notices.shared().count() == 0);
  }

  @Test
  void aWatchThatCannotBeginSaysWhy() throws Exception {
    var taken = manager.register(ProcessSpec.named("app-on-change").command("true").build());
    var process = manager.start(app(watch().run("true")).build());
    assertThat(awaitEvents(WatchFailed.class, 1).reason()).contains("app-on-change");
    process.awaitReady(LIMIT);
    assertThat(taken.state()).isEqualTo(ProcessState.NEW);
  }

  @Test
  void equalWatchesAreOneWatch() {
    assertThat(watch().exclude("x").honourGitIgnore())
        .isEqualTo(watch().exclude("x").honourGitIgnore())
        .isNotEqualTo(watch().exclude("y").honourGitIgnore());
  }
}
