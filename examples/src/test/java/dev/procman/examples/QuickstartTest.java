package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  static final String FIRST_WORDS = "A web server, and a worker";

  private static final Pattern PID = Pattern.compile("started, pid (\\d+)");
  private static int exitCode;
  private static String printed;

  @BeforeAll
  static void runItInAJvmOfItsOwn(@TempDir Path temp) throws Exception {
    var out = temp.resolve("out");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectory(temp.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.procman.examples.Quickstart")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    } finally {
      process.toHandle().destroyForcibly();
    }
    exitCode = process.exitValue();
    printed = Files.readString(out);
  }

  @Test
  void endsWithExitCodeZero() {
    assertThat(exitCode).as(printed).isZero();
  }

  @Test
  void startsInOrderOfDependencyAndStopsInReverse() {
    assertThat(printed)
        .containsSubsequence(
            "web#1     started",
            "web#1     ready",
            "worker#1  started",
            "worker#4  stopped",
            "web#1     stopped");
  }

  @Test
  void showsBothCrashesTheKillAndEveryRecovery() {
    assertThat(printed)
        .containsSubsequence(
            "worker#1  exited: exit code 3",
            "worker#1  restarts in 0.20 s, attempt 1",
            "worker#2  exited: exit code 3",
            "worker#2  restarts in 0.40 s, attempt 2",
            "worker#3  ready",
            "kill -9",
            "worker#3  exited: signal KILL (9)",
            "the diagnosis is KILLED_FROM_OUTSIDE",
            "worker#4  ready");
  }

  @Test
  void endsWithATableAndNoProcessLeft() {
    assertThat(printed)
        .containsPattern("web +STOPPED +1 +0 ")
        .containsPattern("worker +STOPPED +4 +3 ")
        .endsWith("no process is left\n");
    var pids = PID.matcher(printed).results().map(match -> Long.parseLong(match.group(1))).toList();
    assertThat(pids).hasSize(5).noneMatch(QuickstartTest::isAlive);
  }

  @Test
  void printsWhatTheReadmeShows() throws IOException {
    // The supervisors of the two work in parallel, so only the order of each is fixed.
    var shown = Markdown.readmeBlock("text", FIRST_WORDS).text();
    for (String process : List.of("web#", "worker#")) {
      assertThat(lines(printed, process)).isEqualTo(lines(shown, process));
    }
    assertThat(lines(printed, "")).containsExactlyInAnyOrderElementsOf(lines(shown, ""));
  }

  private static List<String> lines(String text, String part) {
    return text.lines()
        .filter(line -> line.contains(part))
        .map(line ->
            line.replaceAll("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "TIME")
                .replaceAll("pid \\d+|-9 \\d+", "PID")
                .replaceAll("after \\d+\\.\\d\\d s", "after SECONDS")
                // Where the kill hits it between two sleeps there is none.
                .replaceAll("; procman ended what it left .*", ""))
        .toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }
}
