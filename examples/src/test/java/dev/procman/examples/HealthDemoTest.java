package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class HealthDemoTest {
  private static final Pattern PID = Pattern.compile("started, pid (\\d+)");

  @Test
  void findsTheHangAndTheStolenPortAndLeavesNothing(@TempDir Path temp) throws Exception {
    var out = temp.resolve("out");
    var tmp = Files.createDirectory(temp.resolve("tmp"));
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + tmp,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.procman.examples.HealthDemo")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    } finally {
      process.toHandle().destroyForcibly();
    }
    var printed = Files.readString(out);

    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed)
        .containsSubsequence(
            "web#1     ready",
            "now it is made to hang",
            "web#1     health is CRITICAL: ",
            "web#1     health is FAILED",
            "web#1     exited: ",
            "web#2     ready",
            "now another program takes its port",
            "web#2     health is FAILED: port ",
            " is held by pid ",
            "web#2     exited: ",
            "ready again, on another port",
            "stopped")
        .endsWith("no process is left\n");
    assertThat(PID.matcher(printed).results().map(match -> Long.parseLong(match.group(1))))
        .hasSizeGreaterThanOrEqualTo(3)
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    try (var left = Files.list(tmp)) {
      assertThat(left.filter(file -> file.getFileName().toString().startsWith("procman-health-")))
          .isEmpty();
    }
  }
}
