package dev.procman.core.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.procman.Desired;
import dev.procman.Diagnosis;
import dev.procman.ExitReport;
import dev.procman.ExitStatus;
import dev.procman.HealthStatus;
import dev.procman.OutputLine;
import dev.procman.ProcessId;
import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import dev.procman.ProcessSnapshot;
import dev.procman.ProcessSpec;
import dev.procman.ProcessState;
import dev.procman.StdStream;
import dev.procman.spi.HealthCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureStoryTest {
  @TempDir Path temp;

  private static ProcessSnapshot snapshot(ProcessState state) {
    return new ProcessSnapshot(
        "web",
        state,
        Desired.UP,
        HealthStatus.UNKNOWN,
        2,
        OptionalLong.empty(),
        0,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "its port was taken");
  }

  private static OutputLine line(StdStream stream, String text) {
    return new OutputLine(1, 2, stream, Instant.EPOCH, text, false);
  }

  @Test
  void itTellsWhatIsKnownOfAProcessThatNeverRan() {
    assertThat(
            FailureStory.tell(
                "the time for it is over",
                Duration.ofMillis(61_005),
                snapshot(ProcessState.WAITING),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of()))
        .isEqualTo(
            """
            process 'web' is not ready: the time for it is over
              waited: 1 min 1 s
              state: WAITING, generation 2, because its port was taken
              output: none\
            """);
  }

  @Test
  void itTellsTheEndItsEvidenceAndTheLastLines() {
    var report =
        new ExitReport(
            new ProcessId("web", 2),
            4711,
            Optional.of(new ExitStatus.Exited(1)),
            false,
            false,
            Duration.ofMillis(42),
            List.of(line(StdStream.STDOUT, "starting"), line(StdStream.STDERR, "bind: in use")),
            false,
            List.of(),
            List.of(Path.of("/tmp/data")),
            new Diagnosis(
                Diagnosis.Kind.PORT_IN_USE, "an address was taken", List.of("bind: in use")),
            Optional.empty(),
            Optional.empty());
    assertThat(
            FailureStory.tell(
                "it came to FAILED",
                Duration.ofMillis(50),
                snapshot(ProcessState.FAILED),
                Optional.empty(),
                Optional.of(report),
                List.of("readiness probe (http): 3 checks in 40 ms, the last said: refused"),
                List.of(line(StdStream.STDOUT, "not this one")),
                List.of(line(StdStream.STDERR, "nor this one"))))
        .isEqualTo(
            """
            process 'web' is not ready: it came to FAILED
              waited: 50 ms
              state: FAILED, generation 2, because its port was taken
              exit: exit code 1: an address was taken, after 42 ms
              evidence: bind: in use
              kept: /tmp/data
              probe: readiness probe (http): 3 checks in 40 ms, the last said: refused
              output: the last 2 lines
                stdout | starting
                stderr | bind: in use\
            """);
  }

  @Test
  void theWholeStoryOfARealFailureHasCommandDirectoryPidAndMaskedSecrets() throws Exception {
    try (var manager =
        ProcessManager.builder().name("story").stateDirectory(temp.resolve("state")).build()) {
      var process =
          manager.start(
              ProcessSpec.named("web")
                  .command(
                      "/bin/sh",
                      "-c",
                      "echo \"key ${env.PATH} it's\"; echo \"$KEY\" >&2; exit 7",
                      "two words")
                  .secretEnv("KEY", "geheim")
                  .directory(temp)
                  .ready(HealthCheck.of("never", () -> false))
                  .build());
      var thrown =
          catchThrowableOfType(
              ProcessNotReadyException.class, () -> process.awaitReady(Duration.ofSeconds(20)));
      assertThat(
              thrown
                  .getMessage()
                  .replaceAll("\\d+(\\.\\d+)? m?s\\b", "T")
                  .replaceAll("pid: \\d+", "pid: N")
                  .replaceAll("\n  probe: .*", ""))
          .isEqualTo(
              """
              process 'web' is not ready: it came to FAILED
                waited: T
                state: FAILED, generation 1, because restart policy: never
                command: /bin/sh -c 'echo "key *** it'\\''s"; echo "$KEY" >&2; exit 7' 'two words'
                directory: %s
                pid: N
                exit: exit code 7: it ended with a code that does not mean success, after T
                output: the last 2 lines
                  stdout | key *** it's
                  stderr | ***\
              """
                  .formatted(temp));
      assertThat(thrown.snapshot().state()).isEqualTo(ProcessState.FAILED);
    }
  }
}
