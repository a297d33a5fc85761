package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Diagnosis.Kind;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.Probe;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.Signal;
import dev.procman.StopSequence;
import dev.procman.spi.HealthCheck;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What a report says of the cause of an end, for real ends.
class DiagnosisTest extends EngineTest {
  private static final HealthCheck NEVER = HealthCheck.of("never", () -> false);

  private ExitReport end(ProcessSpec.Builder spec) throws Exception {
    return manager.start(spec.build()).awaitExit(LIMIT);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Test
  void aCommandThatAShellDoesNotFindIsNamed() throws Exception {
    var report = end(sh("it", "echo first; no-such-command-x --flag"));
    assertThat(report.status()).contains(new ExitStatus.Exited(127));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.COMMAND_NOT_FOUND);
    assertThat(report.diagnosis().evidence().toString()).contains("no-such-command-x");
  }

  @Test
  void aFileThatAShellMayNotExecuteIsNamed() throws Exception {
    var file = Files.writeString(temp.resolve("plain.txt"), "text");
    var report = end(sh("it", "'" + file + "'"));
    assertThat(report.status()).contains(new ExitStatus.Exited(126));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.NOT_EXECUTABLE);
    assertThat(report.diagnosis().evidence().toString()).contains("plain.txt");
  }

  @Test
  void thoseCodesOfAProgramThatIsNoShellMeanNothing() throws Exception {
    assertThat(end(ProcessSpec.named("it").command("sh", "-c", "exit 127")).diagnosis().kind())
        .isEqualTo(Kind.FAILED);
  }

  @Test
  void aKillFromOutsideIsTold() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("it").build());
    process.awaitReady(LIMIT);
    kill(process.pid().orElseThrow());
    var report = process.awaitExit(LIMIT);
    assertThat(report.status()).contains(new ExitStatus.Signaled(9));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.KILLED_FROM_OUTSIDE);
    assertThat(report.describe()).contains("signal KILL (9)");
    assertThat(report.requested()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"SEGV", "ABRT", "BUS", "ILL", "FPE", "TRAP", "SYS"})
  void aFaultOfTheProgramIsACrash(Signal signal) throws Exception {
    var report = end(sh("it", "ulimit -c 0; kill -" + signal + " $$$$"));
    assertThat(report.status()).contains(new ExitStatus.Signaled(signal.number()));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.CRASHED);
    assertThat(report.describe()).contains(signal.name());
  }

  @ParameterizedTest
  @EnumSource(names = {"HUP", "INT", "TERM", "USR1", "PIPE", "ALRM"})
  void anotherSignalThatProcmanDidNotSendIsFromOutside(Signal signal) throws Exception {
    var report = end(sh("it", "kill -" + signal + " $$$$; sleep 5"));
    assertThat(report.status()).contains(new ExitStatus.Signaled(signal.number()));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.KILLED_FROM_OUTSIDE);
  }

  @Test
  void aPortThatIsInUseIsTold() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var report =
          end(
              ProcessSpec.named("web")
                  .command(
                      java(),
                      "-m",
                      "jdk.httpserver",
                      "-b",
                      "127.0.0.1",
                      "-p",
                      String.valueOf(taken.getLocalPort())));
      assertThat(report.success()).isFalse();
      assertThat(report.diagnosis().kind()).isEqualTo(Kind.PORT_IN_USE);
      assertThat(report.diagnosis().evidence()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:+NoSuchFlagX, NoSuchFlagX",
    "no.such.MainClass, no.such.MainClass",
    "-Xmx1x, Invalid maximum heap size"
  })
  void aJavaVirtualMachineThatCannotStartIsTold(String argument, String words) throws Exception {
    var report = end(ProcessSpec.named("jvm").command(java(), argument));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.JVM_CRASH);
    assertThat(report.lastLines().toString()).contains(words);
    assertThat(report.diagnosis().evidence()).isNotEmpty();
  }

  @Test
  void anUncaughtExceptionOfMainIsTold() throws Exception {
    var source =
        Files.writeString(
            temp.resolve("Thrower.java"),
            "class Thrower { public static void main(String[] a) { throw new"
                + " IllegalStateException(\"no luck\"); } }");
    var report = end(ProcessSpec.named("jvm").command(java(), source.toString()));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.JVM_CRASH);
    assertThat(report.diagnosis().evidence().toString()).contains("no luck");
  }

  @Test
  void successAndPlainFailureAreTold() throws Exception {
    assertThat(end(sh("good", "exit 0")).diagnosis().kind()).isEqualTo(Kind.SUCCESS);
    assertThat(end(sh("also", "exit 7").successCodes(0, 7)).diagnosis().kind())
        .isEqualTo(Kind.SUCCESS);
    var report = end(sh("bad", "exit 7"));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.FAILED);
    assertThat(report.describe())
        .isEqualTo("exit code 7: it ended with a code that does not mean success");
    assertThat(end(sh("zero", "exit 0").successCodes(7)).diagnosis().kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void anEarlyEndIsExplainedByTheMinimumUptimeWhateverItsCode() throws Exception {
    for (int code : new int[] {0, 7}) {
      var early = sh("early" + code, "exit " + code).minimumUptime(Duration.ofSeconds(30));
      var report = end(early.successCodes(0, 7));
      assertThat(report.success()).isFalse();
      assertThat(report.diagnosis().kind()).isEqualTo(Kind.FAILED);
      assertThat(report.diagnosis().summary()).contains("minimum uptime");
    }
  }

  @Test
  void aCodeOfZeroThatIsNotAmongTheSuccessCodesIsToldSo() throws Exception {
    var report = end(sh("zero", "exit 0").successCodes(7));
    assertThat(report.diagnosis().kind()).isEqualTo(Kind.FAILED);
    assertThat(report.diagnosis().summary()).contains("does not mean success");
  }

  @Test
  void anEndThatProcmanBroughtAboutIsNotBlamedOnOthers() throws Exception {
    var process = manager.start(ProcessSpecs.sleeper("asked").build());
    process.awaitReady(LIMIT);
    assertThat(process.stop().orElseThrow().diagnosis().kind()).isEqualTo(Kind.STOPPED);

    var deaf =
        manager.start(
            sh("deaf", "trap '' TERM; echo up; while :; do sleep 0.05; done")
                .stop(StopSequence.graceful(Duration.ofMillis(100)))
                .build());
    awaitLine(deaf, "up");
    assertThat(deaf.stop().orElseThrow().diagnosis().kind()).isEqualTo(Kind.KILLED_AFTER_GRACE);

    assertThat(
            end(ProcessSpecs.sleeper("slow").ready(NEVER).startTimeout(Duration.ofMillis(100)))
                .diagnosis()
                .kind())
        .isEqualTo(Kind.START_TIMEOUT);
    assertThat(
            end(ProcessSpecs.sleeper("ill").live(Probe.of(NEVER).interval(Duration.ofMillis(10))))
                .diagnosis()
                .kind())
        .isEqualTo(Kind.UNHEALTHY);
  }

  @Test
  void aStartThatFailsForItsDirectoryIsALaunchFailure() throws Exception {
    var process =
        manager.start(
            ProcessSpec.named("it").command("true").directory(temp.resolve("none")).build());
    process.awaitState(LIMIT, ProcessState.FAILED);
    assertThat(process.awaitExit(LIMIT).diagnosis().kind()).isEqualTo(Kind.LAUNCH_FAILED);
    assertThat(process.awaitExit(LIMIT).describe()).startsWith("not launched");
  }
}
