package dev.procman.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.procman.InvalidSpecException;
import dev.procman.OutputSettings;
import dev.procman.ProcessManager;
import dev.procman.ProcessSpec;
import dev.procman.RotatingFile;
import dev.procman.event.ProcessEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Scenarios 9 and 63, as a host sees them.
class LogFilesTest extends EngineTest {
  private static final int LINES = 5000;

  private static ProcessSpec printing(String name, RotatingFile file) {
    return sh(name, "seq -f " + name + "%06g " + LINES)
        .output(OutputSettings.ofDefaults().toFile(file))
        .build();
  }

  private static List<String> printed(String name) {
    return IntStream.rangeClosed(1, LINES).mapToObj((name + "%06d")::formatted).toList();
  }

  private RotatingFile file(Path path) {
    return RotatingFile.at(path).maxBytes(16 * 1024).keep(1000);
  }

  private List<String> written(String prefix) throws IOException {
    var all = new ArrayList<String>();
    try (Stream<Path> files = Files.list(temp)) {
      for (Path each :
          files.filter(it -> it.getFileName().toString().startsWith(prefix)).toList()) {
        all.addAll(Files.readAllLines(each));
      }
    }
    return all;
  }

  @Test
  void processesOfSeveralManagersThatShareALogFileLoseNoLine() throws Exception {
    var file = file(temp.resolve("all.log"));
    try (var other =
        ProcessManager.builder().name("other").stateDirectory(temp.resolve("state")).build()) {
      watch(other);
      for (String name : List.of("a", "b", "c")) {
        manager.start(printing(name, file));
        other.start(printing(name.toUpperCase(java.util.Locale.ROOT), file));
      }
      for (String name : List.of("a", "b", "c")) {
        manager.get(name).awaitExit(LIMIT);
        other.get(name.toUpperCase(java.util.Locale.ROOT)).awaitExit(LIMIT);
      }
      await().atMost(LIMIT).until(() -> written("all.log").size() == 6 * LINES);
      for (String name : List.of("a", "b", "c", "A", "B", "C")) {
        assertThat(written("all.log").stream().filter(line -> line.startsWith(name)))
            .containsExactlyInAnyOrderElementsOf(printed(name));
      }
    }
    assertThat(of(ProcessEvent.SinkFailed.class)).isEmpty();
  }

  @Test
  void aSpecificationThatWouldWriteAFileByOtherSettingsIsNotRegistered() {
    var path = temp.resolve("all.log");
    manager.register(printing("a", file(path)));
    assertThatThrownBy(() -> manager.register(printing("b", file(path).keep(1))))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContainingAll("'a'", "'b'", "all.log", "keep=1000", "keep=1");
    assertThat(manager.find("b")).isEmpty();
    assertThat(of(ProcessEvent.ProcessRegistered.class, "b")).isEmpty();
    manager.get("a").remove();
    manager.register(printing("b", file(path).keep(1)));
  }

  @Test
  void anUpdateThatWouldWriteAFileByOtherSettingsIsRefusedAndChangesNothing() {
    var path = temp.resolve("all.log");
    manager.register(printing("a", file(path)));
    var b = manager.register(ProcessSpecs.sleeper("b").build());
    var before = b.spec();
    assertThatThrownBy(() -> b.update(printing("b", file(path).keep(1))))
        .isInstanceOf(InvalidSpecException.class);
    assertThat(b.spec()).isEqualTo(before);
  }

  @Test
  void aDirectoryThatCannotBeWrittenAtFirstLosesLinesCountedAndIsUsedOnceItCan() throws Exception {
    var blocker = Files.createFile(temp.resolve("logs"));
    var process =
        manager.start(
            sh("app", "echo 1; while ! [ -e go ]; do sleep 0.01; done; echo 2; exec sleep 1000")
                .directory(temp)
                .output(OutputSettings.ofDefaults().toFile(file(blocker.resolve("app.log"))))
                .build());
    awaitLine(process, "1");
    assertThat(awaitEvent(ProcessEvent.SinkFailed.class, "app").lost()).isEqualTo(1);
    Files.delete(blocker);
    Files.createFile(temp.resolve("go"));
    await().atMost(LIMIT).until(() -> Files.exists(blocker.resolve("app.log")));
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(blocker.resolve("app.log")).hasContent("2"));
  }
}
