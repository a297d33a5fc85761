package dev.procman.core.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.procman.Environment;
import dev.procman.Hook;
import dev.procman.InvalidSpecException;
import dev.procman.LaunchSettings;
import dev.procman.ManagedProcess;
import dev.procman.OutputSettings;
import dev.procman.Probe;
import dev.procman.ProcessId;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StopSequence;
import dev.procman.core.scenario.EngineTest;
import dev.procman.event.ProcessEvent;
import dev.procman.spi.Backoff;
import dev.procman.spi.HealthCheck;
import dev.procman.spi.HealthResult;
import dev.procman.spi.LaunchRequest;
import dev.procman.spi.RestartPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A secret is used in one way after another; afterwards it is looked for wherever procman writes
/// or says something.
class SecretsTest extends EngineTest {
  private static final String SECRET = "hunter2-correct-horse";

  /// A variable of this JVM's own environment, set by the build.
  private static final String OUTER = "PROCMAN_TEST_TOKEN";

  private static final String OUTER_SECRET =
      Optional.ofNullable(System.getenv(OUTER))
          .orElseThrow(() -> new IllegalStateException("set " + OUTER + " to run this test"));

  private static final List<String> HIDDEN = List.of(SECRET, OUTER_SECRET);

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level usual = root.getLevel();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Recording recording = new Recording();
  private final List<String> said = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    root.detachAndStopAllAppenders();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    for (String event : List.of("Start", "Exit", "Restart", "Health")) {
      recording.enable("dev.procman.Process" + event);
    }
    recording.start();
  }

  @AfterEach
  void findTheSecretNowhere() throws Exception {
    try {
      for (var process : manager.processes()) {
        said.add(process.toString());
        said.add(process.spec().toString());
        said.add(process.spec().toBuilder().build().environment().toString());
        said.add(process.snapshot().toString());
        said.add(process.why().toString());
      }
      said.add(manager.toString());
      Thread.getAllStackTraces().keySet().forEach(thread -> said.add(thread.getName()));
      readStateDirectory();
      manager.close();
      readStateDirectory();
      events.forEach(event -> said.add(event.toString()));
      log.list.forEach(this::read);
      assertThat(events).isNotEmpty();
      assertThat(log.list).isNotEmpty();
      for (String text : said) {
        assertHidden(text);
      }
      var file = temp.resolve("recording.jfr");
      recording.dump(file);
      assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
      assertHidden(Files.readString(file, StandardCharsets.ISO_8859_1));
    } finally {
      recording.close();
      root.detachAppender(log);
      root.setLevel(usual);
    }
  }

  private static void assertHidden(String text) {
    for (String hidden : HIDDEN) {
      assertThat(text).doesNotContain(hidden);
    }
  }

  private void readStateDirectory() throws IOException {
    try (var files = Files.walk(temp.resolve("state"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        said.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private void read(ILoggingEvent entry) {
    said.add(entry.getFormattedMessage());
    said.add(entry.getThreadName());
    said.add(String.valueOf(entry.getKeyValuePairs()));
    said.add(ThrowableProxyUtil.asString(entry.getThrowableProxy()));
  }

  private void read(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    said.add(text.toString());
  }

  /// Waits in vain for readiness, and reads what is said about it.
  private String failureOf(ManagedProcess process) {
    var thrown = catchThrowable(() -> process.awaitReady(LIMIT));
    assertThat(thrown).isInstanceOf(ProcessNotReadyException.class);
    read(thrown);
    return String.valueOf(thrown.getMessage());
  }

  private static HealthCheck never() {
    return HealthCheck.of("never", () -> false);
  }

  private static HealthCheck tattling() {
    return _ -> HealthResult.failing("it answered: wrong token " + SECRET);
  }

  @Test
  void aSecretOfALongLifeIsNowhere() throws Exception {
    var process =
        manager.start(
            sh("quiet", "exec sleep 1000")
                .secretEnv("TOKEN", SECRET)
                .env("URL", "http://${env." + OUTER + "}@localhost/")
                .build());
    process.awaitReady(LIMIT);
    await()
        .atMost(LIMIT)
        .until(() -> {
          readStateDirectory();
          return said.stream().anyMatch(text -> text.contains("/quiet#1"));
        });
  }

  @Test
  void aChildThatPrintsItsSecretIsMaskedInReportAndFailureText() throws Exception {
    var process =
        manager.start(
            sh("tattler", "echo \"my token is $TOKEN\"; echo \"$TOKEN$TOKEN\" >&2; exit 3")
                .secretEnv("TOKEN", SECRET)
                .ready(never())
                .build());
    assertThat(failureOf(process)).contains("my token is ***");
    assertThat(process.awaitExit(LIMIT).lastLines())
        .anySatisfy(line -> assertThat(line.text()).isEqualTo("******"));
  }

  @Test
  void aPrintedSecretIsMaskedInEventsAndInTheLog() throws Exception {
    var settings = OutputSettings.ofDefaults().toEvents().toLog();
    manager
        .start(
            sh("tattler", "echo \"my token is $TOKEN\"; echo \"$TOKEN\" >&2")
                .secretEnv("TOKEN", SECRET)
                .output(settings)
                .build())
        .awaitExit(LIMIT);
    assertThat(awaitEvents(ProcessEvent.ProcessOutputLine.class, "tattler", 2))
        .extracting(event -> event.line().text())
        .containsExactlyInAnyOrder("my token is ***", "***");
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream().anyMatch(entry -> entry.getMessage().equals("my token is ***")));
  }

  @Test
  void aSecretOfSeveralLinesIsMaskedLineByLine() throws Exception {
    var process =
        manager.start(
            sh("key", "echo \"$KEY\"; exit 1")
                .secretEnv("KEY", "-----BEGIN KEY-----\n" + SECRET + "\n-----END KEY-----\n")
                .ready(never())
                .build());
    assertThat(failureOf(process)).contains("| ***").doesNotContain("BEGIN KEY");
  }

  @Test
  void aSecretMadeFromATemplateIsMaskedWhole() {
    var process =
        manager.start(
            sh("url", "echo \"$URL\"; exit 1")
                .secretEnv("URL", "http://user:${env." + OUTER + "}@host/")
                .ready(never())
                .build());
    assertThat(failureOf(process)).contains("stdout | ***\n".strip()).doesNotContain("user:");
  }

  @Test
  void aSecretInTheArgumentsOfACommandThatFailsIsMasked() {
    var process =
        manager.start(
            ProcessSpec.named("client")
                .command("sh", "-c", "echo \"$0\"; exit 1", "--token=${env." + OUTER + "}")
                .ready(never())
                .build());
    assertThat(failureOf(process)).contains("--token=***");
  }

  @Test
  void aSecretInTheNameOfAProgramThatIsMissingIsMasked() {
    var process =
        manager.start(
            ProcessSpec.named("missing").command("/no/${env." + OUTER + "}/program").build());
    assertThat(failureOf(process)).contains("/no/***/program");
  }

  @Test
  void aSecretInADirectoryThatIsMissingIsMasked() {
    var process =
        manager.start(
            ProcessSpec.named("homeless")
                .command("true")
                .directory("/no/${env." + OUTER + "}/here")
                .build());
    assertThat(failureOf(process)).contains("/no/***/here");
  }

  @Test
  void aSecretInTheCauseOfALaunchFailureIsMasked() throws Exception {
    var directory = Files.createDirectory(temp.resolve(OUTER_SECRET));
    Files.createFile(directory.resolve("plain"));
    var process =
        manager.start(
            ProcessSpec.named("plain")
                .command("./plain")
                .directory(temp + "/${env." + OUTER + "}")
                .build());
    assertThat(failureOf(process)).contains("cannot start './plain'");
    Files.delete(directory.resolve("plain"));
    Files.delete(directory);
  }

  @Test
  void aSecretThatIsABrokenTemplateIsNotQuoted() {
    for (String value : List.of("${" + SECRET + "}", "x${" + SECRET)) {
      var process =
          manager.start(
              sh(value.endsWith("}") ? "unknown" : "open", "true")
                  .secretEnv("TOKEN", value)
                  .build());
      assertThat(failureOf(process)).contains("TOKEN");
    }
  }

  @Test
  void aValueThatIsABrokenTemplateIsNotQuotedAlsoWhereNobodySaidThatItIsSecret() throws Exception {
    int number = 0;
    for (String broken : List.of("x${" + SECRET + "}", "x${" + SECRET)) {
      number++;
      var inVariable = manager.start(sh("variable" + number, "true").env("PLAIN", broken).build());
      assertThat(failureOf(inVariable)).contains("environment.PLAIN", "character 2");
      var inFile =
          manager.start(
              sh("file" + number, "true").file(temp + "/app.conf", "a\n" + broken).build());
      assertThat(failureOf(inFile)).contains("app.conf", "line 2, character 2");
      var inStep =
          manager.start(
              sh("step" + number, "exec sleep 1000")
                  .stop(
                      StopSequence.kill()
                          .run(Duration.ofMillis(300), "true", broken.replace(SECRET, "argument")))
                  .build());
      inStep.awaitReady(LIMIT);
      inStep.stop();
      var inArgument =
          manager.start(
              ProcessSpec.named("argument" + number)
                  .command("true", broken.replace(SECRET, "argument"))
                  .build());
      assertThat(failureOf(inArgument)).contains("command[1]: ", "character 2");
      assertThat(inArgument.awaitExit(LIMIT).describe())
          .contains("command[1]: ", "character 2")
          .doesNotContain("argument}");
    }
  }

  @Test
  void aTemplateThatIsMistypedIsNamed() {
    for (String name : List.of("port.htp", "env.NO_SUCH_VARIABLE_HERE")) {
      var process =
          manager.start(
              sh("mistyped." + name, "true").env("A", "${" + name + "}").port("http").build());
      assertThat(failureOf(process)).contains("${" + name + "}", "port.http");
    }
  }

  @Test
  void aSecretInWhichALineIsCutIsMaskedAsFarAsItGoes() throws Exception {
    var settings = OutputSettings.ofDefaults().maxLineLength(20).toEvents().toLog();
    var process =
        manager.start(
            sh("cut", "echo \"0123456789$TOKEN\"; echo \"$TOKEN\"; echo 0123456789$TOKEN; exit 3")
                .secretEnv("TOKEN", SECRET + SECRET)
                .output(settings)
                .ready(never())
                .build());
    assertThat(failureOf(process)).contains("| 0123456789***").doesNotContain("hunter");
    assertThat(process.awaitExit(LIMIT).lastLines())
        .extracting(line -> line.text())
        .containsExactly("0123456789***", "***", "0123456789***");
    assertThat(awaitEvents(ProcessEvent.ProcessOutputLine.class, "cut", 3))
        .noneMatch(event -> event.line().text().contains("hunter"));
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream().filter(entry -> entry.getMessage().equals("0123456789***")).count()
                == 2);
  }

  @Test
  void aSecretThatAChildDidNotPrintToItsEndIsMasked() throws Exception {
    var process =
        manager.start(
            sh("torn", "printf 'it is %.12s' \"$TOKEN\"; kill -KILL $$$$")
                .secretEnv("TOKEN", SECRET)
                .build());
    assertThat(process.awaitExit(LIMIT).lastLines())
        .extracting(line -> line.text())
        .containsExactly("it is ***");
  }

  private static IllegalStateException wrapped(String secret) {
    var thrown =
        new IllegalStateException("it failed", new IOException("no access with " + secret));
    thrown.addSuppressed(new IOException("nor with " + secret));
    return thrown;
  }

  @Test
  void hooksThatRepeatTheSecretInTheirCausesAreMaskedInTheLog() throws Exception {
    Hook hook =
        _ -> {
          throw wrapped(SECRET);
        };
    var spec = sh("hooks", "exec sleep 1000").secretEnv("TOKEN", SECRET);
    for (var point :
        List.of(Hook.Point.AFTER_READY, Hook.Point.BEFORE_STOP, Hook.Point.AFTER_EXIT)) {
      spec.hook(point, hook);
    }
    var process = manager.start(spec.build());
    process.awaitReady(LIMIT);
    process.stop();
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream()
                    .filter(entry -> entry.getMessage().equals("a hook failed"))
                    .map(entry -> ThrowableProxyUtil.asString(entry.getThrowableProxy()))
                    .filter(text -> text.contains("it failed"))
                    .filter(text -> text.contains("no access with ***"))
                    .filter(text -> text.contains("nor with ***"))
                    .filter(text -> text.contains("SecretsTest.wrapped"))
                    .count()
                == 3);
  }

  @Test
  void aHookBeforeTheStartThatRepeatsASecretMadeFromATemplateIsMasked() {
    Hook hook =
        _ -> {
          throw wrapped("http://user:" + OUTER_SECRET + "@host/");
        };
    var process =
        manager.start(
            sh("early", "true")
                .secretEnv("URL", "http://user:${env." + OUTER + "}@host/")
                .hook(Hook.Point.BEFORE_START, hook)
                .build());
    assertThat(failureOf(process)).contains("it failed");
    assertThat(catchThrowable(() -> process.awaitReady(LIMIT)))
        .hasStackTraceContaining("no access with ***")
        .hasStackTraceContaining("IOException");
    assertThat(said).noneMatch(text -> text.contains("user:"));
  }

  @Test
  void aFollowerThatRepeatsTheSecretIsMaskedInTheLog() {
    var process =
        manager.register(sh("followed", "echo \"$TOKEN\"").secretEnv("TOKEN", SECRET).build());
    process
        .output()
        .follow(line -> {
          throw wrapped(line.text());
        });
    process.start();
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream()
                .filter(entry -> entry.getMessage().startsWith("A follower of output threw"))
                .map(entry -> ThrowableProxyUtil.asString(entry.getThrowableProxy()))
                .anyMatch(text -> text.contains("no access with ***")));
  }

  @Test
  void anExtensionThatRepeatsTheSecretIsMaskedInTheLog() {
    var process =
        manager.start(
            sh("extended", "true")
                .secretEnv("TOKEN", SECRET)
                .with((_, _) -> {
                  throw wrapped(SECRET);
                })
                .build());
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream()
                .filter(entry -> entry.getFormattedMessage().contains("could not begin"))
                .map(entry -> ThrowableProxyUtil.asString(entry.getThrowableProxy()))
                .anyMatch(text -> text.contains("no access with ***")));
    process.stop();
  }

  @Test
  void whatACheckRemembersAndDoesNotCloseIsMaskedInTheLog() throws Exception {
    AutoCloseable memory =
        () -> {
          throw wrapped(SECRET);
        };
    var process =
        manager.start(
            sh("remembering", "exec sleep 1000")
                .secretEnv("TOKEN", SECRET)
                .ready(context -> {
                  var _ = context.memory(this, () -> memory);
                  return HealthResult.healthy("yes");
                })
                .build());
    process.awaitReady(LIMIT);
    process.stop();
    await()
        .atMost(LIMIT)
        .until(() ->
            log.list.stream()
                .filter(entry -> entry.getMessage().startsWith("what a health check remembered"))
                .map(entry -> ThrowableProxyUtil.asString(entry.getThrowableProxy()))
                .anyMatch(text -> text.contains("no access with ***")));
  }

  @Test
  void aRestartPolicyThatRepeatsTheSecretIsMasked() throws Exception {
    RestartPolicy policy =
        _ -> {
          throw new IllegalStateException("no policy for " + SECRET);
        };
    var process =
        manager.start(sh("policed", "exit 1").secretEnv("TOKEN", SECRET).restart(policy).build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.why().toString()).contains("no policy for ***");
  }

  @Test
  void aProbeThatRepeatsTheSecretIsMasked() throws Exception {
    var quick = Probe.of(tattling()).interval(Duration.ofMillis(20)).failures(1, 2, 3);
    var unready =
        manager.start(
            sh("unready", "exec sleep 1000").secretEnv("TOKEN", SECRET).startup(quick).build());
    assertThat(failureOf(unready)).contains("wrong token ***");
    var unhealthy =
        manager.start(
            sh("unhealthy", "exec sleep 1000")
                .secretEnv("TOKEN", SECRET)
                .live(quick)
                .restart(RestartPolicy.never())
                .build());
    unhealthy.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(of(ProcessEvent.ProcessHealthChanged.class, "unhealthy"))
        .anySatisfy(event -> assertThat(event.reason()).contains("wrong token ***"));
  }

  @Test
  void aHookBeforeTheStartThatRepeatsTheSecretIsMasked() {
    Hook hook =
        _ -> {
          throw new IllegalStateException("no access with " + SECRET);
        };
    var process =
        manager.start(
            sh("hooked", "true")
                .secretEnv("TOKEN", SECRET)
                .hook(Hook.Point.BEFORE_START, hook)
                .build());
    assertThat(failureOf(process)).contains("no access with ***");
  }

  @Test
  void aSecretInACommandOfTheStopSequenceIsMasked() throws Exception {
    var template = "${env." + OUTER + "}";
    for (var words : List.of(List.of("/no/" + template), List.of("sh", "-c", "exit 9", template))) {
      var process =
          manager.start(
              sh("stopper" + words.size(), "exec sleep 1000")
                  .stop(
                      StopSequence.kill().run(Duration.ofMillis(300), words.toArray(String[]::new)))
                  .build());
      process.awaitReady(LIMIT);
      process.stop();
    }
    var linked = Files.createSymbolicLink(temp.resolve(OUTER_SECRET), Path.of("/bin/false"));
    var process =
        manager.start(
            sh("stopper", "exec sleep 1000")
                .stop(StopSequence.kill().run(Duration.ofMillis(300), temp + "/" + template))
                .build());
    process.awaitReady(LIMIT);
    process.stop();
    Files.delete(linked);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(message -> message.endsWith("ended with exit code 9"))
        .contains("stop step failed");
  }

  @Test
  void aSecretOfACrashLoopIsMasked() throws Exception {
    manager.start(
        sh("crasher", "echo \"$TOKEN\" >&2; exit 1")
            .secretEnv("TOKEN", SECRET)
            .restart(RestartPolicy.always().backoff(Backoff.none()).limit(3, Duration.ofMinutes(1)))
            .build());
    awaitEvent(ProcessEvent.ProcessCrashLoop.class, "crasher");
  }

  @Test
  void aReplacedSecretIsAsHiddenAsTheFirst() throws Exception {
    var spec = sh("changing", "echo \"$TOKEN\"; sleep 1000").secretEnv("TOKEN", "first-" + SECRET);
    var process = manager.start(spec.build());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 1);
    assertThat(process.update(spec.secretEnv("TOKEN", SECRET).build())).isTrue();
    await().atMost(LIMIT).until(() -> process.generation() == 2 && process.pid().isPresent());
    await().atMost(LIMIT).until(() -> process.output().lineCount() == 2);
    process.stop();
  }

  @Test
  void rejectedValuesAreNotQuoted() throws Exception {
    assertThatThrownBy(() -> sh("nul", "true").secretEnv("TOKEN", SECRET + "\0").build())
        .isInstanceOf(InvalidSpecException.class)
        .satisfies(this::read);
    var tooLong = manager.start(sh("long", "true").secretEnv("TOKEN", SECRET.repeat(9000)).build());
    assertThat(failureOf(tooLong)).contains("too long");
  }

  @Test
  void specificationRequestAndEnvironmentShowNamesOnly() throws Exception {
    var spec = sh("shown", "true").secretEnv("TOKEN", SECRET).build();
    var request =
        new LaunchRequest(
            new ProcessId("shown", 1),
            List.of("client", "--token=" + SECRET),
            Optional.empty(),
            Map.of("TOKEN", SECRET),
            Duration.ofMillis(500),
            LaunchSettings.ofDefaults(),
            Map.of());
    var environment =
        new Environment(
            Environment.Inherit.ALL, Set.of(), Map.of("TOKEN", SECRET), Set.of(), Set.of());
    var shown =
        new ArrayList<>(List.of(spec.toString(), request.toString(), environment.toString()));
    assertThat(shown).noneMatch(text -> text.contains(SECRET));
    assertThat(shown).allMatch(text -> text.contains("TOKEN"));
    manager.start(spec).awaitExit(LIMIT);
  }

  @Test
  void ofASinkThatComplainsOfTheLineItCannotWrite() throws Exception {
    var process =
        manager.start(
            sh("sink", "echo $TOKEN")
                .secretEnv("TOKEN", SECRET)
                .output(
                    OutputSettings.ofDefaults()
                        .sink((_, line) -> {
                          throw new IllegalStateException("cannot write: " + line.text());
                        }))
                .build());
    process.awaitExit(LIMIT);
    var failed = awaitEvent(ProcessEvent.SinkFailed.class, "sink");
    assertThat(failed.meta().cause()).contains("cannot write: ***");
  }

  @Test
  void ofACheckThatDescribesItselfWithIt() throws Exception {
    var process =
        manager.start(
            sh("described", "sleep 600")
                .secretEnv("TOKEN", SECRET)
                .ready(HealthCheck.of("GET /?token=" + SECRET, () -> true))
                .build());
    process.awaitReady(LIMIT);
    assertThat(process.probes()).extracting("check").containsExactly("GET /?token=***");
    said.add(process.probes().toString());
  }

  @Test
  void ofACommandBeforeTheFirstStart() {
    var process = manager.register(sh("never", "sleep 600").secretEnv("TOKEN", SECRET).build());
    process.restartIfWanted(SECRET + " has changed");
    assertThat(process.why()).anyMatch(decision -> decision.toString().contains("***"));
    process.start();
    process.stop();
  }
}
