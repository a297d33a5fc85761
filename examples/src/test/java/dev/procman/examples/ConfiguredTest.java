package dev.procman.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.procman.ProcessManager;
import dev.procman.ProcessState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String WEB =
      """
      processes:
        web:
          shell: echo up; exec sleep 60
          readiness_probe: {log: up}
      """;

  @TempDir Path directory;
  private Path file;
  private ProcessManager manager;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @BeforeEach
  void open() {
    file = directory.resolve("procman.yaml");
    manager = ProcessManager.create();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPlanIsPrintedAndAppliedAndRolledBackWhenItFails() throws Exception {
    Files.writeString(file, WEB);
    Configured.apply(manager, file, out);
    assertThat(text()).contains("+ web: create", "+ readiness_probe.log: up");
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
    Files.writeString(file, WEB.replace("echo up", "echo it breaks; exit 3"));
    Configured.apply(manager, file, out);
    assertThat(text()).contains("! web: restart", "it breaks");
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
  }

  @Test
  void whatIsNotReadyMayBeKept() throws Exception {
    Files.writeString(file, WEB.replace("echo up", "echo it breaks; exit 3"));
    Configured.keep(manager, file, out);
    assertThat(text()).contains("it breaks");
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void aFileIsFollowedAndTroubleWithItIsTold() throws Exception {
    Files.writeString(file, WEB);
    List<Object> pages = new CopyOnWriteArrayList<>();
    try (var following = Configured.follow(manager, file, pages::add)) {
      assertThat(following.files()).contains(file.toRealPath());
      Files.writeString(file, WEB.replace("shell", "shel"));
      await().atMost(LIMIT).until(() -> pages.size() == 1);
      assertThat(pages.getFirst().toString()).contains("shel");
      Files.writeString(file, WEB.replace("echo up", "echo it breaks; exit 3"));
      await().atMost(LIMIT).until(() -> pages.size() == 2);
      assertThat(pages.getLast().toString()).contains("it breaks");
      assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void aFileOfAnotherSupervisorIsConverted() throws Exception {
    Files.writeString(
        directory.resolve("process-compose.yaml"),
        """
        processes:
          web:
            command: echo up; exec sleep 60
            ready_log_line: up
            is_elevated: true
        """);
    Configured.convert(directory, out);
    assertThat(text()).contains("process-compose.yaml:5:5: processes.web.is_elevated: left out");
    Configured.apply(manager, file, out);
    assertThat(manager.get("web").state()).isEqualTo(ProcessState.RUNNING);
  }
}
