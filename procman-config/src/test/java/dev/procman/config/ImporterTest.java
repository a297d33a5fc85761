package dev.procman.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.Command;
import dev.procman.Dependency;
import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.Signal;
import dev.procman.StopSequence.Step;
import dev.procman.health.ScriptCheck;
import dev.procman.spi.Backoff;
import dev.procman.spi.StandardRestartPolicy;
import dev.procman.watch.FileWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of other supervisors become files of procman's, which are loaded.
class ImporterTest {
  private static final Path CORPUS =
      Path.of("src/test/resources/dev/procman/config/foreign").toAbsolutePath();
  private static final Map<String, String> ENVIRONMENT =
      Map.of("STAGE", "live", "SECONDS", "2", "THREADS", "8");
  private static final Importer IMPORTER = Importer.ofDefaults().environment(ENVIRONMENT);

  @TempDir Path directory;

  private static Imported corpus(String name) {
    return switch (name) {
      case "foreman" -> IMPORTER.procfile(CORPUS.resolve("foreman/Procfile"));
      case "compose" -> IMPORTER.processCompose(CORPUS.resolve("compose/process-compose.yaml"));
      default -> IMPORTER.supervisord(CORPUS.resolve("supervisord/supervisord.conf"));
    };
  }

  private static Project load(Imported imported, Path directory) {
    return ProcmanConfig.builder()
        .text("imported", imported.yaml(), directory)
        .environment(ENVIRONMENT)
        .load()
        .project();
  }

  private static Map<String, ProcessSpec> specs(String name) {
    return load(corpus(name), CORPUS.resolve(name)).specs().stream()
        .collect(Collectors.toMap(ProcessSpec::name, spec -> spec));
  }

  private static String here(String text) {
    return text.replace(CORPUS.toString(), "CORPUS");
  }

  private void assertRefused(String name, String text, Function<Path, Imported> read, String words)
      throws IOException {
    var file = directory.resolve(name);
    Files.writeString(file, text.replace("\\n", "\n"));
    assertThatThrownBy(() -> read.apply(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + ":")
        .hasMessageContaining(words);
  }

  // What becomes of everything that a file may hold.

  @ParameterizedTest
  @ValueSource(strings = {"foreman", "compose", "supervisord"})
  void whatBecomesOfAFileThatHasEverythingIsLoadedAndAsItIsWrittenDown(String name)
      throws IOException {
    var imported = corpus(name);
    assertThat(load(imported, CORPUS.resolve(name)).processes()).isNotEmpty();
    assertThat(here(imported.yaml()))
        .isEqualTo(Files.readString(CORPUS.resolve(name + "/expected.yaml.txt")));
    assertThat(
            here(
                imported.findings().stream()
                    .map(finding -> finding + "\n")
                    .collect(Collectors.joining())))
        .isEqualTo(Files.readString(CORPUS.resolve(name + "/findings.txt")));
  }

  @Test
  void everyKeyThatProcessComposeKnowsIsInTheCorpus() throws IOException {
    var text = Files.readString(CORPUS.resolve("compose/process-compose.yaml"));
    var known =
        Stream.of(
                "version name log_location log_level log_length log_configuration log_format"
                    + " processes environment shell is_strict vars disable_env_expansion"
                    + " is_tui_disabled extends env_cmds ordered_shutdown file_names"
                    + " env_file_names dot_env_vars mcp_server",
                "name extends disabled is_daemon command entrypoint log_location"
                    + " log_configuration environment env_file availability depends_on"
                    + " liveness_probe readiness_probe ready_log_line shutdown"
                    + " disable_ansi_colors working_dir namespace replicas description vars"
                    + " is_foreground is_tty is_elevated is_interactive launch_timeout_seconds"
                    + " is_disabled is_dotenv_disabled original_config replica_num replica_name"
                    + " executable args schedule watch mcp truncate_log is_template_disabled"
                    + " monitor_for monitor_silence_threshold success_exit_codes",
                "restart backoff_seconds max_restarts exit_on_end exit_on_skipped",
                "command timeout_seconds signal parent_only send_keys condition",
                "exec http_get initial_delay_seconds period_seconds timeout_seconds"
                    + " success_threshold failure_threshold",
                "host path scheme port headers status_code working_dir",
                "directory filename max_size_mb max_backups max_age_days compress rotation"
                    + " fields_order disable_json timestamp_format no_color no_metadata"
                    + " add_timestamp flush_each_line",
                "shell_command shell_argument elevated_shell_command elevated_shell_argument",
                "cron timezone interval run_on_start max_concurrent",
                "paths cascade debounce max_entries buffer_size disable_default_excludes"
                    + " include exclude")
            .flatMap(words -> Stream.of(words.split(" ")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(known)
        .allSatisfy(key ->
            assertThat(Pattern.compile("(?m)^[\\s-]*" + key + ":").matcher(text).find())
                .as(key)
                .isTrue());
  }

  // Foreman.

  @Test
  void aProcfileHasItsPortsAndItsEnvironmentAndRunsAsItDid() throws Exception {
    Files.writeString(
        directory.resolve("Procfile"),
        """
        first: echo "$PORT $PS $WORD ${HOME:+home} $((1 + 1)) 100%"; exec sleep 60
        second: echo "$PORT in $(basename "$PWD")"; exec sleep 60
        """);
    Files.writeString(directory.resolve(".env"), "WORD='of $mine'\n");
    var imported = IMPORTER.procfile(directory.resolve("Procfile"));
    assertThat(imported.findings()).isEmpty();
    try (var manager =
        ProcessManager.builder().stateDirectory(directory.resolve("state")).build()) {
      load(imported, directory).specs().forEach(manager::register);
      manager.startAll();
      var first = manager.get("first");
      assertThat(firstLine(first)).isEqualTo("5000 first.1 of $mine home 2 100%");
      assertThat(firstLine(manager.get("second"))).isEqualTo("5100 in " + directory.getFileName());
    }
  }

  private static String firstLine(ManagedProcess process) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !process.output().lines().isEmpty());
    return process.output().lines().getFirst().text();
  }

  @Test
  void aProcfileTakesTheFirstPortFromItsEnvironment() {
    var spec = specs("foreman").get("worker");
    assertThat(spec.environment().values())
        .containsEntry("PORT", "7100")
        .containsEntry("GREETING", "good day");
    assertThat(spec.stop().orElseThrow().steps())
        .containsExactly(new Step.Send(Signal.TERM, Duration.ofSeconds(5)));
  }

  @Test
  void whatAnImportTakesFromDotEnvIsWhatTheLoaderReads() throws IOException {
    Files.writeString(directory.resolve("Procfile"), "web: exec sleep 60\n");
    Files.writeString(directory.resolve(".env"), "export PORT=\"7100\\n\" # with an escape\n");
    var spec = load(IMPORTER.procfile(directory.resolve("Procfile")), directory).specs().getFirst();
    assertThat(spec.environment().values()).containsEntry("PORT", "7100");
  }

  @Test
  void aLineOfDotEnvThatTheLoaderRefusesIsTold() throws IOException {
    Files.writeString(directory.resolve("Procfile"), "web: exec sleep 60\n");
    Files.writeString(directory.resolve(".env"), "GOOD=1\nKEY='hunter2\n");
    assertThat(IMPORTER.procfile(directory.resolve("Procfile")).findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.line()).isEqualTo(2);
          assertThat(finding.toString()).contains("the value of KEY").doesNotContain("hunter2");
        });
  }

  // process-compose.

  @Test
  void aProcessOfProcessComposeIsTheSameHere() {
    var db = specs("compose").get("db");
    assertThat(db.command())
        .isEqualTo(new Command.Shell("sh", "exec ./db --level 2 deep --stage live --pid $$PID"));
    assertThat(db.directory()).contains(CORPUS.resolve("compose/data").toString());
    assertThat(db.environment().values())
        .containsEntry("LOCAL", "1")
        .containsEntry("TEMPLATE", "hello")
        .containsEntry("PERCENT", "50%")
        .containsEntry("SHARED", "for all")
        .containsEntry("BASE", "1")
        .containsEntry("FROM_ENV", "live")
        .containsEntry("DB_NAME", "shop")
        .doesNotContainKey("WAIT");
    assertThat(db.restart().orElseThrow())
        .isInstanceOfSatisfying(
            StandardRestartPolicy.class,
            policy -> {
              assertThat(policy.when()).isEqualTo(StandardRestartPolicy.When.ON_FAILURE);
              assertThat(policy.backoff()).isEqualTo(Backoff.fixed(Duration.ofSeconds(3)));
              assertThat(policy.limit()).isEqualTo(5);
              assertThat(policy.onLimit()).isEqualTo(StandardRestartPolicy.OnLimit.LEAVE);
            });
    var probe = db.ready().orElseThrow();
    assertThat(probe.initialDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(probe.interval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(probe.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(probe.failedAfter()).isEqualTo(4);
    assertThat(probe.check())
        .isInstanceOfSatisfying(
            ScriptCheck.class,
            check ->
                assertThat(check.command())
                    .containsExactly("sh", "-c", "cd '/tmp' || exit 1\ntest -f ready"));
    assertThat(db.live()).isEqualTo(db.ready());
    assertThat(db.stop().orElseThrow().steps())
        .containsExactly(new Step.SendToLeader(Signal.INT, Duration.ofSeconds(7)));
    assertThat(db.successCodes()).containsExactlyInAnyOrder(0, 130, 143);
    assertThat(db.labels())
        .containsEntry("namespace", "data,base")
        .containsEntry("description", "keeps the hello");
  }

  @Test
  void replicasAreProcessesOfTheirOwnAndDependedOnAsOne() {
    var specs = specs("compose");
    assertThat(specs.keySet()).contains("api-0", "api-1").doesNotContain("api");
    assertThat(specs.get("api-1").environment().values())
        .containsEntry("PORT", "801")
        .containsEntry("PC_REPLICA_NUM", "1");
    assertThat(specs.get("web").dependencies())
        .contains(
            new Dependency("api-0", Dependency.Condition.STARTED),
            new Dependency("api-1", Dependency.Condition.READY));
    assertThat(load(corpus("compose"), CORPUS.resolve("compose")).groups())
        .containsEntry("api", List.of("api-0", "api-1"));
    assertThat(specs.get("api-0").extensions())
        .singleElement()
        .isInstanceOfSatisfying(
            FileWatch.class,
            watch ->
                assertThat(watch.files().roots()).containsExactly(CORPUS.resolve("compose/src")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "echo $A; exit $CODE       | echo $$A; exit $$CODE",
        "echo ${A}                 | echo ${A:-}",
        "echo ${A:-b} ${A=c}       | echo ${A:-b} ${A:-c}",
        "echo ${A:-${B:-$c}}       | echo ${A:-${B:-$$c}}",
        "echo $$A $${B}            | echo $$A $${B}",
        "echo $(date) $?           | echo $$(date) $$?",
        "echo {{.X}}{{ .X }}       | echo 1$$1$$",
        "echo {{.X -}}  end        | echo 1$$end",
        "{{ \"{{ .X }}\" }}        | {{ .X }}",
        "{{ `a}}b` }}              | a}}b",
        "awk '{print $1}'          | awk '{print $$1}'",
        "echo 50%                  | echo 50%",
      })
  void textsMeanWhatTheyMeant(String line, String expected) throws IOException {
    Files.writeString(
        directory.resolve("pc.yaml"),
        "vars: {X: 1$$}\nprocesses:\n  p:\n    description: '{{.X}}'\n    command: |-\n      "
            + line
            + "\n");
    var imported = IMPORTER.processCompose(directory.resolve("pc.yaml"));
    assertThat(imported.findings()).isEmpty();
    assertThat(imported.document().get("processes").toString())
        .contains("script=" + expected + "}");
  }

  @Test
  void anotherFileIsPutOnTop() throws IOException {
    Files.writeString(
        directory.resolve("a.yaml"),
        """
        processes:
          web: {command: old, environment: [A=1, B=2], entrypoint: [x]}
          db: {command: db}
        """);
    Files.writeString(
        directory.resolve("b.yaml"),
        """
        processes:
          web: {command: new, environment: [B=3], replicas: 1}
          cache: {command: cache}
        """);
    var imported =
        IMPORTER.processCompose(directory.resolve("a.yaml"), directory.resolve("b.yaml"));
    var specs = load(imported, directory).specs();
    assertThat(specs).extracting(ProcessSpec::name).containsExactly("web", "db", "cache");
    assertThat(specs.getFirst().environment().values())
        .containsEntry("A", "1")
        .containsEntry("B", "3");
    assertThat(specs.getFirst().command()).isEqualTo(new Command.Shell("bash", "new"));
  }

  @Test
  void nothingIsFilledInWhenTheFileSaysSo() throws IOException {
    Files.writeString(
        directory.resolve("pc.yaml"),
        "disable_env_expansion: true\nprocesses: {p: {command: 'echo $A $$ ${B}'}}\n");
    var specs = load(IMPORTER.processCompose(directory.resolve("pc.yaml")), directory).specs();
    assertThat(specs.getFirst().command())
        .isEqualTo(new Command.Shell("bash", "echo $$A $$$$ $${B}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "processes: [             | a '[' or '{' before it is not closed",
        "[a, b]                   | no mapping",
        "a: 1\\na: 2              | the key 'a' stands here a second time, first in line 1",
        "processes: {a: {extends: b, command: x}} | there is no process 'b' to extend",
        "processes: {a: {extends: b}, b: {extends: a}} | extends itself",
        "x: &a [*b]               | there is no anchor before this alias",
        "<<: 1                    | has no mapping",
        "extends: \"\\0\"     | names no file",
      })
  void whatCannotBeReadIsATypedErrorWithItsPlace(String text, String words) throws IOException {
    assertRefused("pc.yaml", text, IMPORTER::processCompose, words);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aChainOfExtendsThatIsTooLongIsRefused() throws IOException {
    var chain = new StringBuilder("processes:\n  p0: {command: x}\n");
    for (int i = 1; i < 30_000; i++) {
      chain.append("  p%d: {extends: p%d}\n".formatted(i, i - 1));
    }
    Files.writeString(directory.resolve("pc.yaml"), chain);
    assertThatThrownBy(() -> IMPORTER.processCompose(directory.resolve("pc.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("extends");
  }

  @ParameterizedTest
  @ValueSource(strings = {"conf.d/[.conf", "conf.d/\\", "{a", "conf.d/[!a"})
  void aPatternThatIsNoneMatchesNothing(String pattern) throws IOException {
    Files.createDirectory(directory.resolve("conf.d"));
    var file = directory.resolve("supervisord.conf");
    Files.writeString(file, "[include]\nfiles = " + pattern + "\n[program:p]\ncommand = a\n");
    assertThat(IMPORTER.supervisord(file).findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("no file matches"));
  }

  @Test
  void aliasesThatMultiplyAreRefused() throws IOException {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    Files.writeString(directory.resolve("pc.yaml"), bomb);
    assertThatThrownBy(() -> IMPORTER.processCompose(directory.resolve("pc.yaml")))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileWithoutAnEndIsRefused() throws IOException {
    Files.writeString(directory.resolve("pc.yaml"), "extends: /dev/zero");
    assertThatThrownBy(() -> IMPORTER.processCompose(directory.resolve("pc.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/dev/zero:1:1: '/dev/zero' is a pipe, a device or a socket");
  }

  @Test
  void aFileThatIsNotThereIsATypedError() {
    assertThatThrownBy(() -> IMPORTER.procfile(directory.resolve("Procfile")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no such file");
  }

  // supervisord.

  @Test
  void aProgramOfSupervisordIsTheSameHere() {
    var specs = specs("supervisord");
    assertThat(specs.keySet())
        .containsExactlyInAnyOrder("web_01", "web_02", "worker", "fcgi", "local", "included");
    var web = specs.get("web_02");
    assertThat(web.command().argv())
        .containsExactly(
            "/usr/bin/env",
            "web",
            "--name",
            "web of shop",
            "--rate",
            "50%",
            "--at",
            CORPUS.resolve("supervisord").toString(),
            "$$HOME");
    assertThat(web.environment().values())
        .containsEntry("PORT", "8002")
        .containsEntry("LIST", "a,b")
        .containsEntry("MODE", "fast")
        .containsEntry("SHARED", "yes")
        .containsEntry("FROM_ENV", "live");
    assertThat(web.minimumUptime()).isEqualTo(Duration.ofSeconds(3));
    assertThat(web.successCodes()).isEqualTo(Set.of(0, 2));
    assertThat(web.stop().orElseThrow().steps())
        .containsExactly(new Step.Send(Signal.INT, Duration.ofSeconds(15)));
    assertThat(web.output().files())
        .singleElement()
        .satisfies(file -> {
          assertThat(file.path()).isEqualTo(Path.of("/var/log/web-2.log"));
          assertThat(file.maxBytes()).isEqualTo(2 << 20);
          assertThat(file.keep()).isEqualTo(3);
        });
    assertThat(specs.get("worker").onDemand()).isTrue();
    assertThat(specs.get("worker").command().argv()).endsWith("--threads", "8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "command = x                     | no section has begun",
        "[program:a]\\nwhat is this      | neither a section nor a key",
      })
  void aBrokenIniFileIsATypedErrorWithItsPlace(String text, String words) throws IOException {
    assertRefused("supervisord.conf", text, IMPORTER::supervisord, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "command = a 'b            | the quote at character 3 is not closed",
        "command = a %(nobody)s    | there is no variable 'nobody'",
        "command = a 5% b          | a % is written %%",
        "command = a\\nstartsecs=x | 'x' is no number",
        "command = a\\numask = 9   | no octal number",
        "command = a\\nenvironment = A | no KEY=value",
        "command = a\\nautorestart = maybe | no such mode",
        "command = a\\nautostart = perhaps | neither true nor false",
        "command = a\\nexitcodes = 0,300 | no exit code",
        "command = a\\nnumprocs = 2 | the name lacks %(process_num)d",
      })
  void valuesThatMakeNoSenseAreTold(String keys, String words) throws IOException {
    var file = directory.resolve("supervisord.conf");
    Files.writeString(file, "[program:p]\n" + keys.replace("\\n", "\n"));
    var imported = IMPORTER.supervisord(file);
    assertThat(imported.findings())
        .anySatisfy(finding -> assertThat(finding.toString()).contains(words));
    assertThat(load(imported, directory).processes()).containsKey("p");
  }

  // Secrets.

  @Test
  void noValueIsInTheTextOfWhatWasImported() {
    var text = corpus("compose") + " " + corpus("supervisord");
    assertThat(text).contains("api-0", "web_01").doesNotContain("of the base", "a,b");
  }
}
