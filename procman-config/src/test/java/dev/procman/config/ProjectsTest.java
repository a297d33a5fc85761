package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.procman.Command;
import dev.procman.Dependency;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Projects that are planned and applied, with real processes.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProjectsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  private ProcessManager manager;
  private Projects projects;
  private final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build();
    projects = Projects.on(manager);
    var _ = manager.events().subscribe(events::add);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /// Says its word and runs until it is stopped.
  private static ProcessConfig.Builder server(String word) {
    return ProcessConfig.shell(
            "trap 'exit 0' TERM; echo '" + word + "'; while :; do sleep 0.05; done")
        .ready(CheckConfig.Log.of("."));
  }

  private static ProcessConfig broken() {
    return ProcessConfig.shell("echo it is broken; exit 3")
        .ready(CheckConfig.Log.of("ready"))
        .build();
  }

  private static CheckConfig file(Path path) {
    return new CheckConfig.File(path.toString(), false, Optional.empty());
  }

  private static Project project(Map<String, ProcessConfig> processes) {
    return new Project("shop", Map.of(), Map.of(), processes);
  }

  private static Map<String, ProcessConfig> shop() {
    var processes = new LinkedHashMap<String, ProcessConfig>();
    processes.put("web", server("web").dependsOn("api", Dependency.Condition.READY).build());
    processes.put(
        "api",
        server("api")
            .dependsOn("db", Dependency.Condition.READY)
            .environment("PASSWORD", "geheim")
            .build());
    processes.put("db", server("db").build());
    processes.put("mail", server("mail").build());
    return processes;
  }

  private Map<String, Long> pids() {
    var pids = new LinkedHashMap<String, Long>();
    for (ManagedProcess process : manager.processes()) {
      process.pid().ifPresent(pid -> pids.put(process.name(), pid));
    }
    return pids;
  }

  private long pid(String name) {
    return manager.get(name).pid().orElseThrow();
  }

  private <E extends ProcessEvent> List<E> seen(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static List<String> words(Plan plan) {
    return plan.changes().stream()
        .map(change -> change.getClass().getSimpleName() + " " + change.process())
        .toList();
  }

  // Plans.

  @Test
  void aPlanIsInOrderOfDependencyAndChangesNothing() {
    var plan = projects.plan(project(shop()));
    assertThat(words(plan)).containsExactly("Create db", "Create api", "Create web", "Create mail");
    assertThat(plan.isEmpty()).isFalse();
    assertThat(manager.processes()).isEmpty();
    assertThat(projects.current()).isEmpty();
  }

  @Test
  void aPlanSaysWhatChangesAndNoValueThatMayBeSecret() throws Exception {
    var first = shop();
    projects.apply(project(first));
    var next = new LinkedHashMap<>(first);
    next.put("api", first.get("api").toBuilder().environment("PASSWORD", "verraten").build());
    next.put("db", first.get("db").toBuilder().restart(RestartPolicy.always()).build());
    next.put("cache", server("cache").build());
    next.remove("mail");
    var plan = projects.plan(project(next));
    assertThat(words(plan))
        .containsExactly(
            "Update db", "Restart api", "Unchanged web", "Create cache", "Remove mail");
    assertThat(plan.toString())
        .contains(
            "1 to create, 1 to update in place, 1 to restart, 1 to remove, 1 unchanged",
            "~ db: update in place",
            "+ restart: always",
            "! api: restart",
            "+ cache: create",
            "- mail: remove",
            "= web")
        .contains("environment.PASSWORD: (not shown)")
        .doesNotContain("geheim", "verraten");
    assertThat(manager.find("mail")).isPresent();
  }

  @Test
  void theSameProjectAgainIsNothingToDo() throws Exception {
    projects.apply(project(shop()));
    var before = pids();
    var plan = projects.plan(project(shop()));
    assertThat(plan.isEmpty()).isTrue();
    projects.apply(plan);
    assertThat(pids()).isEqualTo(before);
  }

  @Test
  void everythingWrongIsToldAtOnceAndNothingIsRegistered() {
    manager.register(ProcessSpec.named("mail").command("true").build());
    var processes = new LinkedHashMap<String, ProcessConfig>();
    processes.put("mail", server("mail").build());
    processes.put("a", server("a").dependsOn("b", Dependency.Condition.READY).build());
    processes.put("b", server("b").dependsOn("a", Dependency.Condition.READY).build());
    processes.put("c", server("c").dependsOn("nobody", Dependency.Condition.READY).build());
    processes.put("d", server("d").port("http", 8099).build());
    processes.put("e", server("e").port("http", 8099).build());
    processes.put("f", server("f").startTimeout(Duration.ZERO).build());
    var refused =
        catchThrowableOfType(ConfigException.class, () -> projects.plan(project(processes)));
    assertThat(refused.getMessage())
        .contains(
            "mail: the manager has a process of this name that comes from no project",
            "dependency cycle: a -> b -> a",
            "depends on 'nobody'",
            "its port 8099 is the port of 'd' too",
            "startTimeout");
    assertThat(refused.problems()).hasSize(5);
    assertThat(manager.processes()).hasSize(1);
  }

  @Test
  void whatOthersOfTheManagerNeedIsNotRemoved() throws Exception {
    projects.apply(project(Map.of("db", server("db").build())));
    manager.start(ProcessSpec.named("own").shell("sleep 60").dependsOn("db").build());
    assertThatThrownBy(() -> projects.plan(project(Map.of())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'own', which comes from no project, depends on it");
  }

  @Test
  void aPlanMadeBeforeAnotherWasAppliedIsStale() throws Exception {
    var old = projects.plan(project(shop()));
    projects.apply(project(Map.of("web", server("other").build())));
    assertThatThrownBy(() -> projects.apply(old))
        .isInstanceOf(StalePlanException.class)
        .hasMessageContaining("web");
    assertThat(manager.processes()).hasSize(1);
  }

  @Test
  void aPlanMadeBeforeTheHostChangedAProcessIsStale() throws Exception {
    projects.apply(project(shop()));
    var plan = projects.plan(project(Map.of()));
    var web = manager.get("web");
    web.update(web.spec().toBuilder().label("by", "host").build());
    assertThatThrownBy(() -> projects.apply(plan))
        .isInstanceOf(StalePlanException.class)
        .hasMessageContaining("web");
    assertThat(manager.processes()).hasSize(4);
    assertThat(projects.plan(project(shop())).toString()).contains("changed by the host");
  }

  // Applying.

  @Test
  void applyingTouchesOnlyWhatChanged() throws Exception {
    var first = shop();
    projects.apply(project(first));
    var before = pids();
    var next = new LinkedHashMap<>(first);
    next.put("db", first.get("db").toBuilder().label("tier", "data").build());
    next.put("api", server("api 2").dependsOn("db", Dependency.Condition.READY).build());
    next.put("cache", server("cache").build());
    next.remove("mail");
    var applied = projects.apply(project(next));
    assertThat(applied.isComplete()).isTrue();
    assertThat(pids())
        .containsEntry("web", before.get("web"))
        .containsEntry("db", before.get("db"))
        .containsKey("cache")
        .doesNotContainKey("mail");
    assertThat(pid("api")).isNotEqualTo(before.get("api"));
    assertThat(manager.get("api").state()).isEqualTo(ProcessState.RUNNING);
    assertThat(manager.get("db").spec().labels()).containsEntry("tier", "data");
    assertThat(manager.find("mail")).isEmpty();
    assertThat(ProcessHandle.of(before.get("mail")).map(ProcessHandle::isAlive).orElse(false))
        .isFalse();
    assertThat(projects.current()).contains(project(next));
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(seen(ConfigEvent.ProjectApplied.class).getLast())
                .satisfies(event -> {
                  assertThat(event.created()).containsExactly("cache");
                  assertThat(event.updated()).containsExactly("db");
                  assertThat(event.restarted()).containsExactly("api");
                  assertThat(event.removed()).containsExactly("mail");
                }));
    assertThat(seen(ProcessEvent.ConfigurationChanged.class))
        .extracting(ProcessEvent::process)
        .containsExactly("db", "api");
  }

  @Test
  void allIsAsBeforeWhenAChangedProcessDoesNotBecomeReady() throws Exception {
    var first = shop();
    projects.apply(project(first));
    var before = pids();
    var specs = specs();
    var next = new LinkedHashMap<>(first);
    next.put("db", first.get("db").toBuilder().label("tier", "data").build());
    next.put("api", broken());
    next.put("cache", server("cache").dependsOn("db", Dependency.Condition.READY).build());
    next.put("mail", server("mail 2").dependsOn("cache", Dependency.Condition.READY).build());
    next.remove("web");
    var failed = catchThrowableOfType(ApplyException.class, () -> projects.apply(project(next)));
    assertThat(failed.failures()).containsKey("api");
    assertThat(failed.getMessage()).contains("api", "it is broken", "as they were before");
    assertThat(failed.notRestored()).isEmpty();
    assertThat(specs()).isEqualTo(specs);
    assertThat(manager.snapshots())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(ProcessState.RUNNING));
    assertThat(pids())
        .containsEntry("db", before.get("db"))
        .containsEntry("web", before.get("web"));
    assertThat(manager.get("api").output().tail(1).getFirst().text()).isEqualTo("api");
    assertThat(projects.current()).contains(project(first));
    assertThat(projects.plan(project(first)).isEmpty()).isTrue();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(seen(ConfigEvent.ProjectRolledBack.class))
                .singleElement()
                .satisfies(event -> assertThat(event.failures()).containsKey("api")));
  }

  private Map<String, ProcessSpec> specs() {
    var specs = new LinkedHashMap<String, ProcessSpec>();
    manager.processes().forEach(process -> specs.put(process.name(), process.spec()));
    return specs;
  }

  /// Each of these is replaced in place, and the process keeps running.
  @Test
  void aChangedProbeThatNeverPassesIsNotAppliedAndTheOldOneIsBack() throws Exception {
    var never = ProbeConfig.of(file(temp.resolve("never")));
    for (boolean readiness : new boolean[] {true, false}) {
      projects.apply(project(shop()));
      var pids = pids();
      var changed = shop();
      var web = server("web").dependsOn("api", Dependency.Condition.READY);
      changed.put(
          "web",
          (readiness
                  ? web.readinessProbe(Optional.of(never))
                  : web.livenessProbe(Optional.of(never)))
              .build());

      var failed =
          catchThrowableOfType(ApplyException.class, () -> projects.apply(project(changed)));

      assertThat(failed).as("it was applied").isNotNull();
      assertThat(failed.failures()).containsOnlyKeys("web");
      assertThat(failed.notRestored()).isEmpty();
      assertThat(manager.get("web").spec()).isEqualTo(project(shop()).specs().getFirst());
      if (readiness) {
        assertThat(failed.failures().get("web"))
            .startsWith("its changed readiness probe (")
            .contains("does not pass");
        assertThat(pids()).isEqualTo(pids);
      }
    }
  }

  @Test
  void aChangedProbeThatPassesIsApplied() throws Exception {
    projects.apply(project(shop()));
    var pids = pids();
    var changed = shop();
    changed.put(
        "web",
        server("web")
            .dependsOn("api", Dependency.Condition.READY)
            .ready(CheckConfig.Log.of("we."))
            .livenessProbe(Optional.of(ProbeConfig.of(file(temp))))
            .build());

    assertThat(projects.apply(project(changed)).failures()).isEmpty();
    assertThat(manager.get("web").probes())
        .extracting(probe -> probe.probe() + " " + (probe.streak() > 0))
        .containsExactlyInAnyOrder("readiness true", "liveness true");
    assertThat(pids()).isEqualTo(pids);
  }

  @Test
  void aFirstProjectThatFailsLeavesNothingBehind() {
    var processes = shop();
    processes.put("api", broken());
    assertThatThrownBy(() -> projects.apply(project(processes))).isInstanceOf(ApplyException.class);
    assertThat(manager.processes()).isEmpty();
    assertThat(projects.current()).isEmpty();
  }

  @Test
  void aProjectThatIsNotReadyMayBeKept() throws Exception {
    projects.apply(project(shop()));
    var next = shop();
    next.put("api", broken());
    var keep = ApplyOptions.ofDefaults().onNotReady(ApplyOptions.OnNotReady.KEEP);
    var applied = projects.apply(project(next), keep);
    assertThat(applied.failures()).containsOnlyKeys("api");
    assertThat(projects.current()).contains(project(next));
    assertThat(manager.get("api").spec()).isEqualTo(broken().toSpec("api"));
  }

  @Test
  void whoDoesNotWaitIsBackAtOnce() throws Exception {
    var never = ProcessConfig.shell("sleep 60").ready(CheckConfig.Log.of("never")).build();
    var noWait = ApplyOptions.ofDefaults().onNotReady(ApplyOptions.OnNotReady.DO_NOT_WAIT);
    assertThat(projects.apply(project(Map.of("slow", never)), noWait).isComplete()).isTrue();
    await().atMost(LIMIT).until(() -> manager.get("slow").state() == ProcessState.STARTING);
  }

  @Test
  void aProcessThatIsNotReadyInTimeIsRolledBack() {
    var never = ProcessConfig.shell("sleep 60").ready(CheckConfig.Log.of("never")).build();
    var short_ = ApplyOptions.ofDefaults().patience(Duration.ofMillis(200));
    assertThatThrownBy(() -> projects.apply(project(Map.of("slow", never)), short_))
        .isInstanceOf(ApplyException.class)
        .hasMessageContaining("slow");
    assertThat(manager.processes()).isEmpty();
  }

  @Test
  void dependenciesMayBeTurnedRound() throws Exception {
    projects.apply(project(chain("a", "b", "c")));
    var before = pids();
    projects.apply(project(chain("c", "b", "a")));
    assertThat(pids()).isEqualTo(before);
    assertThat(manager.get("c").spec().dependencies())
        .extracting(Dependency::process)
        .containsExactly("b");
    projects.apply(project(chain("a", "c", "b")));
    assertThat(pids()).isEqualTo(before);
  }

  /// Each depends on the one after it.
  private static Map<String, ProcessConfig> chain(String... names) {
    var processes = new LinkedHashMap<String, ProcessConfig>();
    for (int i = 0; i < names.length; i++) {
      var process = server(names[i]);
      if (i + 1 < names.length) {
        process.dependsOn(names[i + 1], Dependency.Condition.READY);
      }
      processes.put(names[i], process.build());
    }
    return processes;
  }

  @Test
  void allThatDependOnEachOtherAreRemovedDependentsFirst() throws Exception {
    projects.apply(project(shop()));
    projects.apply(project(Map.of()));
    assertThat(manager.processes()).isEmpty();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(seen(ProcessEvent.ProcessRemoved.class))
                .extracting(ProcessEvent::process)
                .containsSubsequence("web", "api", "db"));
  }

  @Test
  void whoGivesUpAPortHasEndedBeforeAnotherGetsIt() throws Exception {
    int one = freePort();
    int two = freePort();
    projects.apply(
        project(
            Map.of(
                "a", server("a").port("http", one).build(),
                "b", server("b").port("http", two).build(),
                "old", server("old").port("http", freePort()).build())));
    int third = manager.get("old").port("http");
    var swapped =
        project(
            Map.of(
                "a", server("a").port("http", two).build(),
                "b", server("b").port("http", one).build(),
                "new", server("new").port("http", third).build()));
    var plan = projects.plan(swapped);
    assertThat(words(plan))
        .containsExactlyInAnyOrder("Recreate a", "Recreate b", "Create new", "Remove old");
    projects.apply(plan);
    await().atMost(LIMIT).until(() -> seen(ConfigEvent.ProjectApplied.class).size() == 2);
    long lastEnd = lastOf(ProcessEvent.ProcessExited.class);
    assertThat(seen(ProcessEvent.ProcessStarted.class).subList(3, 6))
        .allSatisfy(start -> assertThat(start.meta().sequence()).isGreaterThan(lastEnd));
    assertThat(manager.get("a").port("http")).isEqualTo(two);
  }

  private long lastOf(Class<? extends ProcessEvent> type) {
    return seen(type).getLast().meta().sequence();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void whatGaveUpItsPortIsBackWhenTheProjectFails() throws Exception {
    int port = freePort();
    projects.apply(project(Map.of("old", server("old").port("http", port).build())));
    var next = Map.of("new", broken().toBuilder().port("http", port).build());
    assertThatThrownBy(() -> projects.apply(project(next))).isInstanceOf(ApplyException.class);
    assertThat(manager.get("old").state()).isEqualTo(ProcessState.RUNNING);
    assertThat(manager.get("old").port("http")).isEqualTo(port);
    assertThat(manager.processes()).hasSize(1);
  }

  @Test
  void whatSomebodyHasStoppedStaysSo() throws Exception {
    projects.apply(project(shop()));
    manager.get("mail").stop();
    var next = shop();
    next.put("mail", server("mail 2").build());
    projects.apply(project(next));
    assertThat(manager.get("mail").state()).isEqualTo(ProcessState.STOPPED);
    assertThat(manager.get("mail").spec()).isEqualTo(next.get("mail").toSpec("mail"));
  }

  @Test
  void whatHadFailedIsStartedWithItsNewCommandAndSoIsWhoWaitedForIt() throws Exception {
    var first = shop();
    first.put("db", broken());
    var keep = ApplyOptions.ofDefaults().onNotReady(ApplyOptions.OnNotReady.KEEP);
    projects.apply(project(first), keep);
    manager.get("api").awaitState(LIMIT, ProcessState.SKIPPED);
    manager.get("web").awaitState(LIMIT, ProcessState.SKIPPED);
    projects.apply(project(shop()));
    manager.get("web").awaitReady(LIMIT);
    assertThat(manager.snapshots())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(ProcessState.RUNNING));
  }

  @Test
  void whatIsInACrashLoopIsStartedWithItsNewCommand() throws Exception {
    var policy = RestartPolicy.always().backoff(Backoff.none()).limit(1, Duration.ofMinutes(1));
    var crashing = ProcessConfig.exec("false").restart(policy).build();
    var noWait = ApplyOptions.ofDefaults().onNotReady(ApplyOptions.OnNotReady.DO_NOT_WAIT);
    projects.apply(project(Map.of("web", crashing)), noWait);
    manager.get("web").awaitState(LIMIT, ProcessState.CRASH_LOOP);
    projects.apply(project(Map.of("web", server("web").restart(policy).build())));
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aJobThatIsOverIsAsReadyAsCanBe() throws Exception {
    var job = ProcessConfig.exec("true").build();
    var after = server("after").dependsOn("job", Dependency.Condition.COMPLETED_SUCCESSFULLY);
    var applied = projects.apply(project(Map.of("job", job, "after", after.build())));
    assertThat(applied.isComplete()).isTrue();
    assertThat(manager.get("after").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aJobThatChangedHasRunAgainBeforeThoseThatDependOnItAreRestarted() throws Exception {
    projects.apply(project(migrated("one")));
    manager.get("web").awaitReady(LIMIT);
    projects.apply(project(migrated("two")));
    await().atMost(LIMIT).until(() -> seen(ConfigEvent.ProjectApplied.class).size() == 2);
    var second = seen(ProcessEvent.ProcessCompleted.class).getLast();
    assertThat(seen(ProcessEvent.ProcessCompleted.class)).hasSize(2);
    assertThat(seen(ProcessEvent.ProcessStarted.class).getLast())
        .satisfies(start -> {
          assertThat(start.process()).isEqualTo("web");
          assertThat(start.meta().sequence()).isGreaterThan(second.meta().sequence());
        });
  }

  private static Map<String, ProcessConfig> migrated(String version) {
    var processes = new LinkedHashMap<String, ProcessConfig>();
    processes.put("migrate", ProcessConfig.shell("sleep 0.2; echo " + version).build());
    processes.put(
        "web",
        server(version).dependsOn("migrate", Dependency.Condition.COMPLETED_SUCCESSFULLY).build());
    return processes;
  }

  @Test
  void whoIsSetBackTogetherWithWhatFailedBelowItRunsAgain() throws Exception {
    projects.apply(project(shop()));
    var next = shop();
    next.put("db", broken());
    next.put("api", server("api 2").dependsOn("db", Dependency.Condition.STARTED).build());
    next.put("web", server("web 2").build());
    var failed = catchThrowableOfType(ApplyException.class, () -> projects.apply(project(next)));
    assertThat(failed.failures()).containsKey("db");
    assertThat(failed.notRestored()).isEmpty();
    assertThat(manager.snapshots())
        .allSatisfy(each -> assertThat(each.state()).isEqualTo(ProcessState.RUNNING));
    assertThat(manager.get("web").output().tail(1).getFirst().text()).isEqualTo("web");
  }

  @Test
  void whatHadFailedAndWhoDependsOnItAreChangedTogether() throws Exception {
    projects.apply(project(shop()));
    var db = manager.get("db");
    db.signal(Signal.KILL);
    db.awaitState(LIMIT, ProcessState.FAILED);
    var next = shop();
    next.put("db", server("db 2").build());
    next.put("api", server("api 2").dependsOn("db", Dependency.Condition.READY).build());
    assertThat(projects.apply(project(next)).isComplete()).isTrue();
    assertThat(manager.get("api").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void whatIsNoLongerOnDemandIsStarted() throws Exception {
    projects.apply(project(Map.of("tool", server("tool").onDemand(true).build())));
    projects.apply(project(Map.of("tool", server("tool").build())));
    assertThat(manager.get("tool").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void whatIsOnDemandIsRegisteredOnly() throws Exception {
    projects.apply(project(Map.of("tool", server("tool").onDemand(true).build())));
    assertThat(manager.get("tool").state()).isEqualTo(ProcessState.NEW);
  }

  @Test
  void processesThatComeFromNoProjectAreLeftAlone() throws Exception {
    var own = manager.start(ProcessSpec.named("own").shell("sleep 60").build());
    own.awaitReady(LIMIT);
    long pid = pid("own");
    projects.apply(
        project(Map.of("web", server("web").dependsOn("own", Dependency.Condition.READY).build())));
    projects.apply(project(Map.of()));
    assertThat(manager.processes()).containsExactly(own);
    assertThat(pid("own")).isEqualTo(pid);
  }

  @Test
  void anInterruptRollsBack() throws Exception {
    projects.apply(project(shop()));
    var next = shop();
    next.put("api", ProcessConfig.shell("sleep 60").ready(CheckConfig.Log.of("never")).build());
    var ended = new CountDownLatch(1);
    var applying =
        Thread.ofVirtual()
            .start(() -> {
              try {
                projects.apply(project(next));
              } catch (InterruptedException expected) {
                ended.countDown();
              }
            });
    await().atMost(LIMIT).until(() -> manager.get("api").state() == ProcessState.STARTING);
    applying.interrupt();
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(projects.current()).contains(project(shop()));
    assertThat(manager.get("api").state()).isEqualTo(ProcessState.RUNNING);
    assertThat(projects.plan(project(shop())).isEmpty()).isTrue();
  }

  @Test
  void applicationsAtOnceAreOneAfterAnother() throws Exception {
    var results = new ArrayList<Future<Applied>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var together = new CountDownLatch(1);
      for (int i = 0; i < 8; i++) {
        var version = version(i);
        Callable<Applied> apply =
            () -> {
              together.await();
              return Projects.on(manager).apply(version);
            };
        results.add(threads.submit(apply));
      }
      together.countDown();
    }
    for (Future<Applied> result : results) {
      assertThat(result.get().isComplete()).isTrue();
    }
    var last = projects.current().orElseThrow();
    assertThat(last).isIn(IntStream.range(0, 8).mapToObj(ProjectsTest::version).toList());
    assertThat(specs())
        .isEqualTo(
            last.specs().stream()
                .collect(
                    LinkedHashMap::new, (map, spec) -> map.put(spec.name(), spec), Map::putAll));
  }

  @Test
  void ofPlansMadeAtOnceOneIsApplied() throws Exception {
    var plans = IntStream.range(0, 4).mapToObj(i -> projects.plan(version(i))).toList();
    int applied = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = plans.stream().map(plan -> threads.submit(() -> projects.apply(plan))).toList();
      for (Future<Applied> result : results) {
        try {
          result.get();
          applied++;
        } catch (ExecutionException refused) {
          assertThat(refused.getCause()).isInstanceOf(StalePlanException.class);
        }
      }
    }
    assertThat(applied).isEqualTo(1);
  }

  private static Project version(int i) {
    return project(
        Map.of("web", server("version " + i).build(), "job" + i % 3, server("job").build()));
  }

  @Test
  void aCommandThatCannotBeLaunchedRollsBack() throws Exception {
    projects.apply(project(shop()));
    var next = shop();
    next.put("mail", ProcessConfig.of(new Command.Exec(List.of("/no/such/program"))).build());
    assertThatThrownBy(() -> projects.apply(project(next)))
        .isInstanceOf(ApplyException.class)
        .hasMessageContaining("/no/such/program");
    assertThat(manager.get("mail").state()).isEqualTo(ProcessState.RUNNING);
  }
}
