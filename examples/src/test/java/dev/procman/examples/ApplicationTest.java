package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130", "HUP,129"})
  void itRunsUntilItIsAskedToEndAndItsWorkerEndsInItsOwnWay(String signal, int code)
      throws Exception {
    var said = temp.resolve("worker.log");
    var host =
        new ProcessBuilder(
                "/usr/bin/env",
                "--default-signal=" + signal,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName(),
                temp.toString(),
                "sh",
                "-c",
                "trap 'echo saved; exit 0' TERM; echo working; while :; do sleep 0.05; done")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      await().atMost(LIMIT).until(() -> Files.exists(said) && Files.size(said) > 0);
      assertThat(host.isAlive()).isTrue();
      new ProcessBuilder("kill", "-s", signal, Long.toString(host.pid())).start().waitFor();
      assertThat(host.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(host.exitValue()).isEqualTo(code);
      assertThat(Files.readAllLines(said)).contains("working", "saved");
    } finally {
      host.destroyForcibly().waitFor();
    }
  }
}
