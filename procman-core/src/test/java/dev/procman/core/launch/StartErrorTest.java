package dev.procman.core.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.procman.LaunchException;
import dev.procman.LaunchException.Reason;
import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only the execution of a program shows is told as what can be seen before.
class StartErrorTest extends LaunchFixture {
  @TempDir Path temp;

  private LaunchException failure(String... command) {
    var recorder = new Recorder();
    var failure = catchThrowableOfType(LaunchException.class, () -> launch(recorder, command));
    assertThat(failure).isNotNull();
    assertThat(recorder.calls).isEmpty();
    return failure;
  }

  private Path program(byte[] content) throws Exception {
    var file = Files.write(temp.resolve("program"), content);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void aProgramWhoseLoaderIsMissingIsNotFound() throws Exception {
    var sleep = Files.readAllBytes(Path.of("/bin/sleep"));
    var text = new String(sleep, StandardCharsets.ISO_8859_1);
    int loader = text.indexOf("/ld-linux");
    assertThat(loader).isPositive();
    ByteBuffer.wrap(sleep).put(loader + 1, (byte) 'x');
    var failure = failure(program(sleep).toString());
    assertThat(failure.reason()).isEqualTo(Reason.COMMAND_NOT_FOUND);
    assertThat(failure).hasMessageContaining("loader");
  }

  @Test
  void aScriptWhoseInterpreterMayNotBeExecutedIsNotExecutable() throws Exception {
    var plain = Files.writeString(temp.resolve("plain"), "text");
    var script = program(("#!" + plain + "\n").getBytes(StandardCharsets.UTF_8));
    assertThat(failure(script.toString()).reason()).isEqualTo(Reason.NOT_EXECUTABLE);
  }

  @Test
  void aWholeCommandInOneWordGetsTheRemedyAndIsNotQuoted() {
    var failure = failure("sleep --password=geheim");
    assertThat(failure.reason()).isEqualTo(Reason.COMMAND_NOT_FOUND);
    assertThat(failure)
        .hasMessageContainingAll("'sleep …'", "command(", "shell(")
        .hasMessageNotContaining("geheim");
    assertThat(failure("/bin/sleep 10")).hasMessageContaining("shell(");
  }

  @Test
  void aProgramThatIsBeingWrittenIsNoProgramThatEnded() throws Exception {
    var program = program(Files.readAllBytes(Path.of("/bin/sleep")));
    try (var _ = new FileOutputStream(program.toFile(), true)) {
      var failure = failure(program.toString(), "1000");
      assertThat(failure.reason()).isEqualTo(Reason.OTHER);
      assertThat(failure.getMessage()).containsPattern("error 26|error=26|busy");
    }
  }

  @Test
  void aProgramThatEndsWithTheCodeOfAFailedExecutionHasRun() {
    for (String script :
        new String[] {
          "exit 127",
          "exit 126",
          "echo 'setsid: failed to execute it: No such file or directory' >&2; exit 127",
        }) {
      var recorder = new Recorder();
      sh(recorder, script);
      recorder.awaitEnd();
      assertThat(recorder.calls)
          .as(script)
          .endsWith("drained")
          .containsAnyOf("exit code 127", "exit code 126");
    }
  }

  @Test
  void aCommandIsLookedForOnThePathOfTheChild() throws Exception {
    var program = Files.createDirectories(temp.resolve("bin")).resolve("only-here");
    Files.writeString(program, "#!/bin/sh\necho found\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var recorder = new Recorder();
    launch(
        recorder,
        Duration.ofMillis(300),
        Map.of("PATH", temp.resolve("bin") + ":" + System.getenv("PATH")),
        "only-here");
    recorder.awaitEnd();
    assertThat(recorder.out()).isEqualTo("found\n");
  }
}
