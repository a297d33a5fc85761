package dev.procman.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.procman.ManagedProcess;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A manager for each test.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ServiceTest {
  static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path temp;
  ProcessManager manager;

  @BeforeEach
  void openManager() {
    manager = openAnotherManager();
  }

  ProcessManager openAnotherManager() {
    return ProcessManager.builder()
        .name(getClass().getSimpleName())
        .stateDirectory(temp.resolve("state"))
        .build();
  }

  @AfterEach
  void closeManager() throws Exception {
    var pids =
        manager.processes().stream().flatMap(process -> process.pid().stream().boxed()).toList();
    var kept = manager.processes().stream().flatMap(ServiceTest::kept).toList();
    manager.close();
    for (var directory : kept.stream().filter(Files::exists).toList()) {
      run(List.of("rm", "-r", directory.toString()));
    }
    assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
  }

  /// Directories that a failed process leaves for people.
  private static Stream<Path> kept(ManagedProcess process) {
    return process.snapshot().lastExit().stream().flatMap(exit -> exit.keptDirectories().stream());
  }

  ManagedProcess ready(ProcessSpec spec) throws InterruptedException {
    var process = manager.start(spec);
    process.awaitReady(LIMIT);
    return process;
  }

  static int userOf(ManagedProcess process) throws IOException {
    return user(Path.of("/proc", String.valueOf(process.pid().orElseThrow())));
  }

  static int user(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid");
  }

  /// What a command prints.
  static String run(List<String> command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    return said;
  }
}
