package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Dependency.Condition;
import dev.procman.DependencyException;
import dev.procman.Diagnosis;
import dev.procman.ExitStatus;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.RegistryException;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.RestartPolicy;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Scenario 18, and the order in which processes start and stop.
class DependencyTest extends EngineTest {

  @Test
  void aCycleIsNamedByItsPathAndNothingIsStarted() {
    manager.register(ProcessSpecs.sleeper("a").dependsOn("b").build());
    manager.register(ProcessSpecs.sleeper("b").dependsOn("c").build());
    manager.register(ProcessSpecs.sleeper("free").build());
    assertThatThrownBy(() -> manager.start(ProcessSpecs.sleeper("c").dependsOn("a").build()))
        .isInstanceOf(DependencyException.class)
        .hasMessageContaining("c -> a -> b -> c");
    assertThat(manager.find("c")).isEmpty();

    manager.register(ProcessSpecs.sleeper("c").dependsOn("a").build());
    assertThatThrownBy(manager::startAll)
        .isInstanceOf(DependencyException.class)
        .hasMessageContaining("a -> b -> c -> a");
    assertThatThrownBy(manager.get("b")::start).isInstanceOf(DependencyException.class);
    assertThat(manager.snapshots()).allMatch(now -> now.state() == ProcessState.NEW);
    assertThat(of(ProcessEvent.ProcessStarting.class)).isEmpty();
  }

  @Test
  void aProcessThatDependsOnItselfCannotBeBuilt() {
    assertThatThrownBy(() -> ProcessSpecs.sleeper("a").dependsOn("a").build())
        .isInstanceOf(DependencyException.class)
        .hasMessageContaining("a -> a");
  }

  @Test
  void anUnknownDependencyIsNamedAndNothingIsRegistered() {
    manager.register(ProcessSpecs.sleeper("known").build());
    assertThatThrownBy(() ->
            manager.start(ProcessSpecs.sleeper("a").dependsOn("known").dependsOn("lost").build()))
        .isInstanceOf(DependencyException.class)
        .hasMessageContainingAll("'a'", "'lost'", "known");
    assertThat(manager.find("a")).isEmpty();
    assertThat(manager.get("known").state()).isEqualTo(ProcessState.NEW);
  }

  @Test
  void processesStartInOrderAndStopInReverseOrder() throws Exception {
    var up = new AtomicBoolean();
    manager.register(ProcessSpecs.sleeper("web").dependsOn("app").build());
    manager.register(ProcessSpecs.sleeper("app").dependsOn("db").build());
    manager.register(ProcessSpecs.sleeper("db").ready(HealthCheck.of("db is up", up::get)).build());
    manager.register(ProcessSpecs.sleeper("manual").onDemand().build());
    manager.startAll();
    var pending = awaitEvent(ProcessEvent.ProcessWaiting.class, "web");
    assertThat(pending.dependency()).isEqualTo("app");
    awaitEvent(ProcessEvent.ProcessWaiting.class, "app");
    awaitEvent(ProcessEvent.ProcessStarted.class, "db");
    assertThat(of(ProcessEvent.ProcessStarted.class)).hasSize(1);
    up.set(true);
    manager.get("web").awaitReady(LIMIT);
    assertThat(of(ProcessEvent.ProcessReady.class))
        .extracting(ProcessEvent::process)
        .containsSubsequence("db", "app");
    assertThat(manager.get("manual").state()).isEqualTo(ProcessState.NEW);

    manager.stopAll();
    assertThat(of(ProcessEvent.ProcessStopped.class))
        .extracting(ProcessEvent::process)
        .containsExactly("web", "app", "db");
    manager.startAll();
    manager.get("web").awaitReady(LIMIT);
    assertThat(manager.get("web").generation()).isEqualTo(2);
  }

  @Test
  void independentProcessesStartAndStopInParallel() throws Exception {
    // Each can be ready only when all are there, and each ends only when all have been asked to.
    int count = 5;
    var script =
        "trap 'touch end.%1$d; while [ $(ls end.* | wc -l) -lt %2$d ]; do sleep 0.02; done; exit 0' TERM;"
            + " touch up.%1$d; while :; do sleep 0.02; done";
    for (int i = 0; i < count; i++) {
      manager.register(
          sh("p" + i, script.formatted(i, count))
              .directory(temp)
              .ready(
                  HealthCheck.of(
                      "all are up",
                      () -> {
                        for (int k = 0; k < count; k++) {
                          if (!Files.exists(temp.resolve("up." + k))) {
                            return false;
                          }
                        }
                        return true;
                      }))
              .build());
    }
    manager.startAll();
    for (var process : manager.processes()) {
      process.awaitReady(LIMIT);
    }
    manager.stopAll();
    assertThat(manager.snapshots())
        .allSatisfy(now ->
            assertThat(now.lastExit().orElseThrow().diagnosis().kind())
                .isEqualTo(Diagnosis.Kind.STOPPED));
  }

  @Test
  void conditionsOfStartReadinessAndSuccessAreHonoured() throws Exception {
    manager.register(
        sh("job", "while [ ! -e go ]; do sleep 0.02; done")
            .directory(temp)
            .ready(HealthCheck.of("is warm", () -> Files.exists(temp.resolve("warm"))))
            .build());
    var started =
        manager.register(
            ProcessSpecs.sleeper("started").dependsOn("job", Condition.STARTED).build());
    var ready =
        manager.register(ProcessSpecs.sleeper("ready").dependsOn("job", Condition.READY).build());
    var completed =
        manager.register(
            ProcessSpecs.sleeper("completed")
                .dependsOn("job", Condition.COMPLETED_SUCCESSFULLY)
                .build());
    manager.startAll();
    started.awaitReady(LIMIT);
    assertThat(ready.state()).isEqualTo(ProcessState.WAITING);
    Files.createFile(temp.resolve("warm"));
    ready.awaitReady(LIMIT);
    assertThat(completed.state()).isEqualTo(ProcessState.WAITING);
    Files.createFile(temp.resolve("go"));
    completed.awaitReady(LIMIT);
    assertThat(started.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(ready.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aDependentOfAnEndStartsWhateverTheCodeAndNotBefore() throws Exception {
    for (int code : List.of(0, 3)) {
      var job = "job" + code;
      manager.register(
          sh(job, "while [ ! -e go ]; do sleep 0.02; done; exit " + code).directory(temp).build());
      var after =
          manager.start(
              ProcessSpecs.sleeper("after" + code).dependsOn(job, Condition.ENDED).build());
      awaitEvent(ProcessEvent.ProcessStarted.class, job);
      assertThat(after.state()).isEqualTo(ProcessState.WAITING);
      Files.createFile(temp.resolve("go"));
      after.awaitReady(LIMIT);
      Files.delete(temp.resolve("go"));
      assertThat(manager.get(job).snapshot().lastExit().orElseThrow().status())
          .contains(new ExitStatus.Exited(code));
    }
  }

  @Test
  void anEndThatIsFollowedByARestartIsNoEnd() throws Exception {
    var quick = RestartPolicy.onFailure().backoff(Backoff.fixed(Duration.ofMillis(50)));
    manager.register(
        sh("job", "echo run >> runs; [ $(wc -l < runs) -ge 3 ]")
            .directory(temp)
            .restart(quick)
            .build());
    var after =
        manager.start(ProcessSpecs.sleeper("after").dependsOn("job", Condition.ENDED).build());
    after.awaitReady(LIMIT);
    assertThat(Files.readAllLines(temp.resolve("runs"))).hasSize(3);
  }

  @Test
  void aCrashLoopIsAnEndToo() throws Exception {
    manager.register(
        sh("job", "exit 1")
            .restart(
                RestartPolicy.onFailure().backoff(Backoff.none()).limit(2, Duration.ofMinutes(1)))
            .build());
    var after =
        manager.start(ProcessSpecs.sleeper("after").dependsOn("job", Condition.ENDED).build());
    after.awaitReady(LIMIT);
    assertThat(manager.get("job").state()).isEqualTo(ProcessState.CRASH_LOOP);
  }

  @Test
  void anEndOfLastTimeIsNotTakenForTheOneToCome() throws Exception {
    manager.register(
        sh("job", "echo run >> runs; sleep 0.2; echo end >> runs; exit 1").directory(temp).build());
    var after =
        manager.register(
            sh("after", "echo after >> runs; echo written; exec sleep 1000")
                .directory(temp)
                .dependsOn("job", Condition.ENDED)
                .build());
    for (int i = 1; i <= 10; i++) {
      manager.startAll();
      int runs = i;
      await().atMost(LIMIT).until(() -> after.output().lineCount() == runs);
      after.stop();
    }
    assertThat(String.join(" ", Files.readAllLines(temp.resolve("runs"))))
        .isEqualTo("run end after ".repeat(10).strip());
  }

  @Test
  void aDependentOfALineStartsWhenItIsPrinted() throws Exception {
    manager.register(
        sh(
                "db",
                "echo warming up; while [ ! -e go ]; do sleep 0.02; done; echo now at 100% >&2;"
                    + " exec sleep 1000")
            .directory(temp)
            .build());
    var app =
        manager.register(
            ProcessSpecs.sleeper("app").dependsOn("db", Condition.printed("now at \\d+%")).build());
    manager.startAll();
    awaitEvent(ProcessEvent.ProcessWaiting.class, "app");
    await().atMost(LIMIT).until(() -> manager.get("db").output().lineCount() == 1);
    assertThat(app.state()).isEqualTo(ProcessState.WAITING);
    Files.createFile(temp.resolve("go"));
    app.awaitReady(LIMIT);
  }

  @Test
  void aLineCountsHoweverShortTheLifeThatPrintedIt() throws Exception {
    for (int run = 0; run < 50; run++) {
      manager.register(sh("brief" + run, "echo up; exit " + run % 2).build());
      var next =
          manager.start(
              ProcessSpecs.echo("next" + run, "here").toBuilder()
                  .dependsOn("brief" + run, Condition.printed("^up$"))
                  .build());
      next.awaitState(LIMIT, ProcessState.COMPLETED, ProcessState.SKIPPED);
      assertThat(next.state()).as("run %d", run).isEqualTo(ProcessState.COMPLETED);
    }
  }

  @Test
  void aLineThatIsNeverPrintedSkipsTheDependent() throws Exception {
    manager.register(sh("job", "seq 1 20000; echo nearly up").build());
    var app =
        manager.start(
            ProcessSpecs.sleeper("app").dependsOn("job", Condition.printed("^up$")).build());
    app.awaitState(LIMIT, ProcessState.SKIPPED);
    assertThat(awaitEvent(ProcessEvent.ProcessSkipped.class, "app").dependency())
        .contains("job", "COMPLETED");
  }

  @Test
  void aLineThatHasLeftTheRingLongAgoStillCounts() throws Exception {
    manager.register(
        sh("db", "echo up; seq 1 5000; touch done; exec sleep 1000").directory(temp).build());
    var app =
        manager.register(
            ProcessSpecs.sleeper("app")
                .dependsOn("db", Condition.printed("^up$"))
                .onDemand()
                .build());
    manager.startAll();
    await().atMost(LIMIT).until(() -> manager.get("db").output().lineCount() == 5001);
    assertThat(manager.get("db").output().lines()).noneMatch(line -> line.text().equals("up"));
    app.start();
    app.awaitReady(LIMIT);
  }

  @Test
  void aLineOfAnEarlierGenerationDoesNotCount() throws Exception {
    manager.register(
        sh("db", "test -e second || echo up; touch second; exec sleep 1000")
            .directory(temp)
            .build());
    var app =
        manager.register(
            ProcessSpecs.sleeper("app").dependsOn("db", Condition.printed("^up$")).build());
    manager.startAll();
    app.awaitReady(LIMIT);
    manager.stopAll();
    manager.startAll();
    awaitEvents(ProcessEvent.ProcessReady.class, "db", 2);
    assertThat(app.state()).isEqualTo(ProcessState.WAITING);
  }

  @Test
  void aDependencyThatFailsSkipsItsDependentsAndIsNamed() throws Exception {
    manager.register(sh("setup", "exit 3").ready(HealthCheck.of("never", () -> false)).build());
    var app = manager.register(ProcessSpecs.sleeper("app").dependsOn("setup").build());
    var web = manager.register(ProcessSpecs.sleeper("web").dependsOn("app").build());
    manager.startAll();
    web.awaitState(LIMIT, ProcessState.SKIPPED);
    assertThat(awaitEvent(ProcessEvent.ProcessSkipped.class, "app").dependency())
        .contains("setup", "FAILED");
    assertThat(awaitEvent(ProcessEvent.ProcessSkipped.class, "web").dependency())
        .contains("app", "SKIPPED");
    assertThatThrownBy(() -> app.awaitReady(LIMIT))
        .isInstanceOf(ProcessNotReadyException.class)
        .hasMessageContainingAll("'app'", "SKIPPED", "setup");
    assertThat(app.generation()).isZero();
    assertThat(of(ProcessEvent.ProcessStarted.class, "app")).isEmpty();
    assertThatThrownBy(() -> app.awaitExit(LIMIT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("app", "SKIPPED", "setup");
  }

  @Test
  void startingASkippedProcessTriesItsDependencyAgain() throws Exception {
    manager.register(
        sh("setup", "test -e fixed && exec sleep 1000; exit 1")
            .directory(temp)
            .ready(HealthCheck.of("fixed", () -> Files.exists(temp.resolve("fixed"))))
            .build());
    var app = manager.register(ProcessSpecs.sleeper("app").dependsOn("setup").build());
    app.start();
    app.awaitState(LIMIT, ProcessState.SKIPPED);
    Files.createFile(temp.resolve("fixed"));
    app.start();
    app.awaitReady(LIMIT);
    assertThat(manager.get("setup").generation()).isEqualTo(2);
  }

  @Test
  void aSkippedProcessComesBackByItselfWithItsDependencyAndSoDoWhoDependOnIt() throws Exception {
    var setup =
        manager.register(
            sh("setup", "test -e fixed && exec sleep 1000; exit 1")
                .directory(temp)
                .ready(HealthCheck.of("fixed", () -> Files.exists(temp.resolve("fixed"))))
                .build());
    var app = manager.register(ProcessSpecs.sleeper("app").dependsOn("setup").build());
    var web = manager.register(ProcessSpecs.sleeper("web").dependsOn("app").build());
    manager.startAll();
    web.awaitState(LIMIT, ProcessState.SKIPPED);
    Files.createFile(temp.resolve("fixed"));

    setup.start();

    web.awaitState(LIMIT, ProcessState.RUNNING);
    assertThat(app.state()).isEqualTo(ProcessState.RUNNING);
    assertThat(app.generation()).isOne();
    assertThat(app.why()).anyMatch(decision -> decision.rule().contains("on its way again"));
  }

  @Test
  void aSkippedProcessThatWasStoppedStaysAway() throws Exception {
    var setup =
        manager.register(
            sh("setup", "test -e fixed && exec sleep 1000; exit 1")
                .directory(temp)
                .ready(HealthCheck.of("fixed", () -> Files.exists(temp.resolve("fixed"))))
                .build());
    var app = manager.register(ProcessSpecs.sleeper("app").dependsOn("setup").build());
    var web = manager.register(ProcessSpecs.sleeper("web").dependsOn("setup").build());
    manager.startAll();
    app.awaitState(LIMIT, ProcessState.SKIPPED);
    web.awaitState(LIMIT, ProcessState.SKIPPED);
    app.stop();
    Files.createFile(temp.resolve("fixed"));

    setup.start();

    web.awaitState(LIMIT, ProcessState.RUNNING);
    assertThat(app.generation()).isZero();
    assertThat(app.state()).isEqualTo(ProcessState.SKIPPED);
  }

  @Test
  void aDependencyInACrashLoopIsStartedWithItsDependentAndByStartAll() throws Exception {
    var setup =
        manager.register(
            sh("setup", "test -e fixed && exec sleep 1000; exit 1")
                .directory(temp)
                .ready(HealthCheck.of("fixed", () -> Files.exists(temp.resolve("fixed"))))
                .restart(
                    RestartPolicy.onFailure()
                        .backoff(Backoff.none())
                        .limit(1, Duration.ofMinutes(1)))
                .build());
    var app = manager.register(ProcessSpecs.sleeper("app").dependsOn("setup").onDemand().build());
    manager.startAll();
    setup.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    manager.startAll();
    await().atMost(LIMIT).until(() -> setup.generation() == 4);
    setup.awaitState(LIMIT, ProcessState.CRASH_LOOP);
    Files.createFile(temp.resolve("fixed"));

    app.start();

    app.awaitReady(LIMIT);
    assertThat(setup.generation()).isEqualTo(5);
  }

  @Tag("long")
  @Test
  void aDependencyThatWasStartedMeetsTheConditionAlthoughItHasEndedSince() throws Exception {
    for (int run = 0; run < 100; run++) {
      manager.register(sh("brief" + run, run % 2 == 0 ? "exit 0" : "exit 1").build());
      var next =
          manager.start(
              ProcessSpecs.echo("next" + run, "here").toBuilder()
                  .dependsOn("brief" + run, Condition.STARTED)
                  .build());
      next.awaitState(LIMIT, ProcessState.COMPLETED, ProcessState.SKIPPED);
      assertThat(next.state()).as("run %d", run).isEqualTo(ProcessState.COMPLETED);
    }
  }

  @Test
  void aJobThatWasReadyAndIsDoneMeetsReadyHoweverShortItWas() throws Exception {
    for (int run = 0; run < 50; run++) {
      var job = "job" + run;
      manager.register(ProcessSpec.named(job).command("true").build());
      var app =
          manager.start(ProcessSpec.named("app" + run).command("true").dependsOn(job).build());
      assertThat(app.awaitExit(LIMIT).success()).isTrue();
    }
  }

  @Test
  void aJobThatEndsBeforeItsProbePassesDoesNotMeetReady() throws Exception {
    manager.register(
        ProcessSpec.named("job")
            .command("true")
            .ready(HealthCheck.of("never", () -> false))
            .build());
    var app = manager.start(ProcessSpecs.sleeper("app").dependsOn("job").build());
    app.awaitState(LIMIT, ProcessState.SKIPPED);
  }

  @Test
  void aDependencyThatCompletedAlreadyIsNotRunAgain() throws Exception {
    manager.register(sh("migrate", "echo done").build());
    for (int i = 0; i < 3; i++) {
      manager.start(
          ProcessSpecs.sleeper("app" + i)
              .dependsOn("migrate", Condition.COMPLETED_SUCCESSFULLY)
              .build());
      manager.get("app" + i).awaitReady(LIMIT);
    }
    assertThat(manager.get("migrate").generation()).isEqualTo(1);
  }

  @Test
  void aDependencyThatComesBackByItsPolicyIsWaitedFor() throws Exception {
    var quick = RestartPolicy.onFailure().backoff(Backoff.fixed(Duration.ofMillis(50)));
    manager.register(
        sh("shaky", "test -e second && touch ready && exec sleep 1000; touch second; exit 1")
            .directory(temp)
            .restart(quick)
            .ready(HealthCheck.of("ready", () -> Files.exists(temp.resolve("ready"))))
            .build());
    var app = manager.start(ProcessSpecs.sleeper("app").dependsOn("shaky").build());
    app.awaitReady(LIMIT);
    assertThat(manager.get("shaky").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aDependencyThatRestartsLeavesItsDependentsAlone() throws Exception {
    manager.register(
        ProcessSpecs.sleeper("db").restart(RestartPolicy.always().backoff(Backoff.none())).build());
    var app = manager.start(ProcessSpecs.sleeper("app").dependsOn("db").build());
    app.awaitReady(LIMIT);
    kill(manager.get("db").pid().orElseThrow());
    awaitEvents(ProcessEvent.ProcessReady.class, "db", 2);
    assertThat(app.generation()).isEqualTo(1);
    assertThat(app.state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void anEndOfEverythingWhileOneWaitsIsAnEnd() throws Exception {
    manager.register(
        ProcessSpecs.sleeper("db").ready(HealthCheck.of("never", () -> false)).build());
    var app = manager.start(ProcessSpecs.sleeper("app").dependsOn("db").build());
    awaitEvent(ProcessEvent.ProcessWaiting.class, "app");
    soon(() -> {
      manager.stopAll();
      return true;
    });
    assertThat(app.state()).isEqualTo(ProcessState.STOPPED);
    assertThat(manager.get("db").state()).isEqualTo(ProcessState.STOPPED);
    assertThat(of(ProcessEvent.ProcessStarted.class, "app")).isEmpty();
  }

  @Test
  void aProcessThatOthersDependOnCannotBeRemoved() throws Exception {
    var db = manager.start(ProcessSpecs.sleeper("db").build());
    var app = manager.start(ProcessSpecs.sleeper("app").dependsOn("db").build());
    app.awaitReady(LIMIT);
    assertThatThrownBy(db::remove)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("app");
    assertThat(db.state()).isEqualTo(ProcessState.RUNNING);
    app.remove();
    db.remove();
    assertThat(manager.processes()).isEmpty();
  }
}
