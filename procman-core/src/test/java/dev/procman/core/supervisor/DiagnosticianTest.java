package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.Diagnosis;
import dev.procman.Diagnosis.Kind;
import dev.procman.ExitStatus;
import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import dev.procman.OutputLine;
import dev.procman.ProcessSpec;
import dev.procman.StdStream;
import dev.procman.core.lifecycle.Effect;
import dev.procman.core.lifecycle.EndCause;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiagnosticianTest {
  private static final Effect.Ending OWN = ending(EndCause.OWN_EXIT, false, false);

  private static Effect.Ending ending(EndCause cause, boolean killed, boolean success) {
    return new Effect.Ending(cause, killed, success, false, Duration.ofSeconds(1), List.of());
  }

  private static List<OutputLine> lines(String... texts) {
    return Stream.of(texts)
        .map(text -> new OutputLine(1, 1, StdStream.STDERR, Instant.EPOCH, text, false))
        .toList();
  }

  private static ProcessSpec spec(boolean shell) {
    var spec = ProcessSpec.named("subject");
    return (shell ? spec.shell("whatever") : spec.command("whatever")).build();
  }

  private static Diagnosis diagnose(
      Effect.Ending ending, int shellCode, boolean shell, List<OutputLine> lines, long kills) {
    return Diagnostician.diagnose(
        new Diagnostician.Evidence(
            ending,
            Optional.of(ExitStatus.ofShellCode(shellCode)),
            Optional.empty(),
            spec(shell),
            lines,
            kills,
            Diagnostician.Resources.UNKNOWN));
  }

  /// As after a stall of this JVM, when the grace is over before the exit is heard of.
  @ParameterizedTest
  @EnumSource(names = {"STOP", "RESTART", "STOP_CUT_SHORT"})
  void nothingThatEndedByACodeIsSaidToHaveBeenKilled(EndCause cause) {
    var diagnosis = diagnose(ending(cause, true, true), 0, false, lines(), 0);
    assertThat(diagnosis.kind()).isEqualTo(Kind.STOPPED);
    assertThat(diagnosis.summary()).doesNotContain("killed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # code | shell | oom | last line                                    | finding
          1      | false | 0   | boring                                       | FAILED
          0      | false | 0   | boring                                       | FAILED
          127    | true  | 0   | sh: 1: nope: not found                       | COMMAND_NOT_FOUND
          127    | false | 0   | boring                                       | FAILED
          126    | true  | 0   | sh: 1: /etc: Permission denied               | NOT_EXECUTABLE
          126    | false | 0   | boring                                       | FAILED
          137    | false | 0   | boring                                       | KILLED_FROM_OUTSIDE
          137    | false | 2   | boring                                       | OUT_OF_MEMORY
          143    | false | 2   | boring                                       | KILLED_FROM_OUTSIDE
          139    | false | 0   | boring                                       | CRASHED
          134    | false | 0   | boring                                       | CRASHED
          135    | false | 0   | boring                                       | CRASHED
          136    | false | 0   | boring                                       | CRASHED
          132    | false | 0   | boring                                       | CRASHED
          134    | false | 0   | # An error report: hs_err_pid42.log          | JVM_CRASH
          1      | false | 0   | Exception in thread "main" java.lang.Error   | JVM_CRASH
          1      | false | 0   | Error: Unable to access jarfile x.jar        | JVM_CRASH
          1      | false | 0   | Error: Could not find or load main class X   | JVM_CRASH
          3      | false | 0   | java.lang.OutOfMemoryError: Java heap space  | JVM_CRASH
          1      | false | 0   | bind: Address already in use                 | PORT_IN_USE
          1      | false | 0   | bind: address is already in use              | PORT_IN_USE
          1      | false | 0   | Error: listen EADDRINUSE: :::8080            | PORT_IN_USE
          1      | false | 0   | java.net.BindException: Bind failed          | PORT_IN_USE
          1      | false | 0   | Port 8080 is already in use                  | PORT_IN_USE
          1      | false | 0   | Bind for :80 failed: port is already allocated | PORT_IN_USE
          1      | false | 0   | port 8080 is open                            | FAILED
          """)
  void anOwnEndIsToldByCodeSignalAndLines(
      int code, boolean shell, long kills, String line, Kind expected) {
    var diagnosis = diagnose(OWN, code, shell, lines("before", line), kills);
    assertThat(diagnosis.kind()).isEqualTo(expected);
    assertThat(diagnosis.summary()).isNotBlank();
    if (!line.equals("boring") && expected != Kind.FAILED) {
      assertThat(diagnosis.evidence()).containsExactly(line);
    }
  }

  @Test
  void aFailureSaysWhetherItsCodeOrItsMinimumUptimeMadeItOne() {
    assertThat(diagnose(OWN, 0, false, lines(), 0).summary()).contains("minimum uptime");
    assertThat(diagnose(OWN, 1, false, lines(), 0).summary()).doesNotContain("minimum uptime");
  }

  @Test
  void aSuccessIsASuccessWhateverItPrinted() {
    var diagnosis =
        diagnose(
            ending(EndCause.OWN_EXIT, false, true), 0, false, lines("Address already in use"), 0);
    assertThat(diagnosis.kind()).isEqualTo(Kind.SUCCESS);
  }

  @ParameterizedTest
  @CsvSource({
    "STOP,         false, STOPPED",
    "STOP,         true,  KILLED_AFTER_GRACE",
    "RESTART,      false, STOPPED",
    "RESTART,      true,  KILLED_AFTER_GRACE",
    "START_FAILED, false, START_TIMEOUT",
    "START_FAILED, true,  START_TIMEOUT",
    "UNHEALTHY,    true,  UNHEALTHY"
  })
  void anEndThatProcmanBroughtAboutIsNotBlamedOnOthers(EndCause cause, boolean killed, Kind kind) {
    assertThat(diagnose(ending(cause, killed, false), 137, false, lines(), 3).kind())
        .isEqualTo(kind);
  }

  @Test
  void whatHadEndedByItselfAsItWasAboutToBeKilledWasNotKilled() {
    var diagnosis = diagnose(ending(EndCause.STOP, true, true), 0, false, lines(), 0);
    assertThat(diagnosis.kind()).isEqualTo(Kind.STOPPED);
    assertThat(diagnosis.summary())
        .isEqualTo("it was asked to stop, and ended by itself as its time was over");
  }

  @Test
  void aStartThatTimedOutForLackOfAPortSaysSo() {
    var diagnosis =
        diagnose(
            ending(EndCause.START_FAILED, false, false),
            143,
            false,
            lines("retrying: Address already in use"),
            0);
    assertThat(diagnosis.kind()).isEqualTo(Kind.PORT_IN_USE);
    assertThat(diagnosis.evidence()).containsExactly("retrying: Address already in use");
  }

  @Test
  void aShellThatTellsOfAChildKilledForLackOfMemoryIsUnderstood() {
    var told = new ExitStatus.Exited(137);
    for (long kills : List.of(0L, 1L)) {
      var diagnosis =
          Diagnostician.diagnose(
              new Diagnostician.Evidence(
                  OWN,
                  Optional.of(told),
                  Optional.empty(),
                  spec(true),
                  List.of(),
                  kills,
                  Diagnostician.Resources.UNKNOWN));
      assertThat(diagnosis.kind()).isEqualTo(kills > 0 ? Kind.OUT_OF_MEMORY : Kind.FAILED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailedLaunchHasTheLaunchersWords(Reason reason) {
    for (var cause : List.of(EndCause.LAUNCH_FAILED, EndCause.STOP, EndCause.START_FAILED)) {
      var diagnosis =
          Diagnostician.diagnose(
              new Diagnostician.Evidence(
                  ending(cause, false, false),
                  Optional.empty(),
                  Optional.of(new LaunchException(reason, "the words", null)),
                  spec(false),
                  List.of(),
                  0,
                  Diagnostician.Resources.UNKNOWN));
      assertThat(diagnosis.summary()).isEqualTo("the words");
      assertThat(diagnosis.kind())
          .isEqualTo(
              switch (reason) {
                case COMMAND_NOT_FOUND -> Kind.COMMAND_NOT_FOUND;
                case NOT_EXECUTABLE -> Kind.NOT_EXECUTABLE;
                default -> Kind.LAUNCH_FAILED;
              });
    }
  }

  @Test
  void evidenceIsAtMostFiveLines() {
    var many = Collections.nCopies(50, "Address already in use").toArray(String[]::new);
    assertThat(diagnose(OWN, 1, false, lines(many), 0).evidence()).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Address already in use               | true
          Address already in use: 0.0.0.0:8080 | true
          listen EADDRINUSE :::8080            | true
          EADDRINUSE 127.0.0.1:9999            | false
          EADDRINUSE :80801                    | false
          port 5 is already in use             | true
          """)
  void aPortIsLostWhenTheEvidenceNamesItOrNone(String evidence, boolean lost) {
    var diagnosis = new Diagnosis(Kind.PORT_IN_USE, "in use", List.of(evidence));
    assertThat(Diagnostician.isPortLost(diagnosis, List.of(8080))).isEqualTo(lost);
    assertThat(Diagnostician.isPortLost(diagnosis, List.of())).isFalse();
    assertThat(
            Diagnostician.isPortLost(
                new Diagnosis(Kind.FAILED, "failed", List.of(evidence)), List.of(8080)))
        .isFalse();
  }
}
