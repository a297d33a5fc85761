package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.procman.ProcessManager;
import dev.procman.ProcessNotReadyException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedStartTest {
  static final String FIRST_WORDS = "dev.procman.ProcessNotReadyException: ";

  @Test
  void theMessageOfTheReadmeIsTheOneThatProcmanGives(@TempDir Path temp) throws Exception {
    var home = Files.createDirectory(temp.resolve("shop"));
    Files.writeString(
        home.resolve("orders.py"),
        """
        import sys, time
        print("reading settings", file=sys.stderr, flush=True)
        time.sleep(0.5)
        print("orders: DATABASE_URL is not set", file=sys.stderr, flush=True)
        sys.exit(3)
        """);
    try (var manager = ProcessManager.builder().stateDirectory(temp.resolve("state")).build()) {
      var thrown =
          catchThrowableOfType(
              ProcessNotReadyException.class, () -> FailedStart.run(manager, home));

      assertThat(normalized(thrown.toString()))
          .isEqualTo(normalized(Markdown.readmeBlock("text", FIRST_WORDS).text().stripTrailing()));
    }
  }

  private static String normalized(String message) {
    return message
        .replaceAll("(waited:|after) [\\d.]+ m?s", "$1 TIME")
        .replaceAll("\\d+ checks? in \\d+ ms", "CHECKS")
        .replaceAll("pid: \\d+", "pid: PID")
        .replaceAll("--port \\d+", "--port PORT")
        .replaceAll("directory: \\S+", "directory: PATH");
  }
}
