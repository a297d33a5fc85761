package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessState;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes from files, and what becomes of them when the files change.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FollowingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;
  private Path file;
  private ProcessManager manager;
  private Projects projects;
  private final List<ProcessEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    file = temp.resolve("procman.yaml");
    manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build();
    projects = Projects.on(manager);
    var _ = manager.events().subscribe(events::add);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static final String SHOP =
      """
      name: shop
      defaults:
        restart: on_failure
        shutdown: {timeout: 5s}
      templates:
        server:
          shell: |
            trap 'exit 0' TERM
            echo "$WORD is up"
            while :; do sleep 0.05; done
          readiness_probe: {log: is up}
      processes:
        db: {extends: server, environment: {WORD: db}}
        migrate: {command: "true", depends_on: [db]}
        api:
          extends: server
          environment: {WORD: api}
          depends_on:
            db: process_healthy
            migrate: process_completed_successfully
        web: {extends: server, environment: {WORD: web}, depends_on: [api]}
        mail: {extends: server, environment: {WORD: mail}}
        tool: {extends: server, environment: {WORD: tool}, on_demand: true}
      """;

  private static String changed() {
    return SHOP.replace("WORD: db}}", "WORD: db}, labels: {tier: data}}")
        .replace("WORD: api", "WORD: second api")
        .replace("  mail:", "  cache:");
  }

  private <E extends ProcessEvent> List<E> seen(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <E extends ProcessEvent> E awaitEvent(Class<E> type, int count) {
    await().atMost(LIMIT).until(() -> seen(type).size() >= count);
    return seen(type).get(count - 1);
  }

  private Map<String, Long> pids() {
    var pids = new LinkedHashMap<String, Long>();
    for (ManagedProcess process : manager.processes()) {
      process.pid().ifPresent(pid -> pids.put(process.name(), pid));
    }
    return pids;
  }

  private String said(String process) {
    return manager.get(process).output().tail(1).getFirst().text();
  }

  @Test
  void aProjectOfSixProcessesFromAFileIsChangedWhileItRunsAndRolledBack() throws Exception {
    Files.writeString(file, SHOP);
    try (var following = projects.follow(file)) {
      assertThat(following.files()).contains(file, temp.resolve(".env"));
      assertThat(manager.processes())
          .extracting(ManagedProcess::name)
          .containsExactlyInAnyOrder("db", "migrate", "api", "web", "mail", "tool");
      assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
      assertThat(manager.get("tool").state()).isEqualTo(ProcessState.NEW);
      assertThat(said("api")).isEqualTo("api is up");
      var first = pids();

      Files.writeString(file, changed());
      var applied = awaitEvent(ConfigEvent.ProjectApplied.class, 2);
      assertThat(applied.created()).containsExactly("cache");
      assertThat(applied.updated()).containsExactly("db");
      assertThat(applied.restarted()).containsExactly("api");
      assertThat(applied.removed()).containsExactly("mail");
      var second = pids();
      assertThat(second)
          .containsEntry("db", first.get("db"))
          .containsEntry("web", first.get("web"))
          .containsKey("cache")
          .doesNotContainKey("mail");
      assertThat(second.get("api")).isNotEqualTo(first.get("api"));
      assertThat(said("api")).isEqualTo("second api is up");
      assertThat(manager.get("db").spec().labels()).containsEntry("tier", "data");

      Files.writeString(
          file,
          changed()
              .replace("WORD: web}", "WORD: web}, shell: 'echo it breaks; exit 4', restart: never")
              .replace("  cache:", "  mail:"));
      var back = awaitEvent(ConfigEvent.ProjectRolledBack.class, 1);
      assertThat(back.failures().get("web")).contains("it breaks");
      assertThat(back.notRestored()).isEmpty();
      assertThat(manager.processes())
          .extracting(ManagedProcess::name)
          .containsExactlyInAnyOrder("db", "migrate", "api", "web", "cache", "tool");
      assertThat(said("web")).isEqualTo("web is up");
      assertThat(pids())
          .containsEntry("db", second.get("db"))
          .containsEntry("api", second.get("api"))
          .containsEntry("cache", second.get("cache"));
      assertThat(projects.plan(ProcmanConfig.load(file)).isEmpty()).isFalse();
    }
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void aBadFileChangesNothingAndIsTold() throws Exception {
    Files.writeString(file, SHOP);
    try (var _ = projects.follow(file)) {
      var before = pids();
      Files.writeString(file, SHOP.replace("depends_on: [api]", "depends_on: [apy]"));
      var refused = awaitEvent(ConfigEvent.ConfigurationRefused.class, 1);
      assertThat(refused.problems())
          .singleElement()
          .asString()
          .contains(file + ":", "apy", "did you mean 'api'");
      assertThat(pids()).isEqualTo(before);
      Files.writeString(file, SHOP.replace("WORD: web", "WORD: new web"));
      assertThat(awaitEvent(ConfigEvent.ProjectApplied.class, 2).restarted())
          .containsExactly("web");
      assertThat(said("web")).isEqualTo("new web is up");
    }
  }

  @Test
  void aBadFileAtTheBeginningIsThrown() throws IOException {
    Files.writeString(file, "processes: {web: {comand: x}}");
    assertThatThrownBy(() -> projects.follow(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("comand");
    assertThat(manager.processes()).isEmpty();
  }

  @Test
  void whatDoesNotBecomeReadyIsRolledBackAndTheNextChangeCounts() throws Exception {
    Files.writeString(file, SHOP);
    try (var _ = projects.follow(file)) {
      var before = pids();
      Files.writeString(
          file,
          SHOP.replace(
              "web: {extends: server,", "web: {extends: server, shell: 'echo it breaks; exit 4',"));
      var back = awaitEvent(ConfigEvent.ProjectRolledBack.class, 1);
      assertThat(back.failures().get("web")).contains("it breaks");
      assertThat(back.notRestored()).isEmpty();
      assertThat(said("web")).isEqualTo("web is up");
      assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
      assertThat(pids()).containsEntry("api", before.get("api"));
      Files.writeString(file, SHOP.replace("WORD: web", "WORD: better web"));
      awaitEvent(ConfigEvent.ProjectApplied.class, 2);
      assertThat(said("web")).isEqualTo("better web is up");
    }
  }

  @Test
  void filesThatAreIncludedAndReadForVariablesAreFollowedToo() throws Exception {
    var included = temp.resolve("more.yaml");
    var variables = temp.resolve("web.env");
    Files.writeString(variables, "WORD=one\n");
    Files.writeString(file, SHOP.replace("environment: {WORD: web}", "env_file: web.env"));
    try (var following = projects.follow(file)) {
      assertThat(said("web")).isEqualTo("one is up");
      Files.writeString(variables, "WORD=two\n");
      awaitEvent(ConfigEvent.ProjectApplied.class, 2);
      assertThat(said("web")).isEqualTo("two is up");

      Files.writeString(file, "include: more.yaml\n" + Files.readString(file));
      awaitEvent(ConfigEvent.ConfigurationRefused.class, 1);
      assertThat(following.files()).contains(included);
      Files.writeString(included, "processes: {extra: {command: sleep 60}}");
      assertThat(awaitEvent(ConfigEvent.ProjectApplied.class, 3).created())
          .containsExactly("extra");

      Files.writeString(temp.resolve(".env"), "PROCMAN__web__labels__by=dotenv\n");
      assertThat(awaitEvent(ConfigEvent.ProjectApplied.class, 4).updated()).containsExactly("web");
      assertThat(manager.get("web").spec().labels()).containsEntry("by", "dotenv");
    }
  }

  @Test
  void aFileThatALinkLeadsToIsFollowed() throws Exception {
    var one = Files.createDirectory(temp.resolve("one")).resolve("procman.yaml");
    var two = Files.createDirectory(temp.resolve("two")).resolve("procman.yaml");
    Files.writeString(one, SHOP);
    Files.writeString(two, SHOP.replace("WORD: web", "WORD: other web"));
    Files.createSymbolicLink(file, one);
    try (var _ = projects.follow(file)) {
      var next = temp.resolve("next");
      Files.createSymbolicLink(next, two);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      awaitEvent(ConfigEvent.ProjectApplied.class, 2);
      assertThat(said("web")).isEqualTo("other web is up");
      Files.writeString(two, SHOP.replace("WORD: web", "WORD: last web"));
      awaitEvent(ConfigEvent.ProjectApplied.class, 3);
      assertThat(said("web")).isEqualTo("last web is up");
    }
  }

  @Test
  void aChangeThatMeansNothingIsNothing() throws Exception {
    Files.writeString(file, SHOP);
    try (var _ = projects.follow(file)) {
      var before = pids();
      Files.writeString(file, "# a note\n" + SHOP);
      Files.writeString(temp.resolve("marker.txt"), "not followed");
      Files.writeString(file, "# a note\n" + SHOP.replace("WORD: web", "WORD: web 2"));
      awaitEvent(ConfigEvent.ProjectApplied.class, 2);
      assertThat(seen(ConfigEvent.ProjectApplied.class)).hasSize(2);
      assertThat(pids()).containsEntry("api", before.get("api"));
    }
  }

  @Test
  void whatIsClosedFollowsNothing() throws Exception {
    Files.writeString(file, SHOP);
    projects.follow(file).close();
    Files.writeString(file, SHOP.replace("WORD: web", "WORD: web 2"));
    try (var _ = projects.follow(file)) {
      assertThat(awaitEvent(ConfigEvent.ProjectApplied.class, 2).restarted())
          .containsExactly("web");
    }
    assertThat(seen(ConfigEvent.ProjectApplied.class)).hasSize(2);
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
  }
}
