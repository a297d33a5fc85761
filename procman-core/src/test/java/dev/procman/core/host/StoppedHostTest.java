package dev.procman.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The host is stopped by SIGSTOP for longer than its patience with three children, and continued.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedHostTest {
  private static final Duration STOPPED = Duration.ofSeconds(9);

  @TempDir Path temp;

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void whatHappenedWhileItWasStoppedCondemnsNobody() throws Exception {
    var continuation = temp.resolve("continued");
    var host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoppedHostMain.class.getName(),
                temp.resolve("state").toString(),
                continuation.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var said = host.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("stop me");
      signal("STOP", host);
      long stopped = System.nanoTime();
      await()
          .atMost(STOPPED.multipliedBy(4))
          .until(() -> System.nanoTime() - stopped > STOPPED.toNanos());
      signal("CONT", host);
      Files.createFile(continuation);

      assertThat(said.lines().toList())
          .isEqualTo(
              List.of("leaver: it was asked to stop", "starter: 1 RUNNING", "checked: 1 RUNNING"));
      assertThat(host.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(host.exitValue()).isZero();
    } finally {
      signalIfAlive(host);
    }
  }

  /// A stopped process is continued first, so that its guard sees its end.
  private static void signalIfAlive(Process host) throws IOException, InterruptedException {
    if (host.isAlive()) {
      signal("CONT", host);
      host.destroyForcibly().waitFor();
    }
  }
}
